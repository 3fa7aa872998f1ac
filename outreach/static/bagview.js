// How the bag's page is drawn: patterns from the server, words in its language, and the households as they stand with
// what waits laid over them.
"use strict";

const view = (() => {
  const { state } = errand, { lang } = document.documentElement;
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const words = document.getElementById("words").content;
  const place = document.getElementById("tui");

  /* ---- Words ---- */

  const pattern = name => words.querySelector(`[data-word="${name}"]`);
  const word = (name, values = {}) =>
    (pattern(name)?.textContent || "").replace(/\{(\w+)\}/g, (_hole, key) => values[key] ?? "");
  const two = number => String(number).padStart(2, "0");
  const iso = day => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  const date = text => text ? text.slice(0, 10).split("-").reverse().join("/") : "";
  const day = moment => date(iso(new Date(moment)));
  // "10 days", in the page's language.
  function span(ms) {
    const [unit, long] = [["day", 864e5], ["hour", 36e5], ["minute", 6e4]].find(([, one]) => ms >= 2 * one);
    return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(ms / long));
  }
  const clock = moment => {
    const at = new Date(moment), past = iso(at) === iso(new Date()) ? "" : ` ${date(iso(at))}`;
    return `${two(at.getHours())}:${two(at.getMinutes())}${past}`;
  };
  const weekday = day => {
    const name = new Intl.DateTimeFormat(lang, { weekday: "long" }).format(day);
    return `${name[0].toUpperCase()}${name.slice(1)}, ${date(iso(day))}`;
  };
  const phone = number => (number || "").replace(/^\+84/, "0").replace(/^(\d{4})(\d{3})(\d{3})$/, "$1\u00a0$2\u00a0$3");
  const fold = text => (text || "").normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

  /* ---- Patterns ---- */

  // A screen takes the place of the one before; whoever cannot see is told by the heading.
  function show(name, { second = "", title = "", back = "#hom-nay" } = {}) {
    const { content, dataset } = document.querySelector(`template[data-screen="${name}"]`), bar = document.querySelector(".bar");
    place.replaceChildren(content.cloneNode(true));
    all("[data-when]", place).forEach(part => { part.hidden = true; });
    const [heading, line] = all("h1, .bar-words p", bar), way = bar.querySelector(".bar-back");
    [heading.textContent, line.textContent, line.hidden] = [title || dataset.title, second, !second];
    document.title = heading.textContent;
    way.hidden = "home" in dataset || !state.keys;
    way.href = `/tui${dataset.back || back}`;
    // On a sheet the title needs the room; one locks on any other page.
    document.querySelector("[data-lock]").hidden = !state.keys || Boolean(place.querySelector("[data-form]"));
    if (place.dataset.shown !== location.hash) scrollTo(0, 0); // drawn anew, a page stays where it was read
    place.dataset.shown = location.hash;
    return place;
  }
  function put(root, texts) {
    for (const [name, text] of Object.entries(texts)) {
      for (const slot of all(`[data-put="${name}"]`, root)) [slot.textContent, slot.hidden] = [text, !text];
    }
  }
  function when(root, parts) {
    for (const [name, shown] of Object.entries(parts)) {
      for (const part of all(`[data-when="${name}"]`, root)) part.hidden = !shown;
    }
  }
  // One piece for each item, made of the first; the list is hidden when there is none.
  function repeat(first, items, fill) {
    const list = first.parentNode;
    for (const item of items) {
      const piece = first.cloneNode(true);
      fill(piece, item);
      first.before(piece);
    }
    first.remove();
    if (/^[UO]L$/.test(list.tagName)) list.hidden = !items.length;
  }
  function call(root, number) {
    for (const link of all("[data-call]", root)) [link.href, link.hidden] = [`tel:${number}`, !number];
    put(root, { phone: phone(number) });
  }

  // A row of a list of houses; on today's list with its place in it and a second link, to record at once.
  function houseRow(row, home, { why = "", place = 0 }) {
    const [link, second] = all("a", row), texts = { ".place": place, b: home.name, ".far": home.address, ".reason": why };
    for (const [slot, text] of Object.entries(texts)) row.querySelector(slot).textContent = text;
    row.classList.toggle("now", place === 1);
    link.href = `/tui#ho/${home.id}`;
    if (!second) return;
    second.href = `/tui#ho/${home.id}/tham`;
    second.setAttribute("aria-label", word("record-here", { name: home.name }));
  }

  /* ---- Households, with what waits laid over them ---- */

  const KINDS = { tham: "visit", "dai-su": "ambassador", "nguoi/moi": "member" }; // by the end of the address
  // By its number, once the house has taken it.
  function known(house) {
    const made = state.taken.find(({ id, record }) => id && `~${record.client_id}` === house);
    return made ? String(made.id) : house;
  }
  // What a record does, and at which house.
  function told({ url }) {
    const [, house, deed] = /^\/ho\/([^/]+)\/(.+)$/.exec(url) || [];
    return { house: known(house), kind: KINDS[deed] || "household" };
  }
  const said = ({ fields }, name) => fields.find(([one]) => one === name)?.[1] || "";

  const member = ([id, name, born, relation, number, flags]) =>
    ({ id: String(id), name, born, relation, phone: number, flags: flags || "" });
  const entry = ([id, , village, name, address, number, stage, last, outcome, due, walk, , people]) => ({
    id: String(id), village, name, address, phone: number, stage, last, outcome, due, walk, waits: [],
    members: people.map(member),
  });

  function newHome(record, id) {
    const [name, address, number] = ["head_name", "address", "phone"].map(one => said(record, one));
    const head = { id: `~${record.client_id}.head`, name, relation: "head", phone: number, flags: "" };
    return { id, name, address, phone: number, stage: "not_reached", waits: [], members: [head] };
  }
  function newMember(record, id) {
    const [name, born, relation, typed, taken] = ["name", "birth_year", "relation", "phone", "same_phone"].map(one => said(record, one));
    return { id, name, born, relation, phone: taken || typed, flags: "" };
  }
  // It keeps what was promised before, and may promise another day.
  function layVisit(home, record) {
    const again = said(record, "again"), day = /^\d/.test(again) ? again : said(record, "next_on");
    [home.last, home.outcome, home.due] = [iso(new Date(record.at || Date.now())), said(record, "outcome"), day];
  }
  // Taken since the bag was filled: the network may have gone before the bag could tell of it.
  function layTaken(homes, { id, record }) {
    const { house, kind } = told(record), home = homes.get(house), own = String(id);
    if (kind === "visit" && home) home.seen = true;
    if (!id) return; // kept apart
    if (kind === "visit" && home) layVisit(home, record);
    if (kind === "household" && !homes.has(own)) homes.set(own, newHome(record, own));
    if (kind === "member" && home && !home.members.some(one => one.id === own)) home.members.push(newMember(record, own));
  }
  function layWaiting(homes, row) {
    const { record } = row, { house, kind } = told(record), own = `~${record.client_id}`;
    if (known(own) !== own) return; // just taken
    if (kind === "household") homes.set(own, newHome(record, own));
    const home = homes.get(house || own);
    home?.waits.push(row);
    if (kind === "visit" && home) {
      home.seen = true;
      layVisit(home, record);
    }
    if (kind === "member") home?.members.push(newMember(record, own));
  }

  function homes() {
    const found = new Map((state.bag?.households || []).map(one => [String(one[0]), entry(one)]));
    for (const one of state.taken) layTaken(found, one);
    for (const row of state.rows) layWaiting(found, row);
    return found;
  }

  const named = (home, query) => [home.name, home.address, phone(home.phone).replace(/\s/g, ""), ...home.members.map(one => one.name)]
    .some(text => fold(text).includes(query));
  // The more a name begins like the query, the earlier it comes.
  function search(typed) {
    const query = fold(typed).trim().replace(/\s+/g, " "), digits = query.replace(/[\s.]/g, "");
    const wanted = /^\d+$/.test(digits) ? digits : query;
    return [...homes().values()].filter(home => named(home, wanted))
      .sort((one, other) => fold(other.name).startsWith(wanted) - fold(one.name).startsWith(wanted));
  }

  // "Visit: Hoàng Thị Sen"
  function title(record) {
    const { house, kind } = told(record), name = house ? homes().get(house)?.name || record.name : said(record, "head_name");
    return [word(kind), kind === "member" ? said(record, "name") : name].filter(Boolean).join(": ");
  }

  return { KINDS, all, word, pattern, iso, date, day, span, clock, weekday, phone, fold, show, put, when, repeat, call, told, said, homes, search, title, houseRow };
})();
