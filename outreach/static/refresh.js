// A block that asks again for itself (components/refresh.html) disturbs nobody: it stays as it is while somebody is in
// it, while nobody looks, and while nothing is new.
"use strict";
{
  const shown = new WeakMap();
  const busy = (block) => document.hidden || block.contains(document.activeElement) || block.querySelector("details[open]");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-refreshed]") && busy(event.target)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.target.matches("[data-refreshed]")) return;
    const news = document.createElement("template");
    news.innerHTML = detail.xhr.responseText;
    const was = shown.get(detail.target) ?? detail.target.innerHTML;
    detail.shouldSwap &&= was.trim() !== news.innerHTML.trim() && !busy(detail.target);
    if (detail.shouldSwap) shown.set(detail.target, news.innerHTML);
  });
}
