/**
 * Bundles cborg without floats, and without what writes maps: neither may stand on the wire (WR1), and the codec refuses
 * bytes with one before cborg sees them (src/core/wire/codec.ts); and without words on what it will not decode, which nobody
 * is told: bytes are legal or not. Saves a kilobyte and a half of the first load.
 */
import type { Plugin } from 'vite';
import { withoutTheUnused, type Cut } from './vite.cut.ts';

const NO_FLOATS = `
function noFloat() { throw new Error('CBOR: no floats'); }
const readFloat16 = noFloat, readFloat32 = noFloat, readFloat64 = noFloat;
`;

const NO_MAPS = `{ throw new Error('CBOR: no maps'); }`;

/** By file. */
const CUTS: Readonly<Record<string, readonly Cut[]>> = {
  '7float.js': [
    ['    let decoded\n    let success = false', 'encodeFloat.encodedSize = function', '    noFloat();\n  }\n}\n'],
    [
      '  if (!options || options.float64 !== true) {\n    encodeFloat16',
      'const buffer = new ArrayBuffer',
      '  noFloat();\n}\n',
    ],
    ['function encodeFloat16 (inp) {', '/**\n * @typedef {Token & {', NO_FLOATS],
    ['function encodeMajorSevenBytes (', 'encodeFloat.compareTokens = function', 'const majorSevenBytes = noFloat;\n'],
  ],
  'encode.js': [
    ['  Object (obj, typ, options, refStack) {', '  /**\n   * Encode a `Tagged` wrapper', `  Object () ${NO_MAPS},\n`],
    ['function directEncodeMap (', 'function directEncode (', `function directEncodeMap () ${NO_MAPS}\n`],
  ],
};

/** As cborg writes all of them. */
const DECODE_ERROR = /`\$\{decodeErrPrefix\} [^`]*`/g;

export function cborgWithoutTheUnused(): Plugin {
  return withoutTheUnused('cborg/lib', CUTS, DECODE_ERROR, 'decodeErrPrefix');
}
