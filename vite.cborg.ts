/**
 * Bundles cborg without floats: none may stand on the wire (WR1), and the codec refuses bytes with one before cborg sees
 * them (src/core/wire/codec.ts). Saves half a kilobyte of the first load.
 */
import type { Plugin } from 'vite';
import { cut } from './vite.cut.ts';

const NO_FLOATS = `
function noFloat() { throw new Error('CBOR: no floats'); }
const encodeFloat16 = noFloat, encodeFloat32 = noFloat, encodeFloat64 = noFloat;
const readFloat16 = noFloat, readFloat32 = noFloat, readFloat64 = noFloat;
`;

export function cborgWithoutFloats(): Plugin {
  return {
    name: 'cborg-without-floats',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('/node_modules/cborg/lib/7float.js')) return null;
      return {
        code: cut(code, [['function encodeFloat16 (inp) {', '/**\n * @typedef {Token & {', NO_FLOATS]]),
        map: null,
      };
    },
  };
}
