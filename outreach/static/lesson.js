// The lessons' own script. Without it every page works; with it the next page comes at once, in place of this one.
"use strict";

/* ---- Each page: what is wired when a page is there, whether it was loaded or came in place of another ---- */

const wiring = [];

function onEachPage(wire) {
  wiring.push(wire);
}

function wirePage() {
  wiring.forEach(wire => wire());
}

document.addEventListener("DOMContentLoaded", wirePage);

/* ---- Turning pages: whoever cannot see is told what stands there now ---- */

document.addEventListener("htmx:afterSwap", event => {
  if (event.detail.target !== document.body) return;
  wirePage();
  const first = document.getElementById("errors") || document.querySelector("h1");
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  scrollTo(0, 0);
});

/* ---- No answer: the browser sends the form itself, and says in its own words what is wrong ---- */

function sendPlainly(event) {
  const form = event.target.closest("form");
  if (form) form.submit();
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, sendPlainly);
}
