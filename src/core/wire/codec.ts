/**
 * Values to bytes and back: deterministic CBOR (RFC 8949 §4.2) by cborg, decoded strictly. [WR1, WR2]
 * Owns the decoding options; knows no record and no envelope.
 */
import { decode, decodeFirst, encode, type DecodeOptions } from 'cborg';
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

export function encodeValue(value: WireValue): Uint8Array {
  return encode(value);
}

/** Exactly one value, nothing behind it. */
export function decodeValue(bytes: Uint8Array): Result<WireValue, 'Malformed'> {
  if (isTooDeep(bytes)) return failure('Malformed');
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
  if (isTooDeep(bytes)) return failure('Malformed');
  const values: WireValue[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    if (values.length === max) return failure('Malformed');
    let value: unknown;
    try {
      [value, rest] = decodeFirst(rest, OPTIONS);
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
 * Whether some run of array heads nests deeper than MAX_NESTING, seen without recursion: cborg descends by recursion,
 * and 16 KiB of 0x81 would exhaust the stack. A run of one-byte array heads within text is refused with it only when it
 * is longer than any record could carry, so the scan steps over strings.
 */
function isTooDeep(bytes: Uint8Array): boolean {
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at]!;
    const major = head >> 5;
    let argument = head & 0x1f;
    at += 1;
    if (argument >= 24) {
      const width = argument === 24 ? 1 : argument === 25 ? 2 : argument === 26 ? 4 : argument === 27 ? 8 : 0;
      if (width === 0 || at + width > bytes.length) return false;
      argument = 0;
      for (let i = 0; i < width; i++) argument = argument * 256 + bytes[at + i]!;
      at += width;
    }
    if (major === 2 || major === 3) at += argument;
    if (major === 4 && argument > 0) {
      open.push(argument);
      if (open.length > MAX_NESTING) return true;
      continue;
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
