// Reads a page, starts a job and meets an error by the generated types: node build/test/use.js URL PICTURE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "../easybraille.js";

const [url, picture] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url });
const content = readFileSync(picture);

async function read(bytes: Uint8Array<ArrayBuffer>, name: string) {
  const form = new FormData();
  form.append("file", new Blob([bytes]), name);
  return client.POST("/v1/read", {
    params: { query: { language: "es", layout: "flow" } },
    body: { file: [] },
    bodySerializer: () => form,
  });
}

const page = await read(new Uint8Array(content), "carta.jpg");
// Other formats are strings; without `format` the answer is JSON.
const document = page.data as components["schemas"]["Document"] | undefined;
const refused = await read(new TextEncoder().encode("no picture"), "nada.jpg");
const problem: components["schemas"]["ProblemDetails"] | undefined = refused.error;

const file = { name: "carta.jpg", size: content.length, md5: createHash("md5").update(content).digest("hex") };
const asked = { files: [file], language: "es", layout: "page", sides: "front", code: "current" } as const;
const made = await client.POST("/v1/jobs", { body: { ...asked, files: [file] } });
const id = made.data!.id;
const path = { params: { path: { job_id: id } } };
for (const upload of (await client.POST("/v1/jobs/{job_id}/uploads", path)).data!.uploads) {
  await fetch(upload.url, { method: upload.method, headers: upload.headers, body: content });
}
let job = (await client.POST("/v1/jobs/{job_id}/start", path)).data!;
while (job.state === "running") {
  await new Promise((resolve) => setTimeout(resolve, 200));
  job = (await client.GET("/v1/jobs/{job_id}", path)).data!;
}

console.log(JSON.stringify({ text: document?.text, code: problem?.code, job: job.state, pages: job.pages.done }));
