// The bag's door: whose bag it is, the PIN, choosing one, and what stands in the way. Whoever gets in is told by "unlocked".
"use strict";

const door = (() => {
  const { word, put, when, show } = view, { state } = errand;
  const FIELD = ["volunteer", "leader"];
  let person = null, me = null, trying = false;

  const unsent = async () => {
    const { length } = person ? await sealed.waiting(person.who) : await sealed.all("queue");
    return length;
  };
  async function entrance(name, texts = {}, shown = {}) {
    const root = show(name);
    put(root, { fault: "", ...texts });
    when(root, shown);
    await tellUnsent(root);
    root.querySelector("input")?.focus();
  }
  async function tellUnsent(root) {
    const count = await unsent();
    put(root, { unsent: word("unsent", { count }) });
    when(root, { unsent: count });
  }
  // Who is signed in: {} for nobody, null where there is no network.
  const whoIsHere = () => fetch("/tui/ai", { signal: AbortSignal.timeout?.(8000) }).then(answer => answer.json()).catch(() => null);

  const locked = () => entrance("locked", { name: person.name, fault: waitText() });
  function waitText() {
    const left = Math.ceil(sealed.wait(person) / 1000), clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left) setTimeout(() => !state.keys && document.querySelector("#pin") && put(document, { fault: waitText() }), 1000);
    return left ? word("wait", { time: clock }) : "";
  }

  async function setUpFor(here, lost = false) {
    if (!here) return entrance("no-network", {}, { first: !lost, carried: lost });
    if (!here.id) return entrance("sign-in");
    if (!FIELD.includes(here.role)) return entrance("role");
    const before = await sealed.one("people", here.id);
    [me, person] = [here, before || null];
    return entrance("set-up", { name: here.name }, { first: !before, again: Boolean(before) });
  }
  const signOutFirst = ({ name }) => entrance("sign-out", { who: word("who-is-in", { name }) });
  // What somebody cannot open here, if the house takes it; who may sign in hears nothing. Whether it took something.
  async function handOver(one) {
    const { who, name, wrapped } = one, waits = await sealed.waiting(who);
    if (!waits.length) return false;
    const fault = await errand.alone(() => errand.handOver(one, waits)).then(() => "", ({ message }) => message);
    const left = (await sealed.waiting(who)).length, count = waits.length - left;
    const lost = ["other", "unknown"].includes(fault) && (!wrapped || one === person);
    if (count) news.say({ id: `over-${who}`, text: word("handed-over", { count, name }) });
    if (left && (!fault || lost)) news.say({ id: `left-${who}`, text: word(lost ? "unreadable" : "handed-left", { count: left, name }) });
    document.dispatchEvent(new Event("tui"));
    if (!state.keys) await tellUnsent(document);
    return count > 0;
  }
  async function other() {
    const here = await whoIsHere(), is = one => here ? one.who === here.id : one.who !== person.who;
    const known = (await sealed.all("people")).find(one => one.wrapped && is(one)); // without a network, whoever else has a bag here
    if (here?.id === person.who) return signOutFirst(here);
    if (!known) return setUpFor(here);
    person = known;
    return locked();
  }
  async function forgotten() {
    const here = await whoIsHere();
    person ||= state.keys.row;
    if (here && !state.keys && await handOver(person)) return start();
    if (here?.id && here.id !== person.who) return signOutFirst(here);
    return here && !here.id ? location.assign("/dang-nhap?next=/tui") : setUpFor(here, true);
  }

  async function unlock(pin) {
    if (trying || sealed.wait(person)) return;
    if (!/^\d{6}$/.test(pin)) return put(document, { fault: word("six-digits") });
    trying = true;
    const keys = await sealed.enter(person.who, pin);
    trying = false;
    if (keys) return enter(keys);
    person = await sealed.one("people", person.who);
    document.querySelector("#pin").value = "";
    put(document, { fault: waitText() || word("wrong-pin") });
  }

  const easy = pin => new Set(pin).size < 3 || "01234567890 09876543210".includes(pin);
  async function setUp(pin, again) {
    const fault = !/^\d{6}$/.test(pin) ? "six-digits" : easy(pin) ? "easy-pin" : pin !== again ? "not-same" : "";
    put(document, { fault: word(fault) });
    if (fault || trying) return;
    trying = true;
    try {
      const made = await errand.ask("/tui/may", { mark: person?.mark || sealed.newId(), label: label() });
      await enter(await sealed.setUp(me, made, pin, state.keys));
    } catch (failure) {
      put(document, { fault: word("fault-may") });
    }
    trying = false;
  }
  function label() {
    const [browser] = /Firefox|Edg|SamsungBrowser|Chrome|Safari/.exec(navigator.userAgent) || [""];
    return [/Android|iPhone|iPad|Windows|Mac|Linux/.exec(navigator.userAgent)?.[0], browser].filter(Boolean).join(", ") || "?";
  }

  const enter = keys => document.dispatchEvent(new CustomEvent("unlocked", { detail: keys }));

  // Signed out or wiped in another tab: what lies open here shuts at once, at the latest when it is looked at.
  async function shut({ key, newValue }) {
    const who = state.keys?.row.who, told = key === "tui" && newValue?.startsWith(`${who} `) && state.bag;
    if (who && (told || !(await sealed.one("people", who))?.wrapped)) document.dispatchEvent(new Event("signed-out"));
  }
  addEventListener("storage", shut);
  document.addEventListener("visibilitychange", shut);

  async function start() {
    if (location.search) history.replaceState(null, "", `/tui${location.hash}`);
    if (!sealed.able) return show("unable");
    await sealed.expire();
    const people = await sealed.all("people"), used = people.filter(one => one.wrapped).sort((one, two) => two.used - one.used);
    person = used[0] || null;
    document.dispatchEvent(new Event("tui"));
    await (person ? locked() : setUpFor(await whoIsHere()));
    for (const one of people) if (one !== used[0]) await handOver(one);
  }

  document.addEventListener("submit", event => {
    const { dataset, elements } = event.target;
    if (dataset.form === "unlock") unlock(elements.pin.value);
    if (dataset.form === "set-up") setUp(elements["pin-new"].value, elements["pin-again"].value);
  });
  document.addEventListener("input", ({ target }) => target.id === "pin" && target.value.length === 6 && unlock(target.value));
  return { start, other, forgotten, unsent };
})();
