/**
 * <news-feed data-socket="/ws/news/">: the page's one line to the server for everything but pictures.
 *
 * Messages are JSON {event, data}: "hello" with all that is known, then "cameras", "combined", "alarm", "names" and "shelving" as they
 * happen.
 */

import { setServerTime } from "../frame/time.js";
import { LiveSocket } from "./socket.js";
import { store } from "./store.js";

const ASK_AFTER = 2; // losses in a row

class NewsFeed extends HTMLElement {
  #socket = null;
  #life = null;
  #losses = 0;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#socket = new LiveSocket(this.dataset.socket);
    this.#socket.addEventListener("message", ({ detail }) => this.#read(JSON.parse(detail)), { signal });
    this.#socket.addEventListener("lost", () => this.#lost(), { signal });
    this.#socket.addEventListener("refused", () => window.location.reload(), { signal }); // signed out, or other rights
    window.addEventListener("offline", () => store.setConnection("lost"), { signal });
    window.addEventListener("online", () => this.#socket.restart(), { signal });
    this.#socket.start();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#socket.stop();
  }

  /** A server that refuses one who has signed out looks like one that is away: ask it which of the two it is. */
  async #lost() {
    store.setConnection("lost");
    this.#losses += 1;
    if (this.#losses >= ASK_AFTER && (await isSignedOut())) window.location.reload();
  }

  #read({ event, data }) {
    if (event === "hello") {
      this.#losses = 0;
      setServerTime(data.now);
      store.setConnection("live");
      store.hello(data);
    } else if (event === "cameras") store.setCameras(data);
    else if (event === "combined") store.setCombined(data);
    else if (event === "alarm") store.setAlarm(data);
    else if (event === "names") store.setNames(data);
    else if (event === "shelving") store.setShelving(data);
  }
}

/** Whether the portal answers this page's address with the way to the sign-in page. */
async function isSignedOut() {
  try {
    return (await fetch(window.location.href, { method: "HEAD", redirect: "manual" })).type === "opaqueredirect";
  } catch {
    return false; // it does not answer at all
  }
}

customElements.define("news-feed", NewsFeed);
