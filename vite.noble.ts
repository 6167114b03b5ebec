/**
 * Bundles noble's curves without what the app has no use for: Ed25519's own verification, which multiplies by eight where
 * browsers do not (src/core/crypto/noble-signer.ts has the equation that all share), hashing messages to the curve, and
 * square roots modulo primes of other kinds; and curves and hashes without words on what they will not take, which nobody
 * is told. Saves a kilobyte and a half of the first load.
 */
import type { Plugin } from 'vite';
import { withoutTheUnused, type Cut } from './vite.cut.ts';

const CUTS: Readonly<Record<string, readonly Cut[]>> = {
  'curves/abstract/edwards.js': [
    ['const verifyOpts = {', 'const _size = Fp.BYTES;', 'const verify = undefined;\n'],
    ['function isValidSecretKey(key) {', 'Object.freeze(lengths);', 'const utils = { getExtendedPublicKey };\n'],
  ],
  'curves/abstract/modular.js': [
    // Fields of ed25519 are of 5 modulo 8.
    [
      'function sqrt9mod16(P) {',
      'export function FpSqrt(P) {',
      'const sqrt9mod16 = undefined, tonelliShanks = undefined;\n',
    ],
  ],
  'curves/ed25519.js': [['hashToCurve(msg, options) {', 'deriveToCurve(bytes) {', '']],
};

/** Of an error whose text begins with a literal and ends with its line. */
const ERROR_TEXT = /(throw new \w*Error)\((?:'[^'\n]*'|"[^"\n]*"|`[^`\n]*`)(?: \+ [^;\n]*)?\);/g;

export function nobleWithoutTheUnused(): Plugin {
  return withoutTheUnused('@noble', CUTS, ERROR_TEXT, '$1();');
}
