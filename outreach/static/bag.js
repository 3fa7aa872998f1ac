// The bag's page, once it is open: turning pages by the address's hash, and what each button does.
"use strict";

{
  const { state } = errand, { KINDS, all, word, put, when, repeat, show, told, title, houseRow } = view;
  const IDLE = 15 * 60000, SHOWN = 60, DRAWN = 20; // ms without a touch until it locks; rows of a search, of today
  const go = place => location.replace(`#${place}`);
  const tag = (root, name) => root.querySelector(name);
  let touched = Date.now();

  /* ---- The bag is open ---- */

  document.addEventListener("unlocked", async ({ detail: keys }) => {
    state.keys = keys;
    navigator.storage?.persist?.(); // a browser that said no may say yes once the page is used or installed
    state.kept = Boolean(await caches.match("/tui"));
    await errand.openBag();
    await errand.look();
    if (keys.lost) news.say({ id: "lost", text: word("lost") });
    await turn();
    const had = state.bag;
    await errand.send(); // before anything is fetched: what waits must be gone before a bag that is over goes
    if (!state.bag) await errand.fill();
    const asks = tag(document, '[data-when="sure"]:not([hidden])'); // it stays until it is answered
    if (!had && !asks) await turn(); // what was asked for may be there now
    errand.keepPage().catch(() => {}); // not now: what was kept before stays
  });
  async function lock() {
    await sheets.flush();
    location.reload(); // nothing that was readable stays behind
  }
  document.addEventListener("signed-out", lock);

  /* ---- Turning pages ---- */

  async function turn() {
    if (!state.keys) return;
    await sheets.flush();
    if (state.mended) {
      state.mended = "";
      errand.send();
    }
    const [path, question] = location.hash.slice(1).split("?"), [page, id, ...rest] = path.split("/");
    news.drop(({ record: made }) => made && !["", "hom-nay"].includes(page)); // the list tells it from now on
    count();
    if (page === "ho" && id === "moi") return sheets.open("household", null);
    if (page === "ho") return atHouse(id, rest.join("/"), question);
    if (page === "cho-gui" && id) return record(id);
    (PAGES[page] || today)();
  }
  async function atHouse(id, deed, question) {
    const home = view.homes().get(await settled(id));
    if (!home) return show("gone");
    if (!KINDS[deed]) return household(home);
    return sheets.open(KINDS[deed], home, { preset: question ? [["outcome", question]] : [] });
  }
  // A household that was noted here and has been taken since has a number now.
  async function settled(id) {
    if (!id.startsWith("~") || state.rows.some(row => `~${row.id}` === id)) return id;
    const row = (await sealed.all("sent")).find(one => `~${one.id}` === id);
    const fate = row && await sealed.unseal(state.keys.half, row.box).catch(() => null);
    return fate?.id ? String(fate.id) : id;
  }

  function filledText() {
    const { bag, over, keys: { row: { aged } } } = state;
    if (bag) return word("filled", { time: view.clock(bag.as_of) });
    return over || !aged ? word(over ? "over" : "unfilled") : word("aged", { day: view.day(aged), now: view.day(Date.now()) });
  }

  function today() {
    const root = show("hom-nay"), homes = view.homes(), off = Math.abs(state.off);
    const all_ = (state.bag?.today || []).map(([id, why]) => ({ home: homes.get(String(id)), why }));
    const day = view.iso(new Date(Date.now() - state.off)), due = ({ home }) => Boolean(home.due) && home.due <= day;
    // What was promised for a day that has come since the bag was filled, or here since, is not on the list yet.
    const filled = state.bag ? view.iso(new Date(state.bag.as_of)) : "", came = [...homes.values()].filter(home => home.seen || home.due > filled)
      .map(home => ({ home, why: word("promised", { day: view.date(home.due) }) }));
    const rows = [...all_.filter(({ home }) => home && !home.seen), ...came.filter(due)].sort((one, two) => due(two) - due(one));
    const first = rows[0]?.home;
    const listed = rows.length, count = Math.max(listed, (state.bag?.due || 0) - all_.length + listed);
    put(root, { title: count ? word(count === 1 ? "title-one" : "title", { count }) : "", day: view.weekday(new Date()) });
    put(root, { filled: filledText(), clock: off > 3e5 ? word("clock", { time: view.span(off) }) : "" });
    put(root, { listed: count > listed ? word("listed", { count: listed }) : "", more: listed > DRAWN ? word("more", { count: DRAWN }) : "" });
    repeat(tag(root, ".houses > li"), rows.slice(0, DRAWN), (row, { home, why }) =>
      houseRow(row, home, { why, place: rows.findIndex(one => one.home === home) + 1 }));
    when(root, { none: !count && Boolean(state.bag) });
    const main = tag(root, ".save-bar a");
    main.hidden = !first;
    if (!first) return;
    main.href = `/tui#ho/${first.id}/tham`;
    tag(main, "span").textContent = word("record", { name: first.name });
  }

  function find() {
    const root = show("tim"), input = tag(root, "#find"), list = tag(root, ".houses"), pattern = list.firstElementChild;
    const look = () => {
      const found = view.search(input.value), shown = found.slice(0, SHOWN);
      list.replaceChildren(pattern.cloneNode(true));
      repeat(list.firstElementChild, shown, (row, home) => {
        const why = home.members.filter(({ name }) => name !== home.name).map(({ name }) => name).join(", ");
        houseRow(row, home, { why: home.id.startsWith("~") ? word("here") : why });
        tag(row, ".place").hidden = true;
      });
      put(root, { found: word(found.length > SHOWN ? "found-many" : "found", { count: found.length, shown: SHOWN }) });
    };
    input.addEventListener("input", look);
    look();
  }

  function household(home) {
    const root = show("ho", { back: "#tim" }), here = home.seen && home.last === view.iso(new Date());
    const last = home.last && `${view.date(home.last)}${home.outcome ? ` · ${word(`outcome-${home.outcome}`)}` : ""}`;
    const village = state.bag?.lists.villages.find(([id]) => id === home.village)?.[1];
    put(root, { name: home.name, address: [village, home.address].filter(Boolean).join(", ") });
    put(root, { last: here ? word("just-now") : last || word("never"), due: view.date(home.due) || word("no-day") });
    tag(root, "[data-stage]").replaceChildren(...view.pattern(`stage-${home.stage}`).cloneNode(true).childNodes);
    for (const link of all("[data-to]", root)) link.href = `/tui#ho/${home.id}/${link.dataset.to}`;
    view.call(root, home.phone);
    repeat(tag(root, '[data-row="member"]'), home.members, (piece, one) => {
      const about = [one.relation && word(`relation-${one.relation}`), one.born && word("born", { year: one.born }), one.id.startsWith("~") && word("here")];
      put(piece, { name: one.name, about: about.filter(Boolean).join(" · ") });
      for (const mark of all("[data-mark]", piece)) mark.hidden = !one.flags.includes(mark.dataset.mark);
      view.call(piece, one.phone);
    });
    repeat(tag(root, '[data-row="record"]'), home.waits, recordRow);
    when(root, { here: home.id.startsWith("~"), nobody: !home.members.length, waits: home.waits.length });
  }

  // The page is drawn only when all that belongs on it has been read: it may be turned, or asked for twice, meanwhile.
  async function lessons() {
    const { hash } = location, found = [];
    for (const name of await caches.keys()) {
      const kept = name.startsWith("giu:") && await (await caches.open(name)).match("/giu.json");
      if (kept) found.push(await kept.json());
    }
    if (location.hash !== hash) return;
    const root = show("bai-hoc");
    repeat(tag(root, '[data-row="lesson"]'), found, (row, one) => {
      tag(row, "a").href = `${one.address}?lang=${encodeURIComponent(one.language)}`;
      tag(row, "b").textContent = one.title;
    });
    when(root, { none: !found.length });
  }
  function points() {
    const root = show("diem"), found = state.bag?.lists.points || [];
    repeat(tag(root, '[data-row="point"]'), found, (piece, [name, address, number, hours]) => {
      put(piece, { name, address, hours });
      view.call(piece, number);
    });
    when(root, { none: !found.length });
  }

  /* ---- What waits ---- */

  const stateText = row => word(row.state === "waits" ? "here" : row.state);
  function recordRow(item, row) {
    tag(item, "a").href = `/tui#cho-gui/${row.id}`;
    [tag(item, "b").textContent, tag(item, ".second").textContent] =
      [title(row.record), `${row.record.at ? `${view.clock(row.record.at)} · ` : ""}${stateText(row)}`];
  }

  async function waiting() {
    const { hash } = location, { who } = state.keys.row, room = await navigator.storage?.estimate?.();
    const others = (await sealed.all("queue")).filter(({ by }) => by !== who).length;
    const boxes = (await sealed.all("sent")).filter(({ by }) => by === who).reverse();
    const opened = await Promise.all(boxes.map(({ box }) => sealed.unseal(state.keys.half, box).catch(() => null)));
    if (location.hash !== hash) return;
    const root = show("cho-gui"), { rows, fault, next, busy, unreadable } = state, sent = opened.filter(Boolean);
    put(root, { title: rows.length ? word("unsent", { count: rows.length }) : word("nothing"), fault: fault && word(`fault-${fault}`) });
    put(root, { state: busy ? word("sending") : next ? word("next", { time: view.clock(next) }) : "", filled: filledText() });
    put(root, { others: others ? word("others", { count: others }) : "", unreadable: unreadable ? word("unreadable", { count: unreadable }) : "" });
    const size = room && Math.floor((room.quota - room.usage) / 1e6);
    put(root, { room: room ? word("room", { size: size.toLocaleString(document.documentElement.lang) }) : "", ready: word(state.kept ? "ready" : "not-ready") });
    put(root, { over: state.over ? word("over") : "", unfilled: state.unfilled && state.unfilled !== fault ? word(`fault-${state.unfilled}`) : "" });
    when(root, { unsent: rows.length, sent: sent.length, clear: false, carries: !state.over });
    when(root, Object.fromEntries(["sign-in", "other", "no-network", "unknown"].map(name => [name, fault === name])));
    repeat(tag(root, '[data-row="record"]'), rows, recordRow);
    repeat(tag(root, '[data-row="sent"]'), sent, (item, fate) =>
      put(item, { what: title(fate.record), fate: [word(fate.fate), fate.text].filter(Boolean).join(". ") }));
  }

  const hanging = row => state.rows.filter(one => one !== row && JSON.stringify(one.record).includes(`~${row.id}`));
  const open = () => state.rows.find(({ id }) => `#cho-gui/${id}` === location.hash);
  function record(id) {
    const row = state.rows.find(one => one.id === id);
    if (!row) return show("sent-already");
    const root = show("ban-ghi"), home = view.homes().get(told(row.record).house) || { members: [] }, { alike, base, text = "" } = row.fate || {};
    const faults = Object.values(row.fate?.errors || {}).flat(), count = hanging(row).length;
    put(root, { what: title(row.record), when: row.record.at ? view.clock(row.record.at) : "", state: stateText(row), word: [text, ...faults].join(" ") });
    put(root, { hangs: count ? word("hangs", { count }) : "" });
    when(root, { word: text || faults.length, alike, asked: base, mine: true });
    repeat(tag(root, '[data-row="alike"]'), alike || [], (item, [house, name]) => {
      tag(item, "button").dataset.house = house;
      tag(item, "span").textContent = word("same-house", { name });
    });
    repeat(tag(root, '[data-row="said"]'), sheets.said(row, home), (item, [name, said]) =>
      [tag(item, "dt").textContent, tag(item, "dd").textContent] = [name, said]);
  }

  // Changed and sent again: the house's question is answered.
  async function answer(row, extra) {
    const { fields } = row.record, record_ = { ...row.record, fields: [...fields.filter(([name]) => name !== extra[0]), extra] };
    await errand.alone(() => sealed.put(state.keys.row, record_));
    await errand.look();
    go("cho-gui");
    errand.send();
  }
  async function drop(row) {
    const going = [row, ...hanging(row)];
    await errand.alone(() => sealed.deal("queue", queue => going.forEach(({ n }) => queue.delete(n))));
    await sheets.forget(`record:${row.id}`);
    await errand.look();
    go("cho-gui");
    if (state.over) errand.send(); // it may have been the last
  }
  function mend(row, asked = null) {
    const { kind, house } = told(row.record);
    return sheets.open(kind, house ? view.homes().get(house) || { id: house, name: "", members: [] } : null, { row, asked });
  }

  const DEEDS = {
    forgotten: door.forgotten, other: door.other, lock, afresh: () => sheets.afresh(),
    send: () => errand.send(), again: () => errand.again(), fill: () => errand.fill(true), file: () => errand.file(),
    clear: () => when(document, { clear: true }), "clear-not": () => when(document, { clear: false }),
    "clear-now": () => sealed.wipe(state.keys.row.who).then(() => location.replace("/tui")),
    mend: () => mend(open()), change: () => mend(open(), open().fate), keep: () => drop(open()),
    same: button => answer(open(), ["same", button.dataset.house]), anyway: () => answer(open(), ["anyway", "1"]),
    drop: () => when(document, { sure: true, mine: false }), "drop-not": () => when(document, { sure: false, mine: true }),
    "drop-now": () => drop(open()),
  };
  const PAGES = { "": today, "hom-nay": today, tim: find, "bai-hoc": lessons, diem: points, "cho-gui": waiting };
  const LIVE = ["", "hom-nay", "cho-gui"]; // drawn anew when something has changed

  /* ---- What was put by ---- */

  document.addEventListener("put-by", ({ detail }) => {
    news.drop(({ id }) => id === "full");
    news.say({ id: detail.client_id, record: detail });
    state.fates[detail.client_id] = null;
    go("hom-nay");
    turn();
    errand.send();
  });
  document.addEventListener("full", ({ detail: made }) => {
    news.say({ id: "full", text: word("full"), button: word("save-file"), act: () => errand.file([made]) });
    tag(document, "#news").focus();
  });

  /* ---- What the fingers do ---- */

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-do], [data-lock]");
    if (button) DEEDS[button.dataset.do || "lock"](button);
  });
  document.addEventListener("submit", event => {
    event.preventDefault();
    if (!["unlock", "set-up"].includes(event.target.dataset.form)) sheets.submit();
  });
  addEventListener("hashchange", turn);

  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => { touched = Date.now(); }, true);
  const idle = () => state.keys && Date.now() - touched > IDLE && lock();
  setInterval(idle, 30000);
  document.addEventListener("visibilitychange", idle);

  // On the list itself the way to it would only take room.
  async function count() {
    const there = state.keys ? state.rows.length : await door.unsent();
    for (const one of all("[data-waiting]")) {
      one.hidden = !there || location.hash === "#cho-gui" && Boolean(state.keys);
      tag(one, "[data-waiting-count]").textContent = there;
    }
  }
  document.addEventListener("tui", () => {
    count();
    if (!state.keys) return;
    news.tell();
    if (LIVE.includes(location.hash.slice(1)) && !tag(document, '[data-when="clear"]:not([hidden])')) turn();
  });

  door.start();
}
