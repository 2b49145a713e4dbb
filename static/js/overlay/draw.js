/**
 * Draws picture, areas, boxes, dots and scores on a canvas, in device pixels: lines stay sharp on every screen.
 *
 * Picture and overlay share one canvas, so that a box can never lie on another frame than its own (DEMO-1).
 */

import { boxToPixels, freePlace, keepIn, keepWithin, labelPoint, toPixels } from "./geometry.js";
import { scoreLines } from "./scores.js";

/** The colours of the overlay out of tokens.css, read once. */
export function overlayColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    area: [1, 2, 3, 4].map((number) => read(`--area-${number}`)),
    onArea: [1, 2, 3, 4].map((number) => read(`--on-area-${number}`)),
    box: { alarm: read("--box-alarm"), area: read("--box-area"), none: read("--box-none") },
    zone: read("--zone-ignore"),
    face: { no_mask: read("--box-alarm"), mask: read("--box-area"), not_judged: read("--box-unjudged") },
    font: read("--font"),
  };
}

/** The canvas at `css` size with the pixels of this screen; resized only when it must be. */
export function fitCanvas(canvas, css, ratio = window.devicePixelRatio || 1) {
  const width = Math.max(1, Math.round(css.width * ratio));
  const height = Math.max(1, Math.round(css.height * ratio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return { width, height, ratio };
}

/**
 * The whole scene. scene: {picture, areas, boxes (judged), faces (judged), reach {area, zones}: where faces are looked for and
 * where not, thresholds}; show: {overlay, scores}.
 */
export function drawScene(context, view, scene, show, colours) {
  context.clearRect(0, 0, view.width, view.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(scene.picture, 0, 0, view.width, view.height);
  if (!show.overlay) return;
  for (const area of scene.areas) drawArea(context, view, area, colours);
  for (const box of scene.boxes) drawBox(context, view, box, colours);
  for (const box of scene.boxes) if (!box.below) drawDot(context, view, box);
  if (scene.reach) drawReach(context, view, scene.reach, colours);
  for (const face of scene.faces ?? []) drawFace(context, view, face, colours);
  if (show.scores) drawAllScores(context, view, scene, colours);
  drawAreaLabels(context, view, scene.areas, colours);
}

function drawArea(context, view, area, colours) {
  if (!area.polygon?.length) return;
  context.save();
  tracePolygon(context, view, area.polygon);
  if (area.alarm) paint(context, colours.box.alarm, 0.07);
  else if (area.status) paint(context, colours.area[area.number - 1], 0.05);
  context.lineJoin = "round";
  if (!area.status) context.setLineDash([8 * view.ratio, 6 * view.ratio]);
  strokeTwice(context, view, colours.area[area.number - 1], 2);
  context.restore();
}

function tracePolygon(context, view, polygon) {
  context.beginPath();
  const edge = view.ratio; // an outline along the picture's edge is drawn inside it
  for (const point of polygon) context.lineTo(...keepWithin(toPixels(point, view), view, edge));
  context.closePath();
}

function paint(context, colour, alpha) {
  context.globalAlpha = alpha;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

/** A dark edge below every coloured line: it is seen on a white wall as well as on asphalt. */
function strokeTwice(context, view, colour, width) {
  context.strokeStyle = "rgb(0 0 0 / 45%)";
  context.lineWidth = (width + 2) * view.ratio;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width * view.ratio;
  context.stroke();
}

function drawBox(context, view, box, colours) {
  const { x, y, width, height } = boxToPixels(box.box, view);
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, 3 * view.ratio);
  if (box.below) drawHollow(context, view);
  else {
    paint(context, colours.box[box.role], 0.1);
    strokeTwice(context, view, colours.box[box.role], 2);
  }
  context.restore();
}

function drawHollow(context, view) {
  context.setLineDash([3 * view.ratio, 4 * view.ratio]);
  context.strokeStyle = "rgb(255 255 255 / 70%)";
  context.lineWidth = view.ratio;
  context.stroke();
}

function drawDot(context, view, box) {
  const [x, y] = toPixels(box.point, view);
  context.beginPath();
  context.arc(x, y, 3.5 * view.ratio, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
  context.strokeStyle = "rgb(0 0 0 / 70%)";
  context.lineWidth = view.ratio;
  context.stroke();
}

function drawReach(context, view, { area, zones }, colours) {
  context.save();
  context.setLineDash([6 * view.ratio, 5 * view.ratio]);
  for (const polygon of [area, ...zones].filter(({ length }) => length)) {
    tracePolygon(context, view, polygon);
    if (polygon !== area) paint(context, colours.zone, 1);
    strokeTwice(context, view, colours.face.not_judged, 1);
  }
  context.restore();
}

/** The frame of a face in the colour of its verdict, heavier in alarm, and below it the number that the list has. */
function drawFace(context, view, face, colours) {
  const { x, y, width, height } = boxToPixels(face.box, view);
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, 3 * view.ratio);
  if (face.below) drawHollow(context, view);
  else {
    paint(context, colours.face[face.verdict], face.alarm ? 0.25 : 0.1);
    strokeTwice(context, view, colours.face[face.verdict], face.alarm ? 4 : 2);
  }
  context.restore();
  drawLines(context, view, [String(face.id)], [x, y + height + 2 * view.ratio], colours);
}

function drawAllScores(context, view, { boxes, faces = [], thresholds }, colours) {
  for (const box of boxes) drawLines(context, view, scoreLines(box, thresholds), cornerOf(box, view), colours);
  for (const face of faces) drawLines(context, view, face.lines, cornerOf(face, view), colours);
}

function cornerOf({ box }, view) {
  const { x, y } = boxToPixels(box, view);
  return [x, y];
}

/** Lines of text on a dark ground whose upper left corner is at a point of the view, or as near as the view allows. */
function drawLines(context, view, lines, corner, colours) {
  setType(context, view, colours, "#ffffff", 12);
  const line = 14 * view.ratio;
  const widest = Math.max(...lines.map((text) => context.measureText(text).width));
  const size = { width: Math.max(22 * view.ratio, widest + 8 * view.ratio), height: line * lines.length + 4 * view.ratio };
  const [left, top] = keepIn(corner, size, view);
  context.fillStyle = "rgb(0 0 0 / 65%)";
  context.fillRect(left, top, size.width, size.height);
  context.fillStyle = "#ffffff";
  lines.forEach((text, row) => context.fillText(text, left + size.width / 2, top + 2 * view.ratio + line * (row + 0.5)));
}

/** Number and name at the upper left of each area; one that would cover another goes below it. */
function drawAreaLabels(context, view, areas, colours) {
  const taken = [];
  for (const area of areas.filter(({ polygon }) => polygon?.length)) {
    const side = 20 * view.ratio;
    const gap = 6 * view.ratio;
    setType(context, view, colours, "#ffffff", 12);
    const size = { width: side + context.measureText(area.name).width + 2 * gap, height: side };
    const [px, py] = toPixels(labelPoint(area.polygon), view);
    const place = freePlace(keepIn([px + gap, py + gap], size, view), size, taken);
    taken.push(place);
    drawAreaLabel(context, view, area, place, colours);
  }
}

function drawAreaLabel(context, view, area, { x, y, width, height }, colours) {
  fillRound(context, x, y, width, height, 4 * view.ratio, "rgb(0 0 0 / 60%)");
  fillRound(context, x, y, height, height, 4 * view.ratio, colours.area[area.number - 1]);
  context.fillStyle = colours.onArea[area.number - 1];
  context.fillText(String(area.number), x + height / 2, y + height / 2);
  context.textAlign = "left";
  context.fillStyle = "#ffffff";
  context.fillText(area.name, x + height + 6 * view.ratio, y + height / 2);
}

function fillRound(context, x, y, width, height, radius, colour) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = colour;
  context.fill();
}

function setType(context, view, colours, colour, size) {
  context.font = `600 ${size * view.ratio}px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
}
