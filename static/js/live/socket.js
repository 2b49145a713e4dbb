/**
 * A WebSocket that comes back by itself, and notices when the other end has silently gone.
 *
 * Events: "open", "message" (detail: the data), "lost" (once for each loss), "refused" (the right to it has ended:
 * it does not try again).
 */

import { delay } from "./backoff.js";

const PING_MS = 10_000;
const SILENT_MS = 25_000;
const NOT_ALLOWED = 4403;

export class LiveSocket extends EventTarget {
  #path;
  #socket = null;
  #attempt = 0;
  #timer = null;
  #heart = null;
  #heardAt = 0;
  #wanted = false;

  constructor(path) {
    super();
    this.#path = path;
  }

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
    this.#drop();
  }

  /** Begin anew at once: the network is said to be back, and what is open may be a line to nowhere. */
  restart() {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
    this.#drop();
    this.#connect();
  }

  send(text) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  #connect() {
    const url = new URL(this.#path, window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => this.#lost(event.code);
    this.#socket = socket;
  }

  #opened() {
    this.#attempt = 0;
    this.#heardAt = performance.now();
    this.#heart = setInterval(() => this.#beat(), PING_MS);
    this.dispatchEvent(new Event("open"));
  }

  #heard(data) {
    this.#heardAt = performance.now();
    if (data !== "pong") this.dispatchEvent(new CustomEvent("message", { detail: data }));
  }

  #beat() {
    if (performance.now() - this.#heardAt > SILENT_MS) this.#lost(0);
    else this.send("ping");
  }

  #lost(code) {
    clearInterval(this.#heart);
    this.#drop();
    if (code === NOT_ALLOWED) this.#wanted = false;
    this.dispatchEvent(new Event(this.#wanted ? "lost" : "refused"));
    if (this.#wanted) this.#timer = setTimeout(() => this.#connect(), 1000 * delay(this.#attempt++));
  }

  #drop() {
    if (!this.#socket) return;
    const socket = this.#socket;
    this.#socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
