/**
 * Whether a frame carries an envelope, whole or a piece of one: told from the heads of its records alone, for decoding
 * every frame of ten thousand nodes once more would double their work. Knows the numbers of three records. [WR3]
 */

/** Records that carry payload. */
const FLOOD = 20;
const FRAGMENT = 21;
const HELD = 28;
/** Before a number from 24 to 255. */
const ONE_MORE_BYTE = 0x18;

/** A frame that is no sequence of records carries none. */
export function carriesPayload(frame: Uint8Array): boolean {
  for (let at = 0; at < frame.length;) {
    const major = frame[at]! >> 5;
    const fields = frame[at]! & 0x1f;
    // An array of a few fields that begins with its type: the form of every record.
    if (major !== 4 || fields === 0 || fields >= 24) return false;
    const type = frame[at + 1] === ONE_MORE_BYTE ? frame[at + 2] : frame[at + 1];
    if (type === FLOOD || type === HELD || type === FRAGMENT) return true;
    const length = lengthOf(frame, at);
    if (length === 0) return false;
    at += length;
  }
  return false;
}

/** Bytes of the value that begins at `from`; 0 when it does not end within the frame. */
function lengthOf(frame: Uint8Array, from: number): number {
  let at = from;
  for (let values = 1; values > 0; values--) {
    if (at >= frame.length) return 0;
    const major = frame[at]! >> 5;
    let argument = frame[at]! & 0x1f;
    at++;
    if (argument >= 24) {
      const width = argument > 27 ? 0 : 1 << (argument - 24);
      if (width === 0) return 0;
      argument = 0;
      for (let i = 0; i < width; i++) argument = argument * 256 + (frame[at + i] ?? 0);
      at += width;
    }
    if (major === 2 || major === 3) at += argument;
    else if (major === 4) values += argument;
  }
  return at > frame.length ? 0 : at - from;
}
