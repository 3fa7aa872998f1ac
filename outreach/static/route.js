// A route sheet typed in by keyboard: Enter goes on to the next field, from an empty row to the next row, and at last to
// the button; with Ctrl it saves at once. The names of a house are one field: Tab goes on among them, Space ticks; so
// are skills, a stop only where somebody did it alone.
"use strict";
for (const form of document.querySelectorAll(".route-form")) {
  form.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key !== "Enter" || !here.matches("input, select")) return;
    event.preventDefault();
    if (event.ctrlKey) return form.requestSubmit();
    const told = ({ name }) => !/-observed/.test(name) || form.elements[name.replace(/observed.*/, "outcome")].value === "alone";
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select, button")].filter(told);
    const after = fields.slice(fields.indexOf(here) + 1).filter(({ name }) => !name || name !== here.name);
    const said = here.name.endsWith("-outcome") && !here.value; // an empty row: on to the next one
    const next = said ? after.find((field) => field.matches("[name$=-outcome], button")) : after[0];
    next?.focus();
  });
}
