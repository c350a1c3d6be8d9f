// What runs in the browser: following citation markers, keeping the quote in view, naming parts for assistive technology.
// Text is never turned into markup here.
(() => {
  "use strict";

  let followed = 0; // makes every request differ, so that the same marker can be followed twice
  let origin = null; // the marker that led to the open article
  let travel = false; // whether the reader asked to be taken to the article

  const narrow = () => window.matchMedia("(max-width: 900px)").matches;
  const calm = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  function request(address) {
    const box = document.querySelector("#cite textarea, #cite input");
    if (!box) return;
    const proto = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
    followed += 1;
    Object.getOwnPropertyDescriptor(proto, "value").set.call(box, `${address}-${followed}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function back(address) {
    const marker = document.querySelector(`#conversation a.cite[href="#cite-${address}"]`) || origin;
    if (!marker) return;
    marker.scrollIntoView({ block: "center", behavior: calm() });
    marker.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link) return;
    const cite = /^#cite-(\d{1,4}-\d{1,4})$/.exec(link.getAttribute("href"));
    if (cite && link.closest("#conversation")) {
      event.preventDefault();
      origin = link;
      travel = true;
      request(cite[1]);
      return;
    }
    const home = /^#back-(\d{1,4}-\d{1,4})$/.exec(link.getAttribute("href"));
    if (home && link.closest("#article-head")) {
      event.preventDefault();
      back(home[1]);
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target instanceof Element && event.target.closest("#sources")) travel = narrow();
  });

  const firstMark = () => document.querySelector("#article .token.highlighted .text");

  // Only the pane and the list move here, never the page.
  function show() {
    const pane = document.querySelector("#article .textfield");
    const mark = firstMark();
    if (pane && mark) {
      pane.scrollTop += mark.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 4;
    }
    const list = document.querySelector("#sources");
    const chosen = list?.querySelector("label.selected");
    if (chosen && list.scrollHeight > list.clientHeight) {
      const above = chosen.getBoundingClientRect().top - list.getBoundingClientRect().top;
      const below = chosen.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
      if (above < 0) list.scrollTop += above - 4;
      else if (below > 0) list.scrollTop += below + 4;
    }
  }

  // The quote: named for assistive technology, brought into view, and focused where the reader asked for it.
  function settle() {
    const pane = document.querySelector("#article .textfield");
    const marks = pane ? pane.querySelectorAll(".token.highlighted") : [];
    if (!marks.length) return;
    marks.forEach((mark, index) => {
      mark.setAttribute("role", "mark");
      if (index) mark.removeAttribute("tabindex");
    });
    pane.setAttribute("role", "region");
    pane.setAttribute("aria-label", "Article text with the quote highlighted");
    pane.setAttribute("tabindex", "0");
    show();
    [80, 250].forEach((later) => setTimeout(show, later)); // the list above may still be taking its place
    if (!travel) return;
    travel = false;
    if (narrow()) document.querySelector("#article-head")?.scrollIntoView({ block: "start", behavior: calm() });
    marks[0].setAttribute("tabindex", "0");
    marks[0].focus({ preventScroll: true });
  }

  function label(selector, role, words) {
    const part = document.querySelector(selector);
    if (!part) return null;
    if (role) part.setAttribute("role", role);
    part.setAttribute("aria-label", words);
    return part;
  }

  // Gradio reads a message's source aloud; its text is what should be heard.
  function name() {
    document.querySelectorAll("#conversation [data-testid=bot], #conversation [data-testid=user]").forEach((message) => {
      const who = message.dataset.testid === "user" ? "You asked" : "Answer";
      const said = `${who}: ${message.textContent.trim()}`;
      if (message.getAttribute("aria-label") !== said) message.setAttribute("aria-label", said);
    });
    label("#conversation .examples", "group", "Example questions");
    label("#sources", null, "Sources of this answer");
    // A chain of attribution is heard with pauses; its signs would be read out as "greater than".
    document.querySelectorAll("#sources label").forEach((source) => {
      const said = source.textContent.trim().split("\n").map((line) => line.replaceAll(" > ", ", ")).join(". ");
      const choice = source.querySelector("input");
      if (choice && choice.getAttribute("aria-label") !== said) choice.setAttribute("aria-label", said);
    });
    label("#failures", null, "Failing questions");
    label("#evaluation-status", "status", "Progress of the evaluation");
    label("#failure", "region", "The chosen question");
    for (const [list, words] of [["#outlet-list", "Outlets"], ["#article-list", "Articles"], ["#evaluation-scores", "Scores"]]) {
      const scrolled = label(`${list} .listing`, "region", words);
      if (scrolled) scrolled.tabIndex = 0; // so that the keyboard can scroll it
    }
  }

  function harden() {
    document.querySelectorAll("#article-head a[target=_blank]").forEach((link) => {
      if (link.rel !== "noopener noreferrer nofollow") link.rel = "noopener noreferrer nofollow";
    });
  }

  let last = "";
  let settled = 0;
  new MutationObserver(() => {
    harden();
    name();
    const pane = document.querySelector("#article .textfield");
    const marks = pane ? [...pane.querySelectorAll(".token.highlighted .text")] : [];
    const head = document.querySelector("#article-head")?.textContent || "";
    const now = marks.length ? `${head}|${pane.textContent.length}|${marks.map((mark) => mark.textContent).join("|")}` : "";
    if (now === last && !(travel && now && followed !== settled)) return;
    last = now;
    settled = followed;
    if (now) requestAnimationFrame(settle);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
