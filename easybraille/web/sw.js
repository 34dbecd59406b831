// Keeps the page's own files, so that it opens without a network; everything else goes to the service untouched.

/** @type {any} */
const worker = self;
const CACHE = "easybraille-page";
const SLOW_MS = 4000;

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const scope = new URL(worker.registration.scope);
  const url = new URL(request.url);
  const path = url.pathname.slice(scope.pathname.length);
  const own = url.origin === scope.origin && url.pathname.startsWith(scope.pathname) && (path === "" || path.startsWith("web/"));
  if (request.method === "GET" && own) event.respondWith(freshOrKept(request, path));
});

async function fill() {
  const cache = await caches.open(CACHE);
  const facts = await fetch("web/service.json");
  if (!facts.ok) return;
  await cache.put("web/service.json", facts.clone());
  const { files } = await facts.json();
  await cache.addAll(["./", ...files.map((/** @type {string} */ name) => `web/${name}`)]);
}

/**
 * From the network, so that a new version shows without delay; the kept copy where there is none or it is slow.
 * @param {Request} request
 * @param {string} path
 */
async function freshOrKept(request, path) {
  const cache = await caches.open(CACHE);
  const name = path === "" ? "./" : path;
  const fresh = fetch(request).then((response) => {
    if (response.ok) void cache.put(name, response.clone());
    return response;
  });
  const kept = await cache.match(name);
  if (!kept) return fresh;
  const slow = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), SLOW_MS));
  return Promise.race([fresh.catch(() => kept), slow]);
}
