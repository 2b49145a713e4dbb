/** The elements of the frame: connection, badge of open alarms, theme, rail, menus. */

import { store } from "../live/store.js";
import { text } from "./strings.js";
import { clock, write } from "./time.js";

/** <connection-state>: live, or amber and since when not (OPR-5). */
class ConnectionState extends HTMLElement {
  connectedCallback() {
    store.addEventListener("connection", () => this.#show());
  }

  #show() {
    const { state, since } = store.connection;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const label = state === "lost" ? text("offline_since", { time: clock(zone, since) }) : text(`connection_${state}`);
    this.dataset.state = state;
    write(this.querySelector("[data-field=text]"), label);
  }
}

/** <open-badge>: how many alarms are open; the tab's title carries the same number (OPR-1). */
class OpenBadge extends HTMLElement {
  connectedCallback() {
    store.addEventListener("open", () => this.#show());
  }

  #show() {
    const count = store.open.size;
    this.hidden = count === 0;
    write(this.querySelector("[data-field=count]"), count > 99 ? "99+" : String(count));
  }
}

/** The number of open alarms before the title of the tab. */
function badgeTitle() {
  const plain = document.title;
  store.addEventListener("open", () => {
    document.title = store.open.size ? `(${store.open.size}) ${plain}` : plain;
  });
}

/** Buttons with two states that are kept in this browser. */
function startSwitches() {
  const theme = document.querySelector("[data-action=theme]");
  theme?.addEventListener("click", () => {
    const light = document.documentElement.dataset.theme !== "light";
    keep("lookout.theme", (document.documentElement.dataset.theme = light ? "light" : "dark"));
    press(theme, light);
  });
  if (theme) press(theme, document.documentElement.dataset.theme === "light");
  const fold = document.querySelector("[data-action=fold]");
  fold?.addEventListener("click", () => {
    const narrow = document.documentElement.dataset.rail !== "narrow";
    keep("lookout.rail", (document.documentElement.dataset.rail = narrow ? "narrow" : "wide"));
    fold.setAttribute("aria-expanded", String(!narrow));
  });
  fold?.setAttribute("aria-expanded", String(document.documentElement.dataset.rail !== "narrow"));
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
  button.title = on ? button.dataset.titleOn : button.dataset.titleOff;
}

/** Keep a choice in this browser; one that stores nothing forgets it with the page. */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // storage is forbidden here
  }
}

/** Menus close on Escape, on a press elsewhere and on leaving; the site switcher narrows its list while typing. */
function startMenus() {
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  for (const search of document.querySelectorAll("[data-narrows]")) {
    search.addEventListener("input", () => narrow(search));
    search.closest("details")?.addEventListener("toggle", ({ target }) => target.open && search.focus());
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

function narrow(search) {
  const wanted = search.value.trim().toLocaleLowerCase();
  for (const item of document.querySelectorAll(`#${search.dataset.narrows} [data-name]`)) {
    item.hidden = !item.dataset.name.toLocaleLowerCase().includes(wanted);
  }
}

export function startFrame() {
  badgeTitle();
  startSwitches();
  startMenus();
}

customElements.define("connection-state", ConnectionState);
customElements.define("open-badge", OpenBadge);
