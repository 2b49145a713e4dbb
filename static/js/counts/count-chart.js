/**
 * <count-chart data-source="ID">: the lines of the JSON block ID (portal/dashboard/count_page.py), drawn by uPlot in the
 * colours of the theme. What it shows stands in the table below it, too; arrow keys walk along it.
 */

import uPlot from "../../uplot/uPlot.esm.js";
import { text } from "../frame/strings.js";
import { columns, highest, shown, ticks, timeFormat, walk } from "./chart-data.js";

const HEIGHT = 300;
const TICK_ROOM = { day: 56, week: 72, month: 36, year: 48 };

class CountChart extends HTMLElement {
  #chart = null;
  #plot = null;
  #watches = [];

  connectedCallback() {
    this.#plot = this.querySelector("[data-part=plot]");
    try {
      this.#draw(JSON.parse(document.getElementById(this.dataset.source).textContent));
    } catch (error) {
      this.querySelector("[data-part=failed]").hidden = false;
      this.#plot.hidden = true;
      throw error;
    }
  }

  disconnectedCallback() {
    for (const watch of this.#watches.splice(0)) watch.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  #draw(given) {
    const lang = document.documentElement.lang || "en";
    const data = columns(given);
    this.#plot.replaceChildren();
    this.#chart = new uPlot(this.#options(given, data, lang), data, this.#plot);
    this.#watch();
    const moment = timeFormat(given.period, given.zone, lang, { full: true });
    this.#read(given, null, moment);
    this.#chart.hooks.setCursor = [(chart) => this.#read(given, chart.cursor.idx, moment)];
    this.addEventListener("keydown", (event) => this.#step(event, given.at.length));
  }

  #options(given, data, lang) {
    const single = given.lines.length === 1;
    const label = timeFormat(given.period, given.zone, lang);
    const most = highest(data);
    const look = () => ({ font: `12px ${this.#style("font-family")}`, stroke: () => this.#token("--text-3") });
    const grid = { stroke: () => this.#token("--line"), width: 1 };
    return {
      width: this.#plot.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false }, y: { range: [0, most * 1.08] } },
      axes: [
        {
          ...look(),
          size: 32,
          grid: { show: false },
          ticks: grid,
          splits: (chart) => ticks(given.rows, chart.bbox.width / devicePixelRatio, TICK_ROOM[given.period]),
          values: (_chart, splits) => splits.map(label),
        },
        { ...look(), grid, ticks: { show: false }, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      ],
      series: [{}, ...(single ? this.#single() : given.lines.map((_, place) => this.#line(place + 1)))],
      bands: single ? [{ series: [3, 2], fill: () => `${this.#token("--line-1")}3d` }] : [],
    };
  }

  /** before, low, high, mean: the last one lies on top. */
  #single() {
    const hidden = { width: 0, points: { show: false } };
    const before = { stroke: () => this.#token("--text-3"), width: 1.25, dash: [4, 4], points: { show: false } };
    return [before, hidden, hidden, this.#line(1)];
  }

  #line(number) {
    return { stroke: () => this.#token(`--line-${number}`), width: 1.75, points: { show: false } };
  }

  /** The numbers at the cursor; without one, how to get them. */
  #read(given, place, moment) {
    const reading = this.querySelector("[data-part=reading]");
    if (place === null || place === undefined) return void (reading.textContent = text("chart_hint"));
    const time = document.createElement("strong");
    time.textContent = moment(given.at[place]);
    reading.replaceChildren(time, ...given.lines.map((line) => ` · ${this.#words(given, line, place)}`));
  }

  #words(given, line, place) {
    const value = shown(line.mean[place]);
    if (given.lines.length > 1) return `${line.name} ${value}`;
    if (line.mean[place] === null) return text("chart_unknown");
    const facts = { value, low: shown(line.low[place]), high: shown(line.high[place]), before: shown(line.before[place]) };
    return text("chart_reading", facts);
  }

  #step(event, length) {
    const place = walk(event.key, this.#chart.cursor.idx, length);
    if (place === null) return;
    event.preventDefault();
    this.querySelector("[data-part=reading]").ariaLive = "polite"; // who walks listens; a pointer would never let it end
    this.#chart.setCursor({ left: this.#chart.valToPos(this.#chart.data[0][place], "x"), top: 0 });
  }

  /** The width of the page and its theme change. */
  #watch() {
    const sizes = new ResizeObserver(() => this.#chart.setSize({ width: this.#plot.clientWidth, height: HEIGHT }));
    sizes.observe(this.#plot);
    const theme = new MutationObserver(() => this.#chart.redraw(false, true));
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.#watches.push(sizes, theme);
  }

  #token(name) {
    return this.#style(name).trim();
  }

  #style(name) {
    return getComputedStyle(this).getPropertyValue(name);
  }
}

customElements.define("count-chart", CountChart);
