/**
 * <picture-view>: how the picture of a camera is turned, and its privacy zones (CAM-4, CAM-5), on the live picture.
 *
 * Zones of the draft belong to the picture at the saved rotation. Another rotation is seen at once, by turning what is on
 * the screen with all that is drawn on it; nothing is drawn on a picture that lies like this. After saving, the picture on
 * the screen is the old one until the first frame of the new version has come.
 */

import "../live/live-stage.js";
import "../settings/save-bar.js";
import { EditorTools } from "../areas/editor-tools.js";
import { drawnPlaces, placeOf, placesOf, turnedPolygons, zoneKey } from "../areas/zones.js";
import { text } from "../frame/strings.js";
import { write } from "../frame/time.js";
import { store } from "../live/store.js";
import { inPaintOrder } from "../overlay/scores.js";
import { Draft, same } from "../settings/draft.js";
import { send } from "../settings/sending.js";
import { ZoneDesk } from "../settings/zone-desk.js";

const PARTS = ["rotation", "privacy_zones"];

class PictureView extends HTMLElement {
  data = JSON.parse(document.getElementById("picture-data").textContent);
  draft = new Draft(partsOf(this.data));

  #life = null;
  #tools = null;
  #zones = null;
  #shown = this.data.rotation; // of the picture on the screen
  #awaited = null; // the version of the camera whose picture has the saved rotation
  #theirs = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    const of = (key) => ({ name: this.#zones.nameOf(placeOf(key)), about: { messages: this.#messages(key) } });
    this.#tools = new EditorTools(this, { of, fail: (words) => this.bar.failed(words), editable: this.data.editable, signal });
    this.#zones = new ZoneDesk(this.querySelector("[data-zones]"), this.#tools, { name: "privacy_zone", fresh: "privacy_zone_new" }, signal);
    this.editor.look = (key) => ({ kind: "privacy", label: String(this.#zones.numberOf(placeOf(key)) || "") });
    this.overlay.judge = (boxes) => ({ boxes: inPaintOrder(boxes.filter(({ id }) => id !== null)), thresholds: {} });
    this.addEventListener("area-edit", () => this.#edited(), { signal });
    this.addEventListener("live-frame", ({ detail }) => this.#framed(detail), { signal });
    this.addEventListener("change", ({ target }) => target.name === "rotation" && this.#turned(Number(target.value)), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("save-discard", () => this.#discard(), { signal });
    this.addEventListener("save-again", () => this.#again(), { signal });
    store.addEventListener("names", ({ detail }) => this.#renamed(detail), { signal });
    this.draft.set("rotation", Number(this.querySelector("[name=rotation]:checked").value)); // pressed before this script was there
    this.#fill();
    this.#showAll();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  get bar() {
    return this.querySelector("save-bar");
  }

  get editor() {
    return this.#tools.editor;
  }

  get overlay() {
    return this.querySelector("live-overlay");
  }

  /** By how much the picture on the screen has to be turned to be as it will be. */
  get #turn() {
    return (this.draft.now.rotation - this.#shown + 360) % 360;
  }

  /** Whether the picture on the screen is the one that the zones are drawn on. */
  get #lies() {
    return this.#shown === this.draft.saved.rotation && this.#turn === 0;
  }

  #messages(key) {
    return this.data.messages[Math.max(1, this.#zones.numberOf(placeOf(key))) - 1];
  }

  /** The zones of the draft into the editor, where they are on the picture of the screen. */
  #fill() {
    const { privacy_zones: zones } = this.draft.now;
    this.editor.drawing.reset(placesOf(turnedPolygons(zones, this.#shown - this.draft.saved.rotation)));
  }

  #edited() {
    if (!this.#lies) return;
    const { polygons } = this.editor.drawing;
    const zones = drawnPlaces(polygons).map((place) => polygons[zoneKey(place)]);
    if (!same(zones, this.draft.now.privacy_zones)) this.#change("privacy_zones", zones);
    this.#zones.show();
  }

  #turned(rotation) {
    if (this.editor.drawing.line) this.editor.edit((drawing) => drawing.cancel());
    this.#change("rotation", rotation);
  }

  #change(part, value) {
    this.draft.set(part, value);
    this.#refuse([]);
    this.#showAll();
  }

  #framed({ version }) {
    if (this.#awaited === null || version < this.#awaited) return;
    this.#awaited = null;
    this.#shown = this.draft.saved.rotation;
    this.#fill();
    this.#showAll();
  }

  #showAll() {
    const { now, saved } = this.draft;
    for (const radio of this.querySelectorAll("[name=rotation]")) radio.checked = Number(radio.value) === now.rotation;
    this.overlay.dataset.turn = String(this.#turn);
    this.editor.editable = this.data.editable && this.#lies;
    this.#tools.notice = this.#lies ? "" : text(now.rotation === saved.rotation ? "turn_coming" : "turn_first");
    this.#tools.show();
    this.#zones.show();
    for (const part of PARTS) this.#section(part).toggleAttribute("data-changed", this.draft.isChanged(part));
    this.bar?.count(PARTS.filter((part) => this.draft.isChanged(part)).length, 0);
  }

  async #submitted(event) {
    event.preventDefault();
    this.bar.saving();
    const token = this.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await send(this.data.url, { ...this.draft.now, seen: this.draft.saved }, token);
    if (answer.outcome === "saved") this.#saved(answer);
    else if (answer.outcome === "refused") this.#refused(answer.problems);
    else if (answer.outcome === "stale") this.#stale(answer);
    else this.bar.failed(answer.message);
  }

  #saved(answer) {
    this.#take(answer);
    this.bar.saved(answer.camera_version);
  }

  /** This is what holds now. Without a picture on the screen there is nothing to wait for. */
  #take(answer) {
    const turns = this.overlay.frame && answer.rotation !== this.#shown;
    this.draft.take(partsOf(answer));
    this.#awaited = turns ? answer.camera_version : null;
    if (!turns) this.#shown = answer.rotation;
    this.#fill();
    this.#showAll();
  }

  #refused(problems) {
    this.#refuse(problems);
    this.bar.failed(text("n_problems", { count: problems.length }));
  }

  #refuse(problems) {
    for (const part of PARTS) {
      const error = this.#section(part).querySelector("[data-part=error]");
      const said = problems.filter(({ path }) => path === part).map(({ message }) => message);
      error.hidden = said.length === 0;
      write(error, said.join(" "));
    }
  }

  #stale(answer) {
    this.#theirs = answer;
    this.bar.stale(answer.message);
  }

  /** Theirs below, mine on top: my zones turn with the picture, if they have turned it. */
  #again() {
    const { now, saved } = this.draft;
    const theirs = this.#theirs;
    const mine = PARTS.filter((part) => this.draft.isChanged(part));
    const zones = turnedPolygons(now.privacy_zones, theirs.rotation - saved.rotation);
    this.#take(theirs);
    if (mine.includes("rotation")) this.draft.set("rotation", now.rotation);
    if (mine.includes("privacy_zones")) this.draft.set("privacy_zones", zones);
    this.#fill();
    this.#showAll();
  }

  #discard() {
    this.draft.discard();
    this.#refuse([]);
    this.#fill();
    this.#showAll();
  }

  #renamed({ camera, name }) {
    if (camera === Number(this.dataset.camera)) write(this.querySelector("h1"), name);
  }

  #section(part) {
    return this.querySelector(`[data-section=${part}]`);
  }
}

function partsOf({ rotation, privacy_zones }) {
  return { rotation, privacy_zones };
}

customElements.define("picture-view", PictureView);
