// What lies sealed on this phone: who carries a bag here, the bag, half-filled forms, and what waits to be sent.
// The bag opens with the data key, which the PIN unwraps; a record is sealed to a public key, so that it can be put by
// while the PIN is not typed. How it fits together: docs/decisions/023-the-bag-on-the-phone.md.
"use strict";

const sealed = (() => {
  const ROUNDS = 600000, WAITS = [30, 60, 300, 900]; // of PBKDF2; seconds, from the fourth wrong PIN on
  const { subtle } = window.crypto;
  const random = count => crypto.getRandomValues(new Uint8Array(count));
  const bytes = text => new TextEncoder().encode(text);
  const toBase64 = raw => btoa(Array.from(new Uint8Array(raw), one => String.fromCharCode(one)).join(""));
  const fromBase64 = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));
  const told = kept => Object.fromEntries(Object.entries(kept).map(([name, raw]) => [name, toBase64(raw)]));
  const newId = () => {
    const hex = Array.from(random(16), one => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
  };

  /* ---- The cupboard ---- */

  let cupboard;
  const open = () => cupboard ||= new Promise((use, fail) => {
    const opening = indexedDB.open("tui", 1);
    opening.onupgradeneeded = () => {
      const made = (name, how) => opening.result.createObjectStore(name, how);
      made("people", { keyPath: "who" });
      made("bags", { keyPath: "who" });
      made("drafts", { keyPath: "key" });
      for (const name of ["queue", "sent"]) {
        made(name, { keyPath: "n", autoIncrement: true }).createIndex("id", "id", { unique: true });
      }
    };
    opening.onsuccess = () => use(opening.result);
    opening.onerror = () => fail(opening.error);
  });

  // One transaction over these shelves; it has happened, on the disk, when the promise is kept.
  async function deal(shelves, work) {
    const transaction = (await open()).transaction(shelves, "readwrite", { durability: "strict" });
    return new Promise((use, fail) => {
      let result;
      transaction.oncomplete = () => use(result);
      transaction.onabort = () => fail(transaction.error || new DOMException("aborted", "AbortError"));
      result = work(...[].concat(shelves).map(name => transaction.objectStore(name)));
    });
  }

  async function read(shelf, ask) {
    const asked = ask((await open()).transaction(shelf).objectStore(shelf));
    return new Promise((use, fail) => {
      asked.onsuccess = () => use(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  }
  const all = shelf => read(shelf, rows => rows.getAll());
  const one = (shelf, key) => read(shelf, rows => rows.get(key));

  // Read a person's row, change it, write it back, with nothing in between.
  const amend = (who, change) => deal("people", people => {
    people.get(who).onsuccess = ({ target }) => target.result && people.put(Object.assign(target.result, change(target.result)));
  });

  /* ---- Locking and sealing ---- */

  async function lock(key, content) {
    const iv = random(12);
    return { iv, box: new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, content)) };
  }
  const unlock = async (key, { iv, box }) => new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv }, key, box));
  const lockJson = (key, value) => lock(key, bytes(JSON.stringify(value)));
  const unlockJson = async (key, kept) => JSON.parse(new TextDecoder().decode(await unlock(key, kept)));

  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const dataKey = raw => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const halfKey = raw => subtle.importKey("pkcs8", raw, CURVE, false, ["deriveBits"]);

  async function shared(half, whole, salt) {
    const bits = await subtle.deriveBits({ name: "ECDH", public: whole }, half, 256);
    const root = await subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes("tui") };
    return subtle.deriveKey(how, root, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }

  // Whoever has the person's row can seal; only whoever has her data key can read it again.
  async function seal({ whole }, value) {
    const once = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const salt = new Uint8Array(await subtle.exportKey("raw", once.publicKey));
    return { salt, ...await lockJson(await shared(once.privateKey, whole, salt), value) };
  }
  async function unseal(half, kept) {
    const once = await subtle.importKey("raw", kept.salt, CURVE, false, []);
    return unlockJson(await shared(half, once, kept.salt), kept);
  }

  /* ---- The PIN ---- */

  // Without this browser's own device key the PIN alone opens nothing, however fast somebody guesses elsewhere.
  async function pinKey({ device, salt }, pin) {
    const typed = await subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveBits"]);
    const slow = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, typed, 256);
    return subtle.importKey("raw", await subtle.sign("HMAC", device, slow), "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  let counted = "", since = 0, full = 0; // `full`: until when nothing may be tried where a wrong PIN cannot be noted
  const pause = wrong => wrong < 4 ? 0 : 1000 * WAITS[Math.min(wrong - 4, 3)];
  // Milliseconds until a PIN may be tried. They pass only while a page is open, by its own clock, which nobody can set;
  // from the beginning on a page newly opened, and when another one has tried meanwhile.
  function wait({ who, wrong = 0 }) {
    const now = performance.now();
    if (counted !== `${who}:${wrong}`) [counted, since] = [`${who}:${wrong}`, now];
    return Math.max(since + pause(wrong) - now, full - now, 0);
  }

  // Keys to all that is hers, or null for a wrong PIN. It is counted as wrong before it is tried: a page that is closed
  // meanwhile has had its guess.
  async function enter(who, pin) {
    const row = await one("people", who);
    if (wait(row)) return null;
    let beaten = false; // by another page that tried in the same moment
    await amend(who, ({ wrong }) => {
      beaten = wrong !== row.wrong;
      return { wrong: (wrong || 0) + 1 };
    }).catch(() => { full = performance.now() + pause(4); });
    if (beaten) return null;
    try {
      const raw = await unlock(await pinKey(row, pin), row.wrapped);
      full = 0;
      await amend(who, () => ({ wrong: 0, used: Date.now() })).catch(() => {});
      return await keysOf(row, raw);
    } catch {
      return null;
    }
  }

  async function keysOf(row, raw) {
    const data = await dataKey(raw);
    return { row, data, half: await halfKey(await unlock(data, row.half)), secret: await unlockJson(data, row.errand) };
  }

  // What was sealed for one pair of keys, sealed for another: [shelf, row] each.
  async function sealedAnew(old, row) {
    const found = [];
    for (const shelf of ["queue", "drafts"]) {
      for (const kept of (await all(shelf)).filter(({ by }) => by === row.who)) {
        const value = await unseal(old.half, kept.box).catch(() => null);
        if (value) found.push([shelf, { ...kept, state: "waits", fate: null, box: await seal(row, value) }]);
      }
    }
    return found;
  }

  // A bag of her own on this phone; `made` is what the house gave. With the same data key as before, what waited can
  // be read again. With another one (the house has lost the old one) only what `old`, her open keys, can read is saved.
  async function setUp(me, made, pin, old = null) {
    const before = await one("people", me.id), raw = fromBase64(made.key), data = await dataKey(raw);
    const known = before?.half && await unlock(data, before.half).catch(() => null);
    const pair = known ? null : await subtle.generateKey(CURVE, true, ["deriveBits"]);
    const half = known ? before.half : await lock(data, await subtle.exportKey("pkcs8", pair.privateKey));
    const device = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const row = { who: me.id, name: me.name, mark: made.mark, whole: known ? before.whole : pair.publicKey, half, device };
    Object.assign(row, { salt: random(16), wrong: 0, used: Date.now() });
    row.wrapped = await lock(await pinKey(row, pin), raw);
    row.errand = await lockJson(data, made.secret);
    const held = old?.row.who === me.id, anew = !known && held ? await sealedAnew(old, row) : [];
    await deal(["people", "bags", "queue", "drafts"], (people, bags, queue, drafts) => {
      people.put(row);
      bags.delete(row.who);
      for (const [shelf, kept] of anew) (shelf === "queue" ? queue : drafts).put(kept);
    });
    return { ...await keysOf(row, raw), lost: Boolean(before?.half) && !known && !held };
  }

  // The house's time: this phone's, less what it was ahead when the bag was filled; its own, where it was set back since.
  const houseTime = ({ as_of, off = 0 }) => Date.now() - off < new Date(as_of) ? Date.now() : Date.now() - off;

  // A bag that is too old goes, whoever carried it, before anybody types a PIN; its owner is told of it afterwards.
  const expire = async () => {
    const old = (await all("bags")).filter(bag => new Date(bag.good_until) <= houseTime(bag));
    if (old.length) await deal("bags", bags => old.forEach(({ who }) => bags.delete(who)));
    for (const { who, as_of } of old) await amend(who, () => ({ aged: as_of })).catch(() => {}); // no room
  };

  // All that can be read is gone, in other tabs too; what waits stays, sealed, until she signs in and sets up again.
  // With `lost`, her keys stay as long as more records wait than those that nobody can open. Whether the keys went.
  async function wipe(who, lost = Infinity) {
    let gone = false;
    await deal(["people", "bags", "queue"], (people, bags, queue) => {
      bags.delete(who);
      queue.getAll().onsuccess = ({ target: { result: rows } }) => {
        gone = rows.filter(({ by }) => by === who).length <= lost;
        if (gone) people.get(who).onsuccess = ({ target: { result } }) => {
          if (!result) return;
          for (const name of ["wrapped", "salt", "device", "errand"]) delete result[name];
          people.put(result);
        };
      };
    });
    try {
      localStorage.tui = `${who} ${Date.now()}`;
    } catch { /* then another tab finds out when it is looked at */ }
    return gone;
  }

  /* ---- What waits ---- */

  // Put by, once: the same id twice is the same record. `draft` goes away in the same moment. A correction takes the
  // place of row `n`; false where that is gone: it was sent meanwhile, as it was.
  async function put(row, record, draft = "", n = 0) {
    const kept = { id: record.client_id, by: row.who, state: "waits", box: await seal(row, record) };
    let done = true;
    await deal(["queue", "drafts"], (queue, drafts) => {
      (n ? queue.getKey(n) : queue.index("id").getKey(kept.id)).onsuccess = ({ target: { result } }) => {
        done = Boolean(result) || !n;
        if (done) queue.put(result ? { ...kept, n: result } : kept);
      };
      if (draft) drafts.delete(draft);
    });
    document.dispatchEvent(new Event("tui"));
    return done;
  }
  // Who has no keys is known by her half key, which only the house can open; so are records, one by one (`boxes`).
  const unopened = async ({ who, mark, half }, boxes = []) => {
    const { length } = await waiting(who);
    return { mark, half: told(half), waiting: length, now: new Date().toISOString(), boxes: boxes.map(told) };
  };
  const waiting = async who => (await all("queue")).filter(({ by }) => by === who);

  const able = Boolean(subtle && window.indexedDB);
  return {
    able, newId, toBase64, bytes, deal, all, one, amend, lock, lockJson, unlockJson, seal, unseal, wait, enter, setUp, expire,
    houseTime, wipe, put, waiting, unopened,
  };
})();
