// Filters the questions of a saved report. Without it every question is there to be read.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const kind = document.getElementById("kind");
  const tag = document.getElementById("tag");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const passing = document.getElementById("passing");
  if (!form) return;
  const questions = [...document.querySelectorAll(".question")].map((element) => ({
    element,
    failed: "kinds" in element.dataset,
    kinds: (element.dataset.kinds || "").split("\n"),
    tags: (element.dataset.tags || "").split("\n"),
    text: null,
  }));
  const failures = questions.filter((question) => question.failed).length;
  const texts = (question) => (question.text ??= question.element.textContent.toLowerCase());

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let failed = 0;
    let right = 0;
    for (const question of questions) {
      const fits =
        (!kind.value || question.kinds.includes(kind.value)) &&
        (!tag || !tag.value || question.tags.includes(tag.value)) &&
        wanted.every((word) => texts(question).includes(word));
      question.element.hidden = !fits;
      if (fits && question.failed) failed += 1;
      if (fits && !question.failed) right += 1;
    }
    shown.value = `${failed} of ${failures} failures` + (questions.length > failures ? `, ${right} others` : "");
    if (passing) passing.querySelector("summary span").textContent = String(right);
  }

  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  };
  form.addEventListener("input", (event) => (event.target === words ? later() : filter()));
  form.addEventListener("submit", (event) => event.preventDefault());
  // the fields are emptied after the event, not before it
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
  filter();
})();
