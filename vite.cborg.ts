/**
 * Bundles cborg without floats: none may stand on the wire (WR1), and the codec refuses bytes with one before cborg sees
 * them (src/core/wire/codec.ts); and without words on what it will not decode, which nobody is told: bytes are legal or
 * not. Saves a kilobyte of the first load.
 */
import type { Plugin } from 'vite';
import { cut } from './vite.cut.ts';

const NO_FLOATS = `
function noFloat() { throw new Error('CBOR: no floats'); }
const encodeFloat16 = noFloat, encodeFloat32 = noFloat, encodeFloat64 = noFloat;
const readFloat16 = noFloat, readFloat32 = noFloat, readFloat64 = noFloat;
`;

/** As cborg writes all of them. */
const DECODE_ERROR = /`\$\{decodeErrPrefix\} [^`]*`/g;

export function cborgWithoutTheUnused(): Plugin {
  return {
    name: 'cborg-without-the-unused',
    apply: 'build',
    transform(code, id) {
      const file = id.split('/node_modules/cborg/lib/')[1];
      if (file === undefined) return null;
      const used =
        file === '7float.js'
          ? cut(code, [['function encodeFloat16 (inp) {', '/**\n * @typedef {Token & {', NO_FLOATS]])
          : code;
      return { code: used.replace(DECODE_ERROR, 'decodeErrPrefix'), map: null };
    },
  };
}
