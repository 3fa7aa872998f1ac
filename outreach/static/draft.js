// A form half-typed on an online page outlives a reload and leaving the page. It names people and no PIN is at hand to
// read it with, so it is kept in this tab alone, where it goes with the tab, with the form once the house has taken it,
// at sign-out, when somebody else signs in, and after a day.
"use strict";

const drafts = (() => {
  const SIGN = "draft:", DAY = 24 * 3600000, LEFT = "draft:left"; // LEFT: when somebody last signed out, told to all tabs
  const who = Number(document.currentScript.dataset.me), drawn = new Map();
  const keyOf = form => SIGN + new URL(form.action).pathname;
  const typed = form => [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  const shelf = (() => { try { return window.sessionStorage; } catch { return null; } })(); // barred in this browser

  function read(key) {
    try {
      const kept = JSON.parse(shelf.getItem(key)), age = Date.now() - kept.at;
      return kept.who === who && age >= 0 && age < DAY && kept.at > Number(localStorage[LEFT] || 0) ? kept.fields : null;
    } catch {
      return null;
    }
  }
  const sweep = mayStay => {
    for (const key of Object.keys(shelf || {})) if (key.startsWith(SIGN) && !mayStay(key)) shelf.removeItem(key);
  };

  function keep(form) {
    const fields = typed(form);
    if (JSON.stringify(fields) === drawn.get(form)) return shelf.removeItem(keyOf(form));
    try { shelf.setItem(keyOf(form), JSON.stringify({ who, at: Date.now(), fields })); } catch {} // no room
  }

  // With the mark it was drawn with: it may have been sent while no answer came, and so is no second visit. What else
  // is hidden (the words that are read aloud, who is ambassador) stays as the house says today.
  function write(form, fields) {
    for (const input of form.elements) {
      if (!input.name || input.type === "hidden" && input.name !== "client_id") continue;
      const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(input.type)) input.checked = values.includes(input.value);
      else if (values.length) [input.value] = values;
    }
    for (const more of form.querySelectorAll("details")) {
      more.open ||= [...more.querySelectorAll("input, textarea")].some(one => one.type === "checkbox" ? one.checked : one.value);
    }
  }

  function open(form) {
    const mark = form.elements.client_id, fresh = mark?.value, fields = read(keyOf(form));
    const told = form.querySelector("[data-draft]");
    drawn.set(form, JSON.stringify(typed(form)));
    form.addEventListener("input", () => keep(form));
    if (!fields || !told) return;
    write(form, fields);
    // Drawn with the draft's own mark, it has come back from the house, and says itself that nothing is lost.
    told.hidden = fields.some(([name, value]) => name === "client_id" && value === fresh);
    told.querySelector("button").addEventListener("click", () => {
      forget(form);
      form.reset();
      if (mark) mark.value = fresh;
      told.hidden = true;
      document.getElementById("main").focus();
    });
  }

  const forget = form => shelf?.removeItem(keyOf(form)), clear = () => sweep(() => false);
  sweep(read);
  addEventListener("storage", ({ key }) => key === LEFT && clear());
  if (shelf) document.querySelectorAll("form[data-offline]").forEach(open);
  return {
    forget,
    leave() {
      clear();
      try { localStorage[LEFT] = Date.now(); } catch {} // no room: the other tabs' go after a day
    },
  };
})();
