/**
 * Bundles cborg without floats, maps, tags and whatever else may not stand on the wire (WR1): the codec refuses bytes with
 * any before cborg sees them (src/core/wire/codec.ts); and without words on what it will not decode, which nobody is told:
 * bytes are legal or not. Saves three kilobytes of the first load.
 */
import type { Plugin } from 'vite';
import { withoutTheUnused, type Cut } from './vite.cut.ts';

const NO_FLOATS = `
function noFloat() { throw new Error('CBOR: no floats'); }
const readFloat16 = noFloat, readFloat32 = noFloat, readFloat64 = noFloat;
`;

const ENCODE = `
const encodeCustom = undefined, encodeInto = undefined;
function encode (data, options) {
  defaultWriter.reset();
  directEncode(defaultWriter, data, options, undefined);
  return defaultWriter.toBytes(true);
}
`;

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
  // Values are written as they come; only texts are written from tokens.
  'encode.js': [
    [
      'const defaultEncodeOptions = {',
      'const defaultWriter = new Bl()',
      'export const rfc8949EncodeOptions = undefined;\nconst cborEncoders = [];\ncborEncoders[Type.string.major] = encodeString;\n',
    ],
    ['const simpleTokens = {', 'function tokensToEncoded (', 'const objectToTokens = undefined;\n'],
    ['function canDirectEncode (', 'function directEncode (', ''],
    ["    case 'undefined':", "    case 'boolean':", ''],
    ["    case 'bigint':", "    case 'string': {", ''],
    ["    case 'Object':", 'function encodeCustom (', '    default:\n      throw new Error();\n  }\n}\n'],
    ['function encodeCustom (', 'export { objectToTokens,', ENCODE],
  ],
  'decode.js': [
    ['function tokenToMap (', 'function tokensToObject (', ''],
    ['  if (Type.equals(token.type, Type.map)) {', "  throw new Error('unsupported')", ''],
  ],
  'is.js': [['  // Fast path for plain objects', 'function getObjectType (', "  return 'Object';\n}\n"]],
  // Maps, tags, and of simple values the long ones.
  'jump.js': [
    [
      '// map, 0x00..0x17 pairs',
      'export const quick = []',
      'for (let i = 0xa0; i <= 0xff; i++) jump[i] = invalidMinor;\n',
    ],
    ['// empty map', '// false\n', ''],
  ],
};

/** As cborg writes all of them. */
const DECODE_ERROR = /`\$\{decodeErrPrefix\} [^`]*`/g;

export function cborgWithoutTheUnused(): Plugin {
  return withoutTheUnused('cborg/lib', CUTS, DECODE_ERROR, 'decodeErrPrefix');
}
