// Plays a rehearsal in one page by the rules of practice/portal.py. What is typed is compared and dropped.
const all = (what, where = document) => [...where.querySelectorAll(what)];
const one = (what, where = document) => where.querySelector(what);
const only = (what, fits, where) => all(what, where).forEach(e => { e.hidden = !fits(e.dataset); });

const bring = where => where.scrollIntoView({ block: "center" });
const focus = where => where.focus({ preventScroll: true });

const stage = one("[data-whole]"), { handed, report, skills, whole } = stage?.dataset || {};
const result = one("[data-result]");
const screens = new Map(all("[data-screen]").map(screen => [screen.dataset.screen, screen]));
// A UUID, also where a browser has no randomUUID: an old one, or a page that came without encryption.
const mark = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
const anew = () => ({ id: mark(), here: [...screens.keys()][0], path: [], hints: 0, wrong: 0, seconds: 0, last: Date.now() });
let run = anew();

// A go outlives the page; where a browser keeps nothing, it begins anew.
const kept = `practice:${whole}`;
try {
  const old = JSON.parse(localStorage[kept]);
  if ([...old.path, old.here].every(id => screens.has(id))) run = { ...anew(), ...old, last: Date.now() };
} catch {}
function keep() {
  const now = Date.now();
  run.seconds += Math.min(Math.max(now - run.last, 0) / 1000, 600); // longer pauses are no play
  run.last = now;
  try { localStorage[kept] = JSON.stringify(run); } catch {}
}

const plain = (kind, text) => kind === "text"
  ? text.normalize("NFKC").toLowerCase().normalize("NFD").replace(/[đðɖ]/g, "d").replace(/[^\p{L}\p{N}]/gu, "")
  : text.normalize("NFKD").toLowerCase().replace(/[\s\p{M}]/gu, "");
const looksReal = text => (text.normalize("NFKC").match(/[0-9]+(?:[ .\-\u2013]{1,2}[0-9]+)*/g) || [])
  .flatMap(found => [found.replace(/\D/g, ""), ...found.match(/[0-9]+/g)])
  .some(digits => !handed.split(" ").some(sample => sample.includes(digits)) && (digits.length === 6 || digits.length > 8));

function slipOf(field) {
  const { kind, want } = field.dataset, control = one("input, select", field);
  if (kind === "tick") return control.checked ? "" : "wrong";
  if (kind === "text" || kind === "secret")
    return plain(kind, control.value) === want ? "" : looksReal(control.value) ? "real" : "wrong";
  const chosen = kind === "select" ? control.value : one("input:checked", field)?.value;
  return chosen === want ? "" : chosen || "empty";
}

function note(field, slip) {
  const control = one("input, select", field);
  field.classList.toggle("field-wrong", slip !== "");
  only("[data-slip]", data => data.slip === slip, field);
  control.ariaInvalid = slip ? "true" : null;
  control.setAttribute("aria-describedby", one("[data-slip]:not([hidden])", field)?.id || "");
}

function tidy(screen) {
  all("[data-field]", screen).forEach(field => note(field, ""));
  only("[data-trap], [data-shown]", () => false, screen);
  all(".ring", screen).forEach(ringed => ringed.classList.remove("ring"));
}

function show(id) {
  const screen = screens.get(id), over = "last" in screen.dataset;
  run.here = id;
  keep();
  tidy(screen);
  for (const part of ["screen", "coach", "end"]) only(`[data-${part}]`, data => data[part] === id);
  only("[data-back], [data-show]", () => !over);
  only("[data-ask]", () => over);
  focus(one("h2", screen));
  scrollTo(0, 0);
}

function press({ dataset: { to }, value }) {
  const screen = screens.get(run.here);
  tidy(screen);
  const slips = all("[data-field]", screen).map(field => [field, slipOf(field)])
    .filter(([, slip]) => slip && (to || slip === "real"));
  if (to && !slips.length) {
    run.path.push(run.here);
    return show(to);
  }
  run.wrong += 1;
  keep();
  slips.forEach(([field, slip]) => note(field, slip));
  only("[data-trap]", data => data.trap === value, screen);
  const look = one("[data-trap]:not([hidden])", screen) || one("input, select", slips[0][0]);
  focus(look);
  bring(look);
}

function showHow() {
  const screen = screens.get(run.here), { mark: id } = screen.dataset;
  run.hints += 1;
  keep();
  only("[data-shown]", () => true, screen);
  all(`[data-field="${id}"], button[value="${id}"]`, screen).forEach(meant => meant.classList.add("ring"));
  bring(one("[data-shown]", screen));
}

function back() {
  if (run.path.length) show(run.path.pop());
  else location.assign(stage.dataset.out);
}

function end(alone) {
  const { hints, wrong } = run, seconds = Math.round(run.seconds), path = [...run.path, run.here].join(" ");
  const counts = skills === "0" ? "nothing" : alone === "1" && !hints ? "counts" : "helped";
  for (const [name, value] of Object.entries({ hints, wrong, minutes: Math.round(seconds / 60) }))
    one(`[data-${name}]`, result).textContent = value;
  only("[data-short], [data-long]", data => ("short" in data) === (seconds < 60));
  only("[data-alone]", data => data.alone === alone);
  only("[data-worth]", data => data.worth === counts);
  only("[data-whole], [data-ask], [data-end], [data-result]", data => "result" in data);
  focus(result);
  scrollTo(0, 0);
  tell({ client_id: run.id, path, hints, wrong, seconds, alone, at: new Date().toISOString() }, run);
}

// Into the outbox; where this browser keeps none, to the server at once. A go that neither took stays, to be told again.
async function tell(told, over) {
  const now = () => fetch(report, { method: "POST", body: new URLSearchParams(told) })
    .then(answer => answer.ok || Promise.reject(answer));
  try {
    await (window.outreachOutbox ? outreachOutbox.add(report, told).catch(now) : now());
    if (run === over) run = anew();
    keep();
  } catch {
    only("[data-lost]", () => true);
  }
}

function again() {
  stage.reset();
  only("[data-whole], [data-result], [data-lost]", data => "whole" in data);
  run = anew();
  show(run.here);
}

const deeds = { to: press, back, show: showHow, again };

// Before it begins: on with a go that was left, or anew.
for (const form of all("form[data-rehearsal]")) {
  const { rehearsal, flow } = form.dataset, going = `practice:${flow}`;
  form.addEventListener("submit", event => {
    event.preventDefault();
    try { localStorage.removeItem(going); } catch {}
    location.assign(rehearsal);
  });
  addEventListener("pageshow", () => {
    try {
      const { path, hints, wrong } = JSON.parse(localStorage[going]), left = path.length + hints + wrong > 0;
      const resume = one("[data-resume]"), begin = one("button", form);
      if (!resume || !left) return;
      resume.hidden = false;
      begin.classList.remove("button-main");
      one("span", begin).textContent = form.dataset.anew;
    } catch {}
  });
}

if (stage) {
  document.addEventListener("click", event => {
    const button = event.target.closest("button") || {};
    if (button.name === "alone") end(button.value);
    for (const name in button.dataset) deeds[name]?.(button);
  });
  stage.addEventListener("submit", event => {
    event.preventDefault();
    press(one("button[data-to]:not([data-to=''])", screens.get(run.here)));
  });
  only("[data-unplayed]", () => false);
  only("[data-whole], [data-foot]", () => true);
  show(run.here);
}
