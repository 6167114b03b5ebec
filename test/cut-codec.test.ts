/** The codec as browsers get it, without what cborg has beyond our wire, reads and writes as the whole one does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as whole from '../src/core/wire/codec.ts';
import { cborgWithoutTheUnused } from '../vite.cborg.ts';

const SEED = 20_261_129;
const RUNS = 20_000;
const outDir = mkdtempSync(join(tmpdir(), 'cut-codec-'));
let cut: typeof whole;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [cborgWithoutTheUnused()],
    build: {
      outDir,
      lib: { entry: 'src/core/wire/codec.ts', formats: ['es'], fileName: 'codec' },
      copyPublicDir: false,
    },
  });
  cut = (await import(pathToFileURL(join(outDir, 'codec.js')).href)) as typeof whole;
});
afterAll(() => rmSync(outDir, { recursive: true }));

const values: fc.Arbitrary<whole.WireValue> = fc.letrec<{ value: whole.WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.maxSafeInteger(),
    fc.integer({ min: -30, max: 30 }),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 30 }),
  ),
})).value;

/** Each head there is, before what may be an argument and a content. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 12 }))
    .map(([head, rest]) => Uint8Array.from([head, ...rest])),
  fc.tuple(values, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([value, at, byte]) => {
    const bytes = whole.encodeValue(value).slice();
    bytes[at % bytes.length] = byte;
    return bytes;
  }),
);

describe('the codec in the build', () => {
  it('[WR1] writes what the whole one writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(cut.encodeValue(value)).toEqual(whole.encodeValue(value));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('[WR1, WR2] takes and refuses what the whole one takes and refuses', () => {
    let taken = 0;
    fc.assert(
      fc.property(anything, (bytes) => {
        const read = whole.decodeValue(bytes);
        if (read.ok) taken += 1;
        expect(cut.decodeValue(bytes)).toEqual(read);
        expect(cut.decodeSequence(bytes, 8)).toEqual(whole.decodeSequence(bytes, 8));
      }),
      { seed: SEED, numRuns: 5 * RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 2);
  });
});
