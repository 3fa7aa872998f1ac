// The bag's errands: sends what waits, fetches what has changed, keeps its own page for days without a network.
"use strict";

const errand = (() => {
  const BATCH = 50, PATIENCE = 30000, SOON = 15000, LATE = 30 * 60000; // records; ms
  const KEPT = 3 * 86400000; // ms: so long one can read here what was sent
  const REST = 60000; // ms between two fillings nobody asked for
  const ROOM = 5 * 1024 * 1024; // bytes that stay free for records: below that nothing more is fetched
  const life = sealed.newId(); // of this page: only within it can its own clock be compared
  const state = { keys: null, bag: null, rows: [], busy: false, fates: {}, taken: [], fault: "", next: 0, tries: 0, off: 0, mended: "", unreadable: 0 };
  const tell = () => document.dispatchEvent(new Event("tui"));
  let timer, filled = 0;

  /* ---- Asking the house ---- */

  class Fault extends Error {}
  const FAULTS = { 0: "sign-in", 401: "sign-in", 403: "role", 404: "other", 400: "body", 413: "body", 422: "body" };

  // The house's answer, or a Fault: no-network, sign-in, role, other (somebody else is signed in), body, house.
  async function ask(door, body) {
    const how = { method: "POST", redirect: "manual", signal: AbortSignal.timeout?.(PATIENCE) };
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(door, { ...how, headers, body: JSON.stringify(body) }).catch(() => null);
    if (!answer) throw new Fault("no-network");
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) return said;
    const fault = answer.ok ? "no-network" : FAULTS[answer.status] || "house"; // ok, but no JSON: a stranger's page
    throw Object.assign(new Fault(fault === "other" ? await whose() : fault), { said });
  }
  // The house does not know this phone as that of whoever is signed in: it is somebody else, or it has lost the phone.
  async function whose() {
    const here = await fetch("/tui/ai").then(answer => answer.json()).catch(() => ({}));
    return here.id === state.keys?.row.who ? "unknown" : "other";
  }
  const greeting = () => {
    const { row, secret } = state.keys;
    return { mark: row.mark, secret, waiting: state.rows.length, now: new Date().toISOString() };
  };

  /* ---- What waits, opened ---- */

  async function look() {
    const rows = await sealed.waiting(state.keys.row.who), { half } = state.keys;
    const opened = await Promise.all(rows.map(async row => {
      const record = await sealed.unseal(half, row.box).catch(() => null);
      const fate = row.fate && await sealed.unseal(half, row.fate).catch(() => null);
      return { ...row, record, fate };
    }));
    state.rows = opened.filter(({ record }) => record);
    state.unreadable = rows.length - state.rows.length;
    tell();
  }

  // By the page's own clock, which nobody can set. Where the phone slept meanwhile, or its clock was set ahead, it is
  // older than that.
  function age({ life: born, tick, at }) {
    if (born !== life) return {};
    const passed = performance.now() - tick, shown = Date.now() - new Date(at), seconds = Math.round(passed / 1000);
    return shown - passed > 60000 ? { least: seconds } : { age: seconds };
  }
  const asSent = ({ record }) => {
    const { client_id, url, fields, at, off, heard, by } = record;
    return { client_id, url, fields, at, off, heard, ...age(record), by };
  };
  // What tells later whether the clock was set: how far it was off by the house's last word, and that it is not before.
  function clock() {
    if (!state.bag) return {};
    const least = Date.parse(state.bag.as_of) + (state.tick ? performance.now() - state.tick : 0);
    return { off: state.leapt ? null : Math.round(state.off / 1000), heard: new Date(least).toISOString() };
  }
  const stamp = record =>
    ({ at: new Date().toISOString(), life, tick: performance.now(), ...clock(), by: state.keys.row.who, ...record });
  // The latest that its clock has shown: less when the page is next opened, and it was set back.
  function seen(anew = false) {
    try {
      if (anew || !(localStorage.seen > Date.now())) localStorage.seen = Date.now();
      return localStorage.seen - Date.now() > 60000;
    } catch {
      return false; // barred
    }
  }

  /* ---- Sending ---- */

  // What came of one record: it leaves the queue only by this word of the house, in one step with its receipt.
  async function settle(row, fate) {
    if (fate.fate === "waits") return;
    const stays = ["refused", "asked"].includes(fate.fate), { row: person } = state.keys;
    state.fates[row.id] = fate;
    if (!stays) state.taken.push({ ...fate, record: row.record });
    const box = await sealed.seal(person, stays ? fate : { ...fate, record: row.record });
    const write = sealed.deal(["queue", "sent", "drafts"], (queue, sent, drafts) => {
      queue.get(row.n).onsuccess = ({ target: { result } }) => {
        if (!result) return;
        if (stays) return queue.put({ ...result, state: fate.fate, fate: box });
        queue.delete(row.n);
        drafts.delete(`record:${row.id}`); // a correction that was begun and left
        sent.index("id").getKey(row.id).onsuccess = ({ target }) =>
          sent.put({ ...(target.result && { n: target.result }), id: row.id, by: row.by, when: Date.now(), late: fate.fate === "kept", box });
      };
    });
    await (stays ? write : write.catch(() => sealed.deal("queue", queue => queue.delete(row.n)))); // no room for receipts
  }

  // A batch that the house cannot read as a whole is halved until the one record is found that it cannot read.
  async function hand(rows) {
    try {
      const { fates } = await ask("/tui/gui", { ...greeting(), records: rows.map(asSent) });
      for (const fate of fates) {
        const row = rows.find(({ id }) => id === fate.client_id);
        if (row) await settle(row, fate);
      }
      return fates.some(({ fate }) => fate !== "waits");
    } catch (fault) {
      if (fault.message !== "body") throw fault;
      if (rows.length > 1) {
        const middle = rows.length >> 1;
        return [await hand(rows.slice(0, middle)), await hand(rows.slice(middle))].some(Boolean);
      }
      await settle(rows[0], { client_id: rows[0].id, fate: "refused", text: fault.said?.text || "", errors: {} });
      return true;
    }
  }

  // Of a bag that is over also what was refused before, or asked about, goes once more: the house keeps it apart now.
  async function sendAll() {
    const again = new Set();
    for (;;) {
      await look();
      const goes = row => row.state === "waits" || state.over && !again.has(row.id);
      const rows = state.rows.filter(row => goes(row) && row.id !== state.mended).slice(0, BATCH);
      rows.forEach(({ id }) => again.add(id));
      if (!rows.length || !await hand(rows)) return;
    }
  }

  const alone = work => navigator.locks ? navigator.locks.request("tui", work) : work();

  async function send() {
    if (!state.keys) return;
    if (state.busy) return void (state.again = true);
    clearTimeout(timer);
    Object.assign(state, { busy: true, again: false, next: 0 });
    tell();
    const before = state.rows.length;
    try {
      await alone(sendAll);
      Object.assign(state, { fault: "", tries: 0 });
    } catch (fault) {
      const known = fault instanceof Fault ? fault.message : "phone";
      Object.assign(state, { fault: known, tries: state.tries + 1 });
      state.next = Date.now() + Math.min(SOON * 2 ** (state.tries - 1), LATE);
      timer = setTimeout(send, state.next - Date.now());
    }
    state.busy = false;
    if (!state.keys) return; // locked meanwhile
    await look();
    if (state.again) return send(); // something was put by meanwhile
    // Also without a session the house says whether the bag is over.
    if (["", "sign-in", "other"].includes(state.fault)) await fill(state.over || state.fault || state.rows.length < before);
  }

  // What somebody cannot open here (signed out, or the PIN forgotten): of who carries a bag no more the house takes it as
  // it lies, and keeps it apart; of anybody else it hears how much there is. The first time nothing goes along: may it?
  async function handOver(person, waits) {
    for (let at = -BATCH; at < waits.length; at += BATCH) {
      const some = at < 0 ? [] : waits.slice(at, at + BATCH);
      const { fates } = await ask("/tui/kin", await sealed.unopened(person, some.map(({ box }) => box)));
      const taken = fates.filter(({ fate }) => ["there", "kept"].includes(fate)).map(({ client_id }) => client_id);
      await sealed.deal("queue", queue => some.filter(({ id }) => taken.includes(id)).forEach(({ n }) => queue.delete(n)));
    }
    await sealed.wipe(person.who, 0); // the bag is over; with records that stay, her PIN still opens them
  }

  // What was sent in these days, once more: the house may stand again as it did before it came. What it has, it has once.
  async function again() {
    const { row, half } = state.keys;
    for (const { by, box } of await sealed.all("sent")) {
      const fate = by === row.who && await sealed.unseal(half, box).catch(() => null);
      if (fate) await sealed.put(row, fate.record);
    }
    await send();
  }

  /* ---- Filling ---- */

  async function fill(now = false) {
    if (!state.keys || !now && Date.now() - filled < REST) return;
    const asked = filled = Date.now(), before = [...state.taken];
    try {
      const had = state.bag || {}, { row } = state.keys;
      const have = Object.fromEntries((had.households || []).map(([id, mark]) => [id, mark]));
      const room = await navigator.storage?.estimate?.();
      if (room && room.quota - room.usage < ROOM) throw new Fault("full");
      const said = await ask("/tui/do", { ...greeting(), scope: had.scope || "", lists: had.lists_mark || "", have });
      if (said.over) return await end(row.who);
      if (said.wipe) {
        await sealed.wipe(row.who);
        return location.reload();
      }
      Object.assign(state, { off: Date.now() - new Date(said.as_of), over: false, known: true });
      Object.assign(state, { tick: performance.now(), leapt: seen(true) });
      state.bag = { ...merged(said.anew ? {} : had, said), asked };
      state.taken = state.taken.filter(one => !before.includes(one));
      await keepBag();
      await sealed.amend(row.who, () => ({ name: said.me.name, aged: null }));
      state.unfilled = "";
    } catch (fault) {
      state.unfilled = fault instanceof Fault ? fault.message : fault.name === "QuotaExceededError" ? "full" : "phone";
      // Signed out while the bag lay open. Where nobody was signed in when it was opened, the PIN alone lets in.
      if (state.unfilled === "sign-in" && state.known) document.dispatchEvent(new Event("signed-out"));
    }
    tell();
  }

  // A bag that nobody carries any more: its households go at once, the keys once all is handed in or given up.
  async function end(who) {
    Object.assign(state, { bag: null, over: true, known: false, unfilled: "" });
    if (await sealed.wipe(who, state.unreadable)) return location.reload();
    tell();
    await alone(sendAll);
    return state.rows.length ? tell() : fill(true); // the house hears that nothing waits; then the keys go
  }

  function merged(had, said) {
    const left = new Map((had.households || []).map(entry => [entry[0], entry]));
    for (const id of said.gone || []) left.delete(id);
    for (const entry of said.households) left.set(entry[0], entry);
    const { scope, as_of, good_until, me, today, due } = said;
    const lists = said.lists || had.lists, lists_mark = said.lists_mark || had.lists_mark;
    return { scope, as_of, good_until, me, today, due, lists, lists_mark, households: [...left.values()] };
  }

  async function keepBag() {
    const { row, data } = state.keys, { good_until, as_of } = state.bag, box = await sealed.lockJson(data, state.bag);
    await sealed.deal("bags", bags => bags.put({ who: row.who, good_until, as_of, off: state.off, ...box }));
  }

  async function openBag() {
    const kept = await sealed.one("bags", state.keys.row.who);
    if (kept) Object.assign(state, { off: Date.now() - sealed.houseTime(kept), leapt: seen() });
    state.bag = kept ? await sealed.unlockJson(state.keys.data, kept) : null;
    const sent = await sealed.all("sent"), old = sent.filter(({ when, late }) => !late && when < Date.now() - KEPT);
    if (old.length) await sealed.deal("sent", rows => old.forEach(({ n }) => rows.delete(n))).catch(() => {});
    for (const { when, by, box } of sent) {
      if (by !== state.keys.row.who || when < state.bag?.asked) continue;
      const fate = await sealed.unseal(state.keys.half, box).catch(() => null);
      if (fate) state.taken.push(fate);
    }
  }

  /* ---- A file to keep, encrypted by the data key, which the house knows ---- */

  async function file(more = []) {
    const records = [...state.rows, ...more.map(record => ({ record }))].map(asSent);
    const { iv, box } = await sealed.lockJson(state.keys.data, { now: new Date().toISOString(), records });
    const told = { outreach: "bag", mark: state.keys.row.mark, iv: sealed.toBase64(iv), data: sealed.toBase64(box) };
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(told)], { type: "application/json" }));
    link.download = `tui-${now.slice(0, 10)}-${now.slice(11, 16).replace(":", "")}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /* ---- This very page, kept: a cache is whole once "/giu.json" stands in it; the older one goes only then ---- */

  async function keepPage() {
    const source = `/tui/giu.json?tieng=${document.documentElement.lang}`, plain = { credentials: "omit", redirect: "error" };
    const fetched = async address => {
      const answer = await fetch(address, plain);
      if (!answer.ok) throw new Fault("house");
      return answer;
    };
    const told = await (await fetched(source)).json(), name = `tui:${told.language}:${told.version}`;
    await navigator.serviceWorker.register("/sw.js");
    const cache = await caches.open(name);
    if (await cache.match("/giu.json")) return;
    const files = Object.keys(told.files).map(address => [address, address]);
    for (const [address, from] of [...files, ...Object.entries(told.pages)]) {
      const answer = await fetched(from), headers = new Headers(answer.headers);
      for (const one of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(one);
      await cache.put(address, new Response(await answer.blob(), { headers }));
    }
    await (await caches.open("tieng")).put("/tieng", new Response(told.language));
    await cache.put("/giu.json", new Response(JSON.stringify(told)));
    state.kept = true;
    tell();
    for (const older of await caches.keys()) if (older.startsWith("tui:") && older !== name) await caches.delete(older);
  }

  addEventListener("online", send);
  addEventListener("pagehide", () => seen());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" ? send() : seen());
  return { state, Fault, ask, look, clock, stamp, send, again, fill, openBag, handOver, file, keepPage, alone };
})();
