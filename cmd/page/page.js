"use strict";
(() => {
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const links = [...document.querySelectorAll("nav li")];
  const types = [...document.querySelectorAll("article")].map((article, i) => ({
    article,
    entry: links[i], // both are in one order
    text: article.dataset.search.toLowerCase(),
  }));

  // A heading is there as long as something under it is.
  function hideEmpty(selector) {
    for (const box of document.querySelectorAll(selector)) {
      box.hidden = !box.querySelector("article:not([hidden]), li:not([hidden])");
    }
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const t of types) {
      const hit = words.every((word) => t.text.includes(word));
      t.article.hidden = t.entry.hidden = !hit;
      shown += hit;
    }
    hideEmpty("main > section");
    hideEmpty("nav .group");
    hideEmpty("nav .chapter");
    const all = types.length + (types.length === 1 ? " event type" : " event types");
    count.value = words.length ? shown + " of " + all : all;
  }

  search.addEventListener("input", filter);
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && document.activeElement !== search) {
      e.preventDefault();
      search.focus();
    } else if (e.key === "Escape" && document.activeElement === search) {
      search.value = "";
      filter();
    }
  });
  for (const button of document.querySelectorAll("button")) {
    button.hidden = !navigator.clipboard; // not everywhere for files
    button.addEventListener("click", async (e) => {
      e.preventDefault(); // the sample stays open
      await navigator.clipboard.writeText(button.parentElement.parentElement.querySelector("pre").textContent);
      button.textContent = "copied";
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
  }
  search.value = new URLSearchParams(location.search).get("q") || "";
  filter();
})();
