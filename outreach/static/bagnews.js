// What the bag's page has to say above everything else: at most three things, the newest first.
"use strict";

const news = (() => {
  const { state } = errand, { word, title } = view;
  let told = [];

  function say(one) {
    told = [one, ...told.filter(({ id }) => id !== one.id)].slice(0, 3);
    tell();
  }
  function drop(which) {
    told = told.filter(one => !which(one));
    tell();
  }
  function words({ id, text, record: made }) {
    const fate = state.fates[id], what = made && title(made);
    if (text) return [text, "warning"];
    if (!fate || fate.fate === "waits") return [word("put-by", { what }), "info"];
    if (["accepted", "there"].includes(fate.fate)) return [word("taken", { what }), "success"];
    return [`${what}: ${word(fate.fate)}`, fate.fate === "kept" ? "info" : "warning"];
  }
  function tell() {
    const make = (name, what) => Object.assign(document.createElement(name), what);
    document.getElementById("news").replaceChildren(...told.map(one => {
      const [textContent, kind] = words(one), notice = make("div", { className: `notice notice-${kind}` }), body = make("div");
      const link = one.record && kind === "warning" ? make("a", { href: `/tui#cho-gui/${one.id}` }) : make("p");
      body.append(Object.assign(link, { textContent }));
      if (one.act) body.append(make("button", { type: "button", className: "button", textContent: one.button, onclick: one.act }));
      notice.append(body);
      return notice;
    }));
  }

  // What was kept apart for somebody to decide: what became of it is asked for until the person has read it.
  async function tellLate({ row, secret }) {
    const late = (await sealed.all("sent")).filter(one => one.late && one.by === row.who);
    if (!late.length) return;
    const { told: fates } = await errand.ask("/tui/muon", { mark: row.mark, secret, ids: late.map(({ id }) => id) });
    for (const one of late.filter(({ id }) => fates[id])) {
      const id = `late-${one.id}`, act = async () => {
        drop(other => other.id === id);
        await sealed.deal("sent", sent => sent.put({ ...one, late: false }));
        askLate(state.keys);
      };
      say({ id, text: fates[one.id], button: word("late-read"), act });
    }
  }
  const askLate = keys => keys && tellLate(keys).catch(() => {}); // not now: it is asked again
  document.addEventListener("unlocked", ({ detail: keys }) => askLate(keys));
  addEventListener("online", () => askLate(state.keys));

  return { say, drop, tell };
})();
