/* Runs before the first paint, so that a stored theme or a folded rail never flashes. A classic script: modules wait. */
(function () {
  "use strict";
  const root = document.documentElement;
  try {
    root.dataset.theme = localStorage.getItem("lookout.theme") === "light" ? "light" : "dark";
    root.dataset.rail = localStorage.getItem("lookout.rail") === "narrow" ? "narrow" : "wide";
  } catch {
    root.dataset.theme = "dark"; // storage is forbidden in this browser: the defaults hold
  }
})();
