/**
 * Bundles noble's curves without what the app has no use for: Ed25519's own verification, which multiplies by eight where
 * browsers do not (src/core/crypto/noble-signer.ts has the equation that all share), hashing messages to the curve, and
 * square roots modulo primes of other kinds; and curves and hashes without words on what they will not take, which nobody
 * is told. Saves a kilobyte and a half of the first load.
 */
import type { Plugin } from 'vite';
import { cut, type Cut } from './vite.cut.ts';

const CUTS: Readonly<Record<string, readonly Cut[]>> = {
  'abstract/edwards.js': [
    ['const verifyOpts = {', 'const _size = Fp.BYTES;', 'const verify = undefined;\n'],
    ['function isValidSecretKey(key) {', 'Object.freeze(lengths);', 'const utils = { getExtendedPublicKey };\n'],
  ],
  'abstract/modular.js': [
    // Fields of ed25519 are of 5 modulo 8.
    [
      'function sqrt9mod16(P) {',
      'export function FpSqrt(P) {',
      'const sqrt9mod16 = undefined, tonelliShanks = undefined;\n',
    ],
  ],
  'ed25519.js': [['hashToCurve(msg, options) {', 'deriveToCurve(bytes) {', '']],
};

/** Of an error whose text begins with a literal and ends with its line. */
const ERROR_TEXT = /(throw new \w*Error)\((?:'[^'\n]*'|"[^"\n]*"|`[^`\n]*`)(?: \+ [^;\n]*)?\);/g;

export function nobleWithoutTheUnused(): Plugin {
  return {
    name: 'noble-without-the-unused',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('/node_modules/@noble/')) return null;
      const used = cut(code, CUTS[id.split('/node_modules/@noble/curves/')[1] ?? ''] ?? []);
      return { code: used.replace(ERROR_TEXT, '$1();'), map: null };
    },
  };
}
