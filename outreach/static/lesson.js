// The lessons' own script. Without it every page works; with it the next page comes at once, in place of this one.
"use strict";

// Each page, whether it was loaded or came in place of another

const wiring = [];

function onEachPage(wire) {
  wiring.push(wire);
}

function wirePage() {
  wiring.forEach(wire => wire());
}

document.addEventListener("DOMContentLoaded", wirePage);

// Turning pages: whoever cannot see is told

document.addEventListener("htmx:afterSwap", event => {
  if (event.detail.target !== document.body) return;
  wirePage();
  const first = document.getElementById("errors") || document.querySelector("h1");
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  scrollTo(0, 0);
});

// The outbox: what was done without a network

{
  const opened = new Promise((use, fail) => {
    const opening = indexedDB.open("outreach", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "id", autoIncrement: true });
    opening.onsuccess = () => use(opening.result);
    opening.onerror = () => fail(opening.error);
  });
  const box = async (mode, ask) => {
    const deal = (await opened).transaction("outbox", mode), asked = ask(deal.objectStore("outbox"));
    return new Promise((use, fail) => {
      deal.oncomplete = () => use(asked.result);
      deal.onabort = () => fail(deal.error);
    });
  };
  const waiting = () => box("readonly", deeds => deeds.getAll()); // oldest first

  const add = async (url, fields) => {
    await box("readwrite", deeds => deeds.add({ url, fields: { ...marks(), ...fields } }));
    flush();
  };

  // One tab at a time, one deed at a time. Only "204" is the server's word (a stranger's network may answer for it);
  // what it says it can never take is let go and told.
  const send = async () => {
    for (let deed; ([deed] = await waiting()) && deed;) {
      const body = new URLSearchParams(deed.fields), headers = { Prefer: "return=minimal" };
      const limit = { redirect: "manual", signal: AbortSignal.timeout?.(20000) };
      const { status } = await fetch(deed.url, { method: "POST", headers, body, ...limit });
      if (status !== 204 && ![404, 410, 422].includes(status)) return;
      await box("readwrite", deeds => deeds.delete(deed.id));
      if (status !== 204) document.querySelectorAll("[data-refused]").forEach(line => { line.hidden = false; });
      await tell();
    }
  };
  const flush = () => (navigator.locks ? navigator.locks.request("outbox", send) : send()).catch(() => {}).then(tell);

  const tell = async () => {
    const { length } = await waiting().catch(() => []);
    document.querySelectorAll("[data-unsent]").forEach(line => {
      line.hidden = !length;
      line.querySelector("b").textContent = length;
    });
    document.dispatchEvent(new Event("outbox"));
  };

  window.outreachOutbox = { add, waiting, flush };
  onEachPage(tell);
  for (const moment of ["DOMContentLoaded", "visibilitychange"]) document.addEventListener(moment, flush);
  window.addEventListener("online", flush);
}

// By these the server knows a deed again, however often and however late it comes.
function marks() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return { client_id: bytes.map(byte => byte.toString(16).padStart(2, "0")).join(""), at: new Date().toISOString() };
}

// Going on without a network

// Where the reader is in this lesson, for its kept first page; the server knows by itself.
onEachPage(() => {
  const lesson = location.pathname.split("/").slice(0, 3).join("/");
  try {
    if (document.querySelector("form[data-then]")) localStorage[`place:${lesson}`] = location.pathname;
  } catch {} // this browser keeps nothing
});

function onward(form, fields) {
  return form.dataset.then || `${form.getAttribute("action")}?chon=${fields.choice}`;
}

async function putBy(form, fields) {
  try {
    await window.outreachOutbox.add(form.getAttribute("action"), fields);
    location.assign(onward(form, fields));
  } catch {
    form.submit(); // this browser keeps nothing: what happens next, it says itself
  }
}

document.addEventListener("submit", event => {
  const form = event.target;
  if (!("kept" in document.documentElement.dataset && "then" in form.dataset)) return;
  event.preventDefault();
  event.stopPropagation(); // htmx would ask the network
  if (form.reportValidity()) putBy(form, Object.fromEntries(new FormData(form)));
}, true);

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post") Object.assign(detail.parameters, marks());
  if (navigator.serviceWorker?.controller) detail.timeout = 4000; // something is kept, perhaps this
});

// No answer: on with the kept copy, else the browser sends the form itself

async function withoutAnswer(event) {
  const form = event.target.closest("form"), { requestConfig, xhr } = event.detail;
  if (!form) return;
  const fields = Object.fromEntries(requestConfig.formData), refused = xhr.status >= 400 && xhr.status < 500;
  const copy = !refused && "then" in form.dataset && await window.caches?.match(onward(form, fields));
  if (copy) putBy(form, fields);
  else form.submit();
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, withoutAnswer);
}

// Listening: a recording, else the browser's own voice

{
  const reader = window.speechSynthesis;
  const SENTENCE = /\S.*?(?:[.!?…]+[”"’)]*(?=\s|$)|$)/g;
  const SAID = ["h1", ".prose", ".see", ".trap", "legend", ".choice"].map(part => "main " + part).join();
  let sentences = [], at = 0, speaking = null;

  const button = () => document.querySelector("[data-listen]");

  // The button says what pressing it will do, or what it is waiting for.
  const say = state => {
    if (button()) button().lastElementChild.textContent = button().dataset[state];
  };

  const ownVoice = () => {
    const language = document.documentElement.lang;
    return reader && reader.getVoices().find(voice => voice.lang.split(/[-_]/)[0] === language);
  };

  const hush = state => {
    speaking = null;
    reader.cancel();
    say(state);
  };

  // One sentence at a time: a long text breaks off half-way in some browsers.
  const speak = () => {
    const voice = ownVoice(), sentence = new SpeechSynthesisUtterance(sentences[at]);
    sentence.voice = voice;
    sentence.lang = voice.lang;
    sentence.onend = () => {
      if (sentence !== speaking) return;
      at = (at + 1) % sentences.length;
      if (at) speak();
      else hush("listen");
    };
    sentence.onerror = () => sentence === speaking && hush("failed");
    speaking = sentence;
    say("pause");
    reader.speak(sentence);
  };

  const readPage = () => {
    if (!sentences.length) {
      const lines = [...document.querySelectorAll(SAID)].flatMap(part => part.innerText.split("\n"));
      sentences = lines.flatMap(line => line.match(SENTENCE) || []);
    }
    speak();
  };

  const failed = () => (ownVoice() ? readPage() : say("failed"));

  const play = recording => {
    if (recording.error || recording.networkState === recording.NETWORK_NO_SOURCE) recording.load(); // try anew
    else if (!recording.paused) return recording.pause();
    say("loading");
    recording.play().catch(fault => fault.name !== "AbortError" && failed());
  };

  document.addEventListener("click", event => {
    if (!event.target.closest("[data-listen]")) return;
    event.preventDefault();
    const recording = document.getElementById("voice");
    if (speaking) hush("resume");
    else if (recording) play(recording);
    else readPage();
  });
  document.addEventListener("keydown", event => {
    if (event.key !== " " || !event.target.matches("a[data-listen]")) return;
    event.preventDefault();
    event.target.click();
  });

  const states = { playing: "pause", waiting: "loading", pause: "resume", ended: "listen" };
  for (const [happened, state] of Object.entries(states)) {
    document.addEventListener(happened, event => event.target.id === "voice" && say(state), true);
  }
  // Of several sources the last one's error is the end.
  document.addEventListener("error", event => {
    const recording = document.getElementById("voice");
    if (recording && !recording.paused && [recording, recording.lastElementChild].includes(event.target)) failed();
  }, true);

  const offer = () => {
    if (button() && ownVoice()) button().hidden = false;
  };
  if (reader) reader.onvoiceschanged = offer;
  onEachPage(() => {
    if (speaking) hush("listen");
    [sentences, at] = [[], 0];
    if (document.getElementById("voice")) button().setAttribute("role", "button");
    offer();
  });
  window.addEventListener("pagehide", () => speaking && hush("listen"));
}

// Scripts that may wait come when there is a page to read

new PerformanceObserver((_painted, watch) => {
  watch.disconnect();
  const fetchLater = () => document.querySelectorAll('script[type="text/later"]').forEach(({ src }) => {
    document.head.append(Object.assign(document.createElement("script"), { src }));
  });
  if (document.readyState === "complete") fetchLater();
  else window.addEventListener("load", fetchLater);
}).observe({ type: "paint", buffered: true });
