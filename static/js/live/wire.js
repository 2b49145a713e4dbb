/** The one message of the live picture (DESIGN 4): 4-byte big-endian length, JSON, JPEG. */

/** The parts of a message as {frame, jpeg}. Raises RangeError when the bytes are no such message. */
export function readMessage(buffer) {
  if (buffer.byteLength < 4) throw new RangeError(`a live message has at least 4 bytes, ${buffer.byteLength} came`);
  const length = new DataView(buffer).getUint32(0);
  if (4 + length > buffer.byteLength) {
    throw new RangeError(`the header says ${length} bytes of JSON, ${buffer.byteLength - 4} came`);
  }
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return { frame: JSON.parse(text), jpeg: new Uint8Array(buffer, 4 + length) };
}
