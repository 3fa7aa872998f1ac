// The bag's forms: filled from the bag, kept half-typed, looked through before they are put by, opened again later.
"use strict";

const sheets = (() => {
  const { state } = errand, { all, word, put, when, repeat, show } = view;
  const SCREENS = { visit: "tham", household: "ho-moi", member: "nguoi-moi", ambassador: "dai-su" };
  const MET = ["alone", "helped", "shown"], PAUSE = 150; // ms after the last letter until it is kept
  let now = null; // the sheet that is open

  /* ---- Choices ---- */

  // [value, text, hint] each, made of the pattern that the server drew.
  function offer(root, name, items) {
    const pattern = root.querySelector(`input[name="${name}"][value="-1"]`)?.closest("label");
    if (!pattern) return;
    for (const [value, text, hint] of items) {
      const one = pattern.cloneNode(true), input = one.querySelector("input"), small = one.querySelector("small");
      [input.value, input.id] = [value, `${input.id}-${value}`];
      one.querySelector("span").firstChild.textContent = text;
      if (small) hint ? small.textContent = hint : small.remove();
      pattern.before(one);
    }
    pattern.remove();
  }
  const options = (select, items) => select?.append(...items.map(([value, text]) => new Option(text, value)));
  const inDays = (from, count) => new Date(from.getFullYear(), from.getMonth(), from.getDate() + count);

  // A promise for later than a year from now is a slip of the pen; a clock that runs behind is older than the bag.
  const furthest = () => view.iso(inDays(new Date(Math.max(Date.now(), Date.parse(state.bag?.as_of) || 0)), 366));

  // Who was ticked and has left the bag since can still be ticked.
  const left = (home, fields, asked) => fields
    .filter(([name, value]) => name === asked && /^(~|[1-9])/.test(value) && !home.members.some(({ id }) => id === value))
    .map(([, value]) => [value, word("left"), ""]);

  function fillVisit(root, { home, fields }) {
    const people = home.members.map(one => [one.id, one.name, word(`relation-${one.relation}`)]).concat(left(home, fields, "met"));
    const seen = fields.filter(([name, value]) => name === "again" && /^\d/.test(value)).map(([, value]) => value);
    const days = [...new Set([7, 14].map(count => view.iso(inDays(new Date(), count))).concat(seen))].sort();
    const colleagues = state.bag?.lists.colleagues || [];
    offer(root, "met", people);
    offer(root, "again", days.map(day => [day, view.weekday(new Date(`${day}T12:00`))]));
    root.querySelector("#visit-next_on").max = furthest();
    offer(root, "came", colleagues);
    root.querySelector("#visit-came").hidden = !colleagues.length;
    options(root.querySelector("#visit-observed_of"), people);
    const again = home.members.filter(({ flags }) => flags.includes("m")); // agreed to older words
    repeat(root.querySelector('[data-row="again"]'), again, (line, { name }) => { line.textContent = word("ask-again", { name }); });
    put(root, { words: state.bag?.lists.wordings.sms });
    when(root, { again: again.length });
  }
  function fillHousehold(root, { fields }) {
    const villages = state.bag?.lists.villages || [], select = root.querySelector("#household-village");
    if (villages.length < 2) select.closest(".field").remove();
    else options(select, villages);
    const pattern = root.querySelector('[data-row="alike"]'), id = fields.find(([name]) => name === "client_id")?.[1];
    const look = () => {
      const [name, number] = ["head_name", "phone"].map(one => root.querySelector(`[name="${one}"]`).value);
      const like = one => one.id !== `~${id}` && (name.trim() && view.fold(one.name) === view.fold(name.trim())
        || number.trim() && view.phone(one.phone) === view.phone(number.replace(/[\s.]/g, "")));
      const found = [...view.homes().values()].filter(like).slice(0, 5);
      const list = root.querySelector('[data-when="alike"] ul');
      list.replaceChildren(pattern.cloneNode(true));
      repeat(list.firstElementChild, found, house);
      when(root, { alike: found.length });
    };
    root.querySelector("form").addEventListener("input", look);
  }
  function house(row, home) {
    row.querySelector("a").href = `/tui#ho/${home.id}`;
    [row.querySelector("b").textContent, row.querySelector(".second").textContent] = [home.name, home.address];
  }
  // The numbers of the house, each to be taken with one tap; where there is none, nothing is asked.
  function shareNumbers(root, { home, fields }) {
    const whose = new Map(fields.filter(([name, value]) => name === "same_phone" && value).map(([, value]) => [value, []]));
    for (const { name, phone } of home.members) if (phone) whose.set(phone, [...whose.get(phone) || [], name]);
    offer(root, "same_phone", [...whose].map(([number, names]) => [number, [names.join(", "), view.phone(number)].filter(Boolean).join(": ")]));
    if (!whose.size) root.querySelector('[name="same_phone"]').closest("fieldset").remove();
  }
  function fillAmbassador(root, { home, fields, asked }) {
    shareNumbers(root, { home, fields });
    const people = home.members.map(one => [one.id, one.born ? `${one.name}, ${one.born}` : one.name]).concat(left(home, fields, "who"));
    offer(root, "who", people);
    const handed = Boolean(asked) || home.members.some(({ flags }) => flags.includes("a"));
    if (!handed) root.querySelector('[data-when="handed-over"]').remove();
    when(root, { "handed-over": handed });
    root.querySelector('[name="wording"]').value = state.bag?.lists.wording || "";
    for (const input of all('input[name="purposes"]', root)) {
      input.closest("label").querySelector("small").textContent = state.bag?.lists.wordings[input.value] || "";
    }
  }
  const FILL = { visit: fillVisit, household: fillHousehold, ambassador: fillAmbassador, member: shareNumbers };

  function write(form, fields) {
    for (const input of form.elements) {
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (!input.name || !values.length) continue;
      if (["checkbox", "radio"].includes(input.type)) input.checked = values.includes(input.value);
      else [input.value] = values;
    }
    for (const more of all("details", form)) {
      more.open = all("input, textarea", more).some(one => one.type === "checkbox" ? one.checked : one.value);
    }
  }
  const typed = form => [...new FormData(form)].filter(([, value]) => typeof value === "string");

  /* ---- Half-typed ---- */

  const keep = async sheet => {
    const { row } = state.keys || {};
    if (!row || sheet.done) return;
    const box = await sealed.seal(row, { id: sheet.id, fields: typed(sheet.form) });
    if (sheet.done) return; // it was put by meanwhile
    await sealed.deal("drafts", drafts => drafts.put({ key: sheet.key, by: row.who, box }));
  };
  async function draft(key) {
    const kept = await sealed.one("drafts", key);
    return kept && kept.by === state.keys.row.who ? sealed.unseal(state.keys.half, kept.box).catch(() => null) : null;
  }
  const forget = key => sealed.deal("drafts", drafts => drafts.delete(key));
  const flush = () => {
    if (!now?.timer) return null;
    clearTimeout(now.timer);
    now.timer = 0;
    return keep(now).catch(() => {});
  };

  /* ---- Opening a sheet ---- */

  // `row`: a record that waits, to be corrected. `preset`: fields ticked beforehand. `asked`: the house's question.
  async function open(kind, home, { row = null, preset = [], asked = null } = {}) {
    const key = row ? `record:${row.id}` : `${kind}:${home?.id || "new"}:${state.keys.row.who}`, kept = await draft(key);
    const other = row?.state === "refused" && !Object.keys(row.fate.errors || {}).length; // something else stands under its id
    const id = kept?.id || (row && !other ? row.id : sealed.newId());
    const anew = row?.fate?.errors?.wording; // its words are not known to the house: today's are read aloud
    const fields = (kept?.fields || row?.record.fields || preset).filter(([name]) => !anew || name !== "wording"), sheet = { kind, home, row, asked, key, id, fields };
    const root = show(SCREENS[kind], { second: home ? word("house-of", { name: home.name }) : "", back: row ? `#cho-gui/${row.id}` : home ? `#ho/${home.id}` : "#hom-nay" });
    FILL[kind](root, sheet);
    sheet.form = root.querySelector("form");
    write(sheet.form, fields);
    put(root, { asked: asked?.text || "" });
    when(root, { restored: Boolean(kept), asked: Boolean(asked) });
    if (row?.fate && !kept) complain(sheet.form, row.fate.errors || {}, row.fate.text);
    sheet.form.addEventListener("input", () => {
      clearTimeout(sheet.timer);
      sheet.timer = setTimeout(() => {
        sheet.timer = 0;
        keep(sheet).catch(() => {}); // no room: it is told when the sheet is to be put by
      }, PAUSE);
    });
    now = sheet;
    state.mended = row?.id || "";
    network();
  }
  async function afresh() {
    const { kind, home, row, asked, key } = now;
    now.done = true;
    await forget(key);
    await open(kind, home, { row, asked });
  }

  /* ---- Looking it through: what the house would refuse, so that nobody has to come back for it ---- */

  const now_ = () => new Date(Date.now() - state.off), old = born => born ? now_().getFullYear() - born : 99;
  const oneDid = (met, who) => Number(who) || who[0] === "~" ? met.includes(who) : met.filter(id => id !== "0").length === 1;
  const CHECKS = {
    visit: ({ one, many, fresh }) => ({
      outcome: !one("outcome") && "required",
      met: MET.includes(one("outcome")) && !many("met").length && "who-met" || one("outcome") === "nobody" && many("met").length && "nobody-met",
      taught: many("taught").length && one("outcome") && !MET.includes(one("outcome")) && "nobody-taught",
      observed: many("observed").length && (one("outcome") !== "alone" ? "alone-only" : !oneDid(many("met"), one("observed_of")) && "who-alone"),
      next_on: one("next_on") ? one("next_on") > furthest() && "too-far" || fresh && one("next_on") < view.iso(now_()) && "passed"
        || !["", "other"].includes(one("again")) && "two-answers" : one("again") === "other" && "name-day",
    }),
    household: ({ one }) => ({ head_name: !one("head_name") && "required" }),
    member: ({ one }) => ({ name: !one("name") && "required", vneid: one("vneid") && old(one("birth_year")) < 18 && "adults" }),
    ambassador: ({ one, many, who = {}, birth = who.born || one("birth_year") }) => ({
      who: !one("who") && "required", name: one("who") === "new" && !one("name") && "required",
      birth_year: one("who") && !birth && "required", how: !one("how") && "required",
      purposes: !many("purposes").includes("registered") && "not-registered"
        || many("purposes").length > 1 && !(one("same_phone") || one("phone") || who.phone) && "no-number",
      guardian: old(birth) <= 16 && !one("guardian") && "guardian",
    }),
  };
  // Of what is typed only what is refused for certain: nobody may be kept from writing down what happened.
  const TYPED = {
    phone: text => text.replace(/\D/g, "").length < (/^\D*0/.test(text) ? 10 : 9) && "short-number",
    birth_year: text => !/^(19|20)\d\d$/.test(text) && "year",
  };
  function faults({ kind, home, form, row }) {
    const fields = typed(form), many = name => fields.filter(([one]) => one === name).map(([, value]) => value.trim());
    const one = name => many(name)[0] || "", who = home?.members.find(({ id }) => id === one("who"));
    const typed_ = all(".input", form).filter(({ value }) => value.trim()).map(({ name, value }) =>
      [name, /(^|\D)0\d{11}(\D|$)/.test(value) ? "id-number" : TYPED[name]?.(value.trim())]);
    const found = [...Object.entries(CHECKS[kind]({ one, many, who, fresh: !row })), ...typed_].filter(([, fault]) => fault);
    return Object.fromEntries(found.map(([name, fault]) => [name, [word(fault)]]));
  }
  function complain(form, errors, text = "") {
    all(".field-error", form).forEach(line => line.remove());
    all(".field-wrong", form).forEach(field => field.classList.remove("field-wrong"));
    for (const [name, told] of Object.entries(errors)) {
      const field = form.elements[name], part = (field?.[0]?.closest?.(".field") || field?.closest?.(".field"));
      if (!part) { text = [text, ...told].join(" "); continue; }
      const line = Object.assign(document.createElement("p"), { className: "field-error", textContent: told.join(" ") });
      part.classList.add("field-wrong");
      part.querySelector("label, legend").after(line);
      if (part.closest("details")) part.closest("details").open = true;
    }
    const any = Boolean(text || Object.keys(errors).length), notice = form.parentNode.querySelector('[data-when="faults"]');
    put(form.parentNode, { faults: text });
    notice.hidden = !any;
    if (any) notice.focus();
    return any;
  }

  /* ---- Putting it by ---- */

  function record({ kind, home, row, asked, id, form }) {
    const fields = typed(form).filter(([name]) => !["client_id", "at"].includes(name));
    if (kind === "ambassador") {
      fields.push(["base", String(asked?.base ?? home.members.find(one => one.flags.includes("a"))?.id ?? 0)]);
    }
    const village = state.bag?.me.village, chosen = fields.some(([name]) => name === "village");
    if (kind === "household" && village && !chosen) fields.push(["village", String(village)]);
    if (row && view.said(row.record, "anyway")) fields.push(["anyway", "1"]);
    fields.push(["client_id", id]);
    const deed = Object.keys(view.KINDS).find(one => view.KINDS[one] === kind);
    const made = { client_id: id, url: row?.record.url || (home ? `/ho/${home.id}/${deed}` : "/ho/moi"), fields };
    const { at, life, tick, off, heard } = row?.record || {};
    const never = row?.fate?.errors?.at && { at: null, life: "" }; // a clock that cannot be: the time of sending counts
    const name = home?.name || row?.record.name; // for when the bag is gone, and this still waits
    return errand.stamp({ ...made, name, ...(at && { at, life, tick, off, heard }), ...never });
  }

  async function submit() {
    const sheet = now;
    if (!sheet || sheet.done || complain(sheet.form, faults(sheet))) return;
    sheet.done = true; // a second touch
    const made = record(sheet), put = () => sealed.put(state.keys.row, made, sheet.key, sheet.row?.n);
    let done;
    try {
      // A correction while nothing is being sent: else it could be corrected here and taken as it was there.
      done = await (sheet.row ? errand.alone(put) : put());
    } catch {
      sheet.done = false;
      return document.dispatchEvent(new CustomEvent("full", { detail: made }));
    }
    now = null;
    await errand.look();
    if (!done) return when(show("sent-already"), { mended: true });
    document.dispatchEvent(new CustomEvent("put-by", { detail: made }));
  }

  /* ---- What a record says, in the words of its form ---- */

  function said(row, home) {
    const { kind } = view.told(row.record), holder = document.createElement("div");
    holder.append(document.querySelector(`template[data-screen="${SCREENS[kind]}"]`).content.cloneNode(true));
    FILL[kind](holder, { home, fields: row.record.fields, asked: row.fate?.base && row.fate });
    write(holder.querySelector("form"), row.record.fields);
    return all(".field", holder).map(field => {
      const name = field.querySelector("legend, label").firstChild.textContent.trim(), select = field.querySelector("select");
      const ticked = all("input:checked", field).map(one => one.closest("label").querySelector("span").firstChild.textContent.trim());
      const text = select ? select.value !== "0" && select.selectedOptions[0]?.text : field.querySelector(".input")?.value;
      return [name, ticked.join(", ") || text || ""];
    }).filter(([, text]) => text);
  }

  const network = () => all("[data-no-network]").forEach(line => { line.hidden = navigator.onLine; });
  for (const change of ["online", "offline"]) addEventListener(change, network);
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  return { open, afresh, submit, said, flush, forget };
})();
