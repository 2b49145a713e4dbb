/**
 * Geometry of the overlay: pure functions, shared by the live picture, the snapshot of an alarm and the area editor.
 *
 * Coordinates are fractions 0..1 of the frame, origin top left, as everywhere in the product; a view is
 * {width, height} in the pixels that are drawn on.
 */

const JUST_INSIDE = 1e-6;

/** A point in the pixels of the view. */
export function toPixels([x, y], view) {
  return [x * view.width, y * view.height];
}

/** A box x1 y1 x2 y2 in the pixels of the view, cut at its edges: a person half outside keeps a visible frame. */
export function boxToPixels([x1, y1, x2, y2], view) {
  const left = clamp(x1) * view.width;
  const top = clamp(y1) * view.height;
  return { x: left, y: top, width: clamp(x2) * view.width - left, height: clamp(y2) * view.height - top };
}

/** Whether a point lies in a simple polygon (even-odd rule). */
export function isInside([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The vertex nearest to the top left corner of the frame: where an area's number stands. */
export function labelPoint(polygon) {
  return polygon.reduce((best, point) => (point[0] + point[1] < best[0] + best[1] ? point : best));
}

/** The largest {width, height} of the proportions of `size` that fits into `room`; never a stretched picture. */
export function fit(size, room) {
  const scale = Math.min(room.width / size.width, room.height / size.height);
  return { width: size.width * scale, height: size.height * scale };
}

/** `value` kept in low..high. */
export function clamp(value, low = 0, high = 1) {
  return Math.min(high, Math.max(low, value));
}

/** The corner of a label of `size` at `point`, moved so that it stays in the view. */
export function keepIn([x, y], size, view) {
  return [clamp(x, 0, Math.max(0, view.width - size.width)), clamp(y, 0, Math.max(0, view.height - size.height))];
}

/** A point moved inside the view by `edge` where it lies nearer to its border, or beyond. */
export function keepWithin([x, y], view, edge) {
  return [clamp(x, edge, view.width - edge), clamp(y, edge, view.height - edge)];
}

/** The rectangle {x, y, width, height} at a corner, moved down until it covers none of those that are `taken`. */
export function freePlace([x, y], size, taken) {
  const place = { x, y, ...size };
  const gap = size.height / 5;
  let other = taken.find((one) => overlap(one, place));
  while (other) {
    place.y = other.y + other.height + gap;
    other = taken.find((one) => overlap(one, place));
  }
  return place;
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The nearest point of the picture: the feet of somebody cut by its edge are still in the area there. */
export function intoPicture(point) {
  return point.map((one) => Math.min(1 - JUST_INSIDE, Math.max(JUST_INSIDE, one)));
}
