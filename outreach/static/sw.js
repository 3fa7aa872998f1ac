// Opens kept lessons and the bag where there is no network; kept.js and errand.js keep them.
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

// Where in the bag the same can be done.
const PLACES = [
  [/^\/hom-nay$/, ""], [/^\/ho$/, "tim"], [/^\/diem-ho-tro$/, "diem"],
  [/^\/(ho\/(?:moi|\d+(?:\/(?:tham|dai-su|nguoi\/moi))?))$/, "$1"],
];

async function page(request, url) {
  const wish = url.searchParams.get("lang");
  url.searchParams.delete("lang");
  const language = wish || await (await caches.match("/tieng"))?.text();
  const get = request.method === "GET", bag = get && await bagOf(url, `${language}:`);
  if (bag) return bag;
  const own = get && await copyOf(url.pathname + url.search, language), copy = own || get && (await bagOf(url) || await instead(url));
  const found = await live(request, copy) || own;
  const answer = found || copy || await caches.match(`/khong-co-mang?tieng=${language}`)
    || await caches.match("/khong-co-mang", { ignoreSearch: true }) || get && await instead({ pathname: "/hom-nay" }) || Response.error();
  // Only a language that is to be had: else nothing that is kept would open.
  if (wish && found) (await caches.open("tieng")).put("/tieng", new Response(language));
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

const whole = async name => name.startsWith("tui:") && (await caches.open(name)).match("/giu.json");

// The bag's page is always the kept one, so that it is there at once; a newer one is fetched while it is open.
async function bagOf({ pathname }, language = "") {
  if (pathname !== "/tui") return;
  const names = (await caches.keys()).filter(name => name.startsWith(`tui:${language}`));
  for (const name of names) if (await whole(name)) return (await caches.open(name)).match("/tui");
}

async function instead({ pathname }) {
  const [pattern, there] = PLACES.find(([one]) => one.test(pathname)) || [];
  if (!pattern) return;
  for (const name of await caches.keys()) if (await whole(name)) return Response.redirect(`/tui#${pathname.replace(pattern, there)}`);
}

// Files are named by their content: a kept one is right. Voices are asked for in pieces.
async function file(request) {
  const copy = await caches.match(request.url);
  if (!copy) return fetch(request);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range")) || [];
  if (!from) return copy;
  const all = await copy.blob(), end = Math.min(to ? +to + 1 : all.size, all.size);
  const headers = { "Content-Type": all.type, "Content-Range": `bytes ${from}-${end - 1}/${all.size}` };
  return new Response(all.slice(+from, end, all.type), { status: 206, headers });
}
