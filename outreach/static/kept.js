// Keeps lessons on this phone, and shows which ones are kept. What opens them without a network is sw.js.
// A lesson is one cache, `giu:<language>:<address>:<version>`; it counts once "/giu.json" stands in it, the last thing put.
"use strict";

{
  const SPARE = 5 * 1024 * 1024; // bytes that stay free for what somebody writes down
  const { dataset } = document.documentElement; // data-kept: this page is a kept copy; data-kiosk: nothing is kept here
  const able = "caches" in window && "serviceWorker" in navigator && !("kiosk" in dataset);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const alone = work => navigator.locks ? navigator.locks.request("giu", work) : work();

  /* ---- What is kept ---- */

  async function kept() {
    const found = [];
    for (const name of await caches.keys()) {
      const told = name.startsWith("giu:") && await (await caches.open(name)).match("/giu.json");
      if (told) found.push({ name, ...await told.json() });
    }
    return found;
  }

  // As a stranger asks: no cookie goes along, so nobody's name comes back.
  async function ask(address) {
    const answer = await fetch(address, { credentials: "omit", redirect: "error" });
    if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${address}`), { status: answer.status });
    return answer;
  }

  async function plan(sources) {
    const told = await Promise.all(sources.map(async source => (await ask(source)).json()));
    const unplayable = new Audio().canPlayType('audio/ogg; codecs="opus"') ? /\.mp3\?/ : /\.opus\?/;
    const files = Object.entries(Object.assign({}, ...told.map(one => one.files)));
    const needed = files.filter(([address]) => !unplayable.test(address));
    const { title, language, tag, address } = told[0];
    return {
      title, language, tag, address, sources, version: told.map(one => one.version).join("-"),
      pages: Object.assign({}, ...told.map(one => one.pages)), files: needed.map(([address]) => address),
      bytes: [...told.map(one => one.pages_bytes), ...needed.map(([, size]) => size)].reduce((a, b) => a + b),
    };
  }

  async function copy(into, address, source, isPage) {
    const answer = await ask(source), headers = new Headers(answer.headers);
    for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
    const body = isPage ? (await answer.text()).replace("<html ", "<html data-kept ") : await answer.blob();
    await into.put(address, new Response(body, { headers }));
  }

  // `older`: the copy that this one is to replace, unless it was removed meanwhile.
  const keep = (planned, tell, older) => alone(async () => {
    const { language, address, version, pages, files, bytes, ...said } = planned;
    const name = `giu:${language}:${address}:${version}`, cache = await caches.open(name);
    const rest = [...Object.entries(pages).map(one => [...one, true]), ...files.map(one => [one, one])];
    const { length } = rest, { quota, usage } = await navigator.storage?.estimate?.() || {};
    try {
      if (quota - usage < bytes + SPARE) throw new DOMException("no room", "QuotaExceededError");
      await Promise.all([1, 2, 3, 4].map(async () => {
        for (let one; (one = rest.shift());) {
          await copy(cache, ...one);
          tell(1 - rest.length / length);
        }
      }));
      if (older && !await caches.has(older.name)) throw new Error("removed meanwhile");
      await navigator.serviceWorker.register("/sw.js");
      await cache.put("/giu.json", new Response(JSON.stringify({ language, address, version, bytes, ...said })));
    } catch (error) {
      rest.length = 0;
      await caches.delete(name);
      throw error;
    }
    for (const one of await kept())
      if (one.name !== name && one.language === language && one.address === address) await caches.delete(one.name);
  });

  async function forget({ name }) {
    await caches.delete(name);
    if ((await kept()).length) return;
    if ((await caches.keys()).some(name => name.startsWith("tui:"))) return; // the bag is opened by the same worker
    await caches.delete("tieng");
    for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
  }

  // A lesson that has changed is kept anew, one that is no longer taught goes; without a network all stays.
  async function freshen(one) {
    try {
      const now = await plan(one.sources);
      if (now.version !== one.version) await keep(now, () => {}, one);
    } catch ({ status }) {
      if (status === 404 || status === 410) await forget(one);
    }
  }

  /* ---- The card on a lesson's first page ---- */

  async function offer(card) {
    const { keep: sources, address } = card.dataset, asked = sources.trim().split(" ");
    const language = new URL(asked[0], location).searchParams.get("tieng");
    const show = state => all("[data-when]", card).forEach(part => {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    });
    const say = state => {
      show(state);
      card.querySelector("[role=status]").focus();
    };
    const size = bytes => all("[data-size]", card).forEach(part => {
      part.querySelector("b").textContent = Math.ceil(bytes / 1024);
      part.hidden = false;
    });
    const mine = async () => (await kept()).find(one => one.address === address && one.language === language);
    const [now, later] = card.querySelectorAll("button"), progress = card.querySelector("progress");
    now.addEventListener("click", async () => {
      progress.value = 0;
      say("keeping");
      try {
        const planned = await plan(asked);
        size(planned.bytes);
        await keep(planned, share => { progress.value = share; });
        await (await caches.open("tieng")).put("/tieng", new Response(language));
        navigator.storage?.persist?.();
        say("kept");
      } catch (error) {
        say(error.name === "QuotaExceededError" ? "full" : "broken");
      }
    });
    later.addEventListener("click", async () => {
      await forget(await mine());
      say("offered");
    });
    const here = await mine();
    show(here ? "kept" : "offered");
    card.hidden = false;
    if (here) return size(here.bytes);
    new IntersectionObserver((seen, observer) => {
      if (!seen.some(one => one.isIntersecting)) return;
      observer.disconnect();
      plan(asked).then(planned => size(planned.bytes), () => {});
    }).observe(card);
  }

  // The kept first page was a stranger's: it goes on where this phone was.
  function goOn({ dataset: { address, goOn } }) {
    const next = document.querySelector(".four-next"), place = localStorage[`place:${address}`];
    if (place) [next.href, next.querySelector("span").textContent] = [place, goOn];
  }

  /* ---- The list of what is kept ---- */

  async function list(section) {
    const found = await kept(), pattern = section.querySelector("template"), rows = pattern.parentNode;
    for (const one of found) {
      const row = pattern.content.cloneNode(true), link = row.querySelector("a"), title = row.querySelector("b");
      link.href = `${one.address}?lang=${encodeURIComponent(one.language)}`;
      [title.textContent, title.lang] = [one.title, one.tag];
      rows.append(row);
    }
    section.hidden = !found.length;
  }

  /* ---- The end of a lesson: what waits to be sent, and how many answers of it are right ---- */

  async function end(part) {
    const waiting = (await window.outreachOutbox.waiting()).filter(({ url }) => url.startsWith(`${part.dataset.end}/`));
    if (!part.hidden && !waiting.length) location.reload(); // now it is sent, and the page itself tells how one stands
    const told = part.dataset.right.split(" "), right = new Map(), given = new Map();
    while (told.length) right.set(told.shift(), told.shift());
    for (const { url, fields } of waiting) if (right.has(url)) given.set(url, fields.choice);
    const counts = { right: [...given].filter(([url, choice]) => right.get(url) === choice).length, given: given.size };
    for (const name in counts) part.querySelector(`[data-count=${name}]`).textContent = counts[name];
    part.querySelector("[data-answers]").hidden = !given.size;
    part.hidden = !waiting.length;
    all("[data-sent]").forEach(other => { other.hidden = waiting.length > 0; });
  }

  document.addEventListener("DOMContentLoaded", async () => {
    for (const part of all("[data-end]")) document.addEventListener("outbox", () => end(part));
    if (!able) return;
    await Promise.all([...all("[data-keep]").map(offer), ...all("[data-kept-list]").map(list)]);
    if ("kept" in dataset) all("[data-keep]").forEach(goOn);
    else for (const one of await kept()) await freshen(one);
  });
}
