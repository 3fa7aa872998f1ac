// The quiz of a carried lesson, and what a learning platform (SCORM 1.2) hears of it; where there is none, nobody does.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const { lesson, needed } = document.body.dataset;
  const steps = all("[data-step]"), questions = all("[data-question]");
  const state = { seen: [], chosen: {} };
  const kept = `lesson:${lesson}`;

  // The platform's API is in a window above this one, or above the one that opened it; a stranger's window stays shut.
  function above(frame) {
    try {
      for (let n = 0; frame && n < 9; n += 1, frame = frame.parent === frame ? null : frame.parent)
        if (frame.API) return frame.API;
    } catch {}
    return null;
  }
  let api = above(window) || above(window.opener), over = false;

  const tell = (name, value) => api.LMSSetValue(`cmi.${name}`, String(value));
  const right = () => questions.filter(({ dataset }) => state.chosen[dataset.question] === dataset.answer).length;
  const done = () => steps.every(({ dataset }) => state.seen.includes(dataset.step)) && right() >= needed;

  function report() {
    if (questions.every(({ dataset }) => dataset.question in state.chosen)) {
      tell("core.score.min", 0);
      tell("core.score.max", 100);
      tell("core.score.raw", Math.round((100 * right()) / questions.length));
    }
    over = over || done(); // what was finished once stays so
    tell("core.lesson_status", over ? "completed" : "incomplete");
    tell("core.exit", over ? "" : "suspend");
    tell("suspend_data", JSON.stringify(state));
    api.LMSCommit("");
  }

  function keep() {
    all("[data-done]").forEach(words => { words.hidden = !done(); });
    if (api) return report();
    try { localStorage[kept] = JSON.stringify(state); } catch {}
  }

  function recall() {
    try {
      const { seen, chosen } = JSON.parse(api ? api.LMSGetValue("cmi.suspend_data") : localStorage[kept]);
      Object.assign(state, { seen, chosen });
    } catch {}
  }

  function mark(question) {
    const { answer, question: id } = question.dataset, chosen = state.chosen[id];
    all("input", question).forEach(input => { input.checked = input.value === chosen; });
    all("[data-said]", question).forEach(words => {
      words.hidden = !chosen || (words.dataset.said === "right") !== (chosen === answer);
    });
    all("details", question).forEach(told => { told.hidden = !chosen; told.open = chosen === answer; });
  }

  function look() {
    const passed = steps.filter(step => step.getBoundingClientRect().bottom <= innerHeight).map(step => step.dataset.step);
    const fresh = passed.filter(id => !state.seen.includes(id));
    if (!fresh.length) return;
    state.seen.push(...fresh);
    keep();
  }

  if (api) {
    api.LMSInitialize("");
    over = ["completed", "passed"].includes(api.LMSGetValue("cmi.core.lesson_status"));
  }
  recall();
  questions.forEach(question => {
    mark(question);
    question.addEventListener("change", ({ target }) => {
      state.chosen[question.dataset.question] = target.value;
      mark(question);
      keep();
    });
  });
  keep();
  look();
  addEventListener("scroll", look, { passive: true });
  addEventListener("load", look);
  addEventListener("pagehide", () => {
    if (api) api.LMSFinish("");
    api = null;
  });
})();
