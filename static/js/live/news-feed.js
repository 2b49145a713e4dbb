/**
 * <news-feed data-socket="/ws/news/">: the page's one line to the server for everything but pictures.
 *
 * Messages are JSON {event, data}: "hello" with all that is known, then "cameras", "alarm" and "names" as they happen.
 */

import { setServerTime } from "../frame/time.js";
import { LiveSocket } from "./socket.js";
import { store } from "./store.js";

class NewsFeed extends HTMLElement {
  #socket = null;
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#socket = new LiveSocket(this.dataset.socket);
    this.#socket.addEventListener("message", ({ detail }) => this.#read(JSON.parse(detail)), { signal });
    this.#socket.addEventListener("lost", () => store.setConnection("lost"), { signal });
    this.#socket.addEventListener("refused", () => window.location.reload(), { signal }); // signed out, or other rights
    window.addEventListener("offline", () => store.setConnection("lost"), { signal });
    window.addEventListener("online", () => this.#socket.restart(), { signal });
    this.#socket.start();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#socket.stop();
  }

  #read({ event, data }) {
    if (event === "hello") {
      setServerTime(data.now);
      store.setConnection("live");
      store.hello(data);
    } else if (event === "cameras") store.setCameras(data);
    else if (event === "alarm") store.setAlarm(data);
    else if (event === "names") store.setNames(data);
  }
}

customElements.define("news-feed", NewsFeed);
