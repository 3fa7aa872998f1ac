// On staff pages: how much waits on this phone, forms that outlive a lost network, and signing out without losing
// anything. What is put by here is read and sent on /tui.
"use strict";

{
  const PATIENCE = 15000; // ms: after that nobody will answer
  const who = Number(document.currentScript.dataset.me);
  const all = what => [...document.querySelectorAll(what)];

  async function tell() {
    const { length } = sealed.able ? await sealed.waiting(who).catch(() => []) : [];
    for (const one of all("[data-waiting]")) {
      one.hidden = !length;
      one.querySelector("[data-waiting-count]").textContent = length;
    }
    return length;
  }

  /* ---- A form that goes into the bag when nobody answers ---- */

  // As the browser itself does it; what comes then, the house says.
  function direct(form, button) {
    form.dataset.direct = "";
    form.requestSubmit(button);
    delete form.dataset.direct;
    delete form.dataset.sending;
  }

  // Where to go when it was taken; "ask" where the house has something to say; nothing where it was not reached, or
  // knows this person no more (400: the token went with the session).
  async function sent(form, fields) {
    if (!navigator.onLine) return "";
    const how = { method: "POST", headers: { "HX-Request": "true" }, signal: AbortSignal.timeout?.(PATIENCE) };
    const answer = await fetch(form.action, { ...how, body: new URLSearchParams(fields) }).catch(() => null);
    if (!answer || answer.status >= 500 || [400, 401].includes(answer.status)) return "";
    return answer.status === 204 && answer.headers.get("HX-Redirect") || "ask";
  }

  async function putBy(person, form, fields) {
    const kept = fields.filter(([name]) => name !== "csrf_token" && name !== "at");
    const known = kept.find(([name]) => name === "client_id"), client_id = known?.[1] || sealed.newId();
    if (!known) kept.push(["client_id", client_id]);
    const url = new URL(form.action).pathname, at = new Date().toISOString();
    const bag = await sealed.one("bags", who), off = bag && Math.round((Date.now() - sealed.houseTime(bag)) / 1000);
    await sealed.put(person, { client_id, url, fields: kept, at, off, heard: bag?.as_of, by: who });
  }

  async function carry(form, button) {
    const person = await sealed.one("people", who).catch(() => null);
    const fields = [...new FormData(form)];
    if (button?.name) fields.push([button.name, button.value]);
    const there = await sent(form, fields);
    if (there === "ask" || !there && !person) return direct(form, button); // no bag of hers on this phone: a draft
    if (there) {
      drafts.forget(form);
      return location.assign(there);
    }
    try {
      await putBy(person, form, fields);
      drafts.forget(form);
      location.assign("/tui#cho-gui");
    } catch {
      direct(form, button); // no room
    }
  }

  /* ---- Signing out ---- */

  // The house hears how much stays here, for this phone may not be heard of again.
  async function report() {
    const person = await sealed.one("people", who), signal = AbortSignal.timeout?.(PATIENCE);
    if (!person) return;
    const how = { method: "POST", headers: { "Content-Type": "application/json" }, signal };
    await fetch("/tui/kin", { ...how, body: JSON.stringify(await sealed.unopened(person)) });
  }

  // The page without a network goes too, unless somebody's records still wait behind it.
  async function forget() {
    await sealed.wipe(who);
    if ((await sealed.all("queue")).length) return;
    const names = await window.caches?.keys() || [];
    for (const name of names) if (name.startsWith("tui:")) await caches.delete(name);
    if (names.some(name => name.startsWith("giu:"))) return;
    for (const worker of await navigator.serviceWorker?.getRegistrations() || []) await worker.unregister();
  }

  async function leave(form, button) {
    const asked = document.querySelector("[data-leaving]");
    if (asked?.hidden && await tell()) {
      asked.hidden = false;
      asked.focus();
      return;
    }
    drafts.leave();
    await report().catch(() => {});
    await forget().catch(() => {});
    direct(form, button);
  }

  document.addEventListener("submit", event => {
    const form = event.target, leaving = form.matches('[action$="/dang-xuat"], [action$="/dang-xuat-moi-noi"]');
    if (!sealed.able || "direct" in form.dataset || !leaving && !form.matches("[data-offline]")) return;
    event.preventDefault();
    if (leaving) return leave(form, event.submitter);
    if ("sending" in form.dataset) return; // a second touch
    form.dataset.sending = "";
    carry(form, event.submitter);
  });

  document.addEventListener("tui", tell);
  addEventListener("pageshow", tell);
  tell();
}
