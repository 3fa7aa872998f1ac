// Opens kept lessons where there is no network. It keeps nothing by itself: kept.js does, and only what was asked for.
"use strict";

const PATIENCE = 4000, AGAIN = 60000; // ms: how long a kept page waits for the network, and then no more than a blink
let dead = 0; // until when the network is taken to be dead

addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (request.method === "GET" && url.searchParams.has("v")) event.respondWith(file(request));
});

async function page(request, url) {
  const wish = url.searchParams.get("lang");
  url.searchParams.delete("lang");
  const language = wish || await (await caches.match("/tieng"))?.text();
  const copy = request.method === "GET" ? await copyOf(url.pathname + url.search, language) : undefined;
  const answer = await live(request, copy) || copy || await caches.match(`/khong-co-mang?tieng=${language}`)
    || await caches.match("/khong-co-mang", { ignoreSearch: true }) || Response.error();
  if (wish) (await caches.open("tieng")).put("/tieng", new Response(language));
  return answer;
}

// The network's own answer; nothing where none comes, or, with a copy at hand, none that is any good.
async function live(request, copy) {
  const coming = fetch(request);
  if (!copy) return coming.catch(() => {});
  coming.then(() => { dead = 0; }, () => {});
  const late = new Promise(tell => setTimeout(tell, Date.now() < dead ? 300 : PATIENCE, "late"));
  const first = await Promise.race([coming, late]).catch(() => {});
  if (first === "late") dead = Date.now() + AGAIN;
  else if (first?.status < 500) return first;
}

async function copyOf(address, language) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(`giu:${language}:`)) continue;
    const kept = await caches.open(name), copy = await kept.match("/giu.json") && await kept.match(address);
    if (copy) return copy;
  }
}

// Files are named by their content, so a kept one is always the right one. Voices are asked for in pieces.
async function file(request) {
  const copy = await caches.match(request.url);
  if (!copy) return fetch(request);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range")) || [];
  if (!from) return copy;
  const all = await copy.blob(), end = Math.min(to ? +to + 1 : all.size, all.size);
  const headers = { "Content-Type": all.type, "Content-Range": `bytes ${from}-${end - 1}/${all.size}` };
  return new Response(all.slice(+from, end, all.type), { status: 206, headers });
}
