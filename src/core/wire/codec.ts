/**
 * Values to bytes and back: deterministic CBOR (RFC 8949 §4.2) by cborg, decoded strictly. [WR1, WR2]
 * Owns the decoding options; knows no record and no envelope.
 */
import { decode, decodeFirst, encode, Token, Type, type DecodeOptions, type EncodeOptions } from 'cborg';
import { compareBytes } from '../base/bytes.ts';
import { failure, success, type Result } from '../base/result.ts';

/** What may stand on the wire: integers, text, byte strings, booleans, null and arrays of these. No maps, tags or floats. */
export type WireValue = number | string | boolean | null | Uint8Array | readonly WireValue[];

const OPTIONS: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
};

/** Arrays nest at most this deep: frame record, list, entry. A deeper value is nobody's record and would cost stack. */
export const MAX_NESTING = 8;

/** What decoders take for a byte order mark at the beginning of a text, and drop. */
const BYTE_ORDER_MARKS = /^\ufeff+/;

/** A text is written as it will be read: without byte order marks before it. (Lone surrogates become U+FFFD.) */
const ENCODING: EncodeOptions = {
  typeEncoders: {
    string: (text: string) =>
      text.startsWith('\ufeff') ? [new Token(Type.string, text.replace(BYTE_ORDER_MARKS, ''))] : null,
  },
};

export function encodeValue(value: WireValue): Uint8Array {
  return encode(value, ENCODING);
}

/** Exactly one value, nothing behind it. */
export function decodeValue(bytes: Uint8Array): Result<WireValue, 'Malformed'> {
  if (hasForeignForm(bytes)) return failure('Malformed');
  let value: unknown;
  try {
    value = decode(bytes, OPTIONS);
  } catch {
    // cborg throws on anything that is not strict CBOR: for bytes from outside that is an outcome, not an exception.
    return failure('Malformed');
  }
  return isWireValue(value) ? success(value) : failure('Malformed');
}

/** A CBOR sequence (RFC 8742): the values of one frame, at most `max`. */
export function decodeSequence(bytes: Uint8Array, max: number): Result<WireValue[], 'Malformed'> {
  if (hasForeignForm(bytes)) return failure('Malformed');
  const values: WireValue[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (values.length === max) return failure('Malformed');
    let value: unknown;
    try {
      [value, rest] = decodeFirst(rest, OPTIONS) as [unknown, Uint8Array];
    } catch {
      return failure('Malformed');
    }
    if (!isWireValue(value)) return failure('Malformed');
    values.push(value);
  }
  return success(values);
}

function isWireValue(value: unknown): value is WireValue {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.every(isWireValue);
}

/**
 * Whether something stands here that the decoder would take although it is not ours, seen without recursion: arrays
 * deeper than MAX_NESTING (cborg descends by recursion, and 16 KiB of 0x81 would exhaust the stack), maps, tags, floats
 * (0xf93c00 is read as 1, which has a form of its own), and text that is not what it would be written as.
 */
function hasForeignForm(bytes: Uint8Array): boolean {
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const head = bytes[at]!;
    const major = head >> 5;
    let argument = head & 0x1f;
    at += 1;
    // Floats and the long simple values; false, true and null are below.
    if (major === 7 && argument >= 24) return true;
    if (argument >= 24) {
      const width = argument === 24 ? 1 : argument === 25 ? 2 : argument === 26 ? 4 : argument === 27 ? 8 : 0;
      // Cut short, or of indefinite length: the decoder stops here too, and refuses it.
      if (width === 0 || at + width > bytes.length) return false;
      argument = 0;
      for (let i = 0; i < width; i++) argument = argument * 256 + bytes[at + i]!;
      at += width;
    }
    const content = at;
    if (major === 2 || major === 3) at += argument;
    if (major === 3 && at <= bytes.length && !isPlainText(bytes.subarray(start, at), bytes.subarray(content, at)))
      return true;
    if (major === 4) {
      if (open.length === MAX_NESTING) return true;
      if (argument > 0) {
        open.push(argument);
        continue;
      }
    }
    if (major === 5 || major === 6) return true;
    // One item is complete: it closes every array whose last item it was.
    while (open.length > 0) {
      const left = open[open.length - 1]! - 1;
      open[open.length - 1] = left;
      if (left > 0) break;
      open.pop();
    }
  }
  return false;
}

/** Whether a text would be written just so: decoders repair ill-formed UTF-8 and drop a byte order mark without a word. */
function isPlainText(item: Uint8Array, content: Uint8Array): boolean {
  // Most are ASCII, where there is nothing to repair; of a head that is too long the decoder complains itself.
  if (content.every((byte) => byte < 0x80)) return true;
  return compareBytes(encodeValue(decode(item) as string), item) === 0;
}

/** Narrowing of decoded values, for the parsers of records and envelopes. */
export const is = {
  count: (value: WireValue | undefined, max: number): value is number =>
    typeof value === 'number' && value >= 0 && value <= max,
  bytes: (value: WireValue | undefined, length: number): value is Uint8Array =>
    value instanceof Uint8Array && value.length === length,
  bytesUpTo: (value: WireValue | undefined, max: number): value is Uint8Array =>
    value instanceof Uint8Array && value.length <= max,
  text: (value: WireValue | undefined, maxChars: number): value is string =>
    typeof value === 'string' && value.length <= maxChars,
  list: (value: WireValue | undefined, max: number): value is readonly WireValue[] =>
    Array.isArray(value) && value.length <= max,
} as const;
