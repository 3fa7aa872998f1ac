// A shared device asks whoever has been still for 45 seconds, and after 60 forgets them: here and on the server.
"use strict";

{
  const ASK = 45, LEAVE = 60; // seconds without a touch or a key
  const FORGET = "/may-chung/xoa", FIRST = "/";
  const used = document.documentElement.dataset.kiosk === "used";
  let last = used ? Date.now() : 0; // 0: nobody has touched the first page yet
  const question = () => document.getElementById("still-there");

  // Listening needs no touch.
  const listening = () =>
    [...document.querySelectorAll("audio, video")].some(one => !one.paused) || window.speechSynthesis?.speaking;

  // The question goes when the finger is lifted: gone any sooner, the touch would press what lies beneath.
  function stay(event) {
    last = Date.now();
    if (!question()?.open || !["click", "keydown"].includes(event.type)) return;
    event.preventDefault();
    event.stopPropagation();
    question().close();
  }
  for (const sign of ["pointerdown", "touchstart", "wheel", "input", "click", "keydown"]) {
    window.addEventListener(sign, stay, true);
  }

  const clock = setInterval(() => {
    if (!last) return;
    if (listening()) last = Date.now();
    const still = (Date.now() - last) / 1000;
    if (still >= LEAVE) forget();
    else if (still >= ASK && !question().open) question().showModal();
  }, 1000);

  // Nothing is shown any more until the server has forgotten, however long that takes; then nothing to go back to.
  async function forget() {
    clearInterval(clock);
    const words = document.getElementById("forgetting").content.cloneNode(true);
    document.body.replaceChildren(words);
    try {
      localStorage.clear();
      sessionStorage.clear();
    } catch {}
    for (;;) {
      const answer = await fetch(FORGET, { method: "POST", redirect: "manual" }).catch(() => ({}));
      if (answer.type === "opaqueredirect") return location.replace(FIRST);
      await new Promise(done => setTimeout(done, 5000));
    }
  }

  document.addEventListener("submit", event => {
    if (!("forget" in event.target.dataset)) return;
    event.preventDefault();
    forget();
  });
  window.addEventListener("pageshow", event => event.persisted && location.reload());
}
