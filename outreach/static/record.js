// Reading a step aloud: the recording becomes the file of the form, which is then sent like any other.
"use strict";

const LONGEST = 119_000; // ms

function wire(form) {
  const part = name => form.querySelector(`[data-${name}]`);
  const [box, start, stop, said, mine] = ["recorder", "start", "stop", "said", "mine"].map(part);
  const file = form.querySelector("[type=file]");
  let recorder, parts, clock;

  function turn(recording) {
    start.hidden = recording;
    stop.hidden = !recording;
    (recording ? stop : start).focus();
  }

  function keep() {
    clearTimeout(clock);
    recorder.stream.getTracks().forEach(track => track.stop());
    const kept = new DataTransfer();
    kept.items.add(new File(parts, "voice", { type: recorder.mimeType }));
    file.files = kept.files;
    URL.revokeObjectURL(mine.src);
    mine.src = URL.createObjectURL(kept.files[0]);
    mine.hidden = false;
    said.textContent = said.dataset.done;
    start.lastElementChild.textContent = start.dataset.again;
    turn(false);
  }

  async function record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      said.textContent = said.dataset.denied;
      return;
    }
    mine.pause();
    parts = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = event => parts.push(event.data);
    recorder.onstop = keep;
    recorder.start();
    clock = setTimeout(() => recorder.stop(), LONGEST);
    said.textContent = said.dataset.recording;
    turn(true);
  }

  box.hidden = false;
  start.addEventListener("click", record);
  stop.addEventListener("click", () => recorder.state === "recording" && recorder.stop());
}

if (navigator.mediaDevices && window.MediaRecorder && window.DataTransfer) {
  document.querySelectorAll("[data-record]").forEach(wire);
}
