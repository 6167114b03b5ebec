import { describe, expect, it } from 'vitest';
import { createCPace } from '../crypto/cpace.ts';
import { createNobleSigner } from '../crypto/noble-signer.ts';
import type { Pake } from '../ports/pake.ts';
import { createLateSigner } from '../testing/late-signer.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { rehearseProof } from './rehearsal.ts';

describe('a rehearsal of the proof', () => {
  it('[PF2, CP7] runs both ends three times to the end, each with values of its own', () => {
    const random = createTestRandom('alice');
    const signer = createNobleSigner(random);
    const cpace = createCPace(random);
    const shares = new Set<string>();
    let finished = 0;
    const pake: Pake = {
      start(input) {
        const run = cpace.start(input);
        shares.add(String(run.share));
        return {
          share: run.share,
          finish(peer) {
            const outcome = run.finish(peer);
            if (outcome.ok) finished += 1;
            return outcome;
          },
        };
      },
    };
    let isOver = false;
    rehearseProof({ pake, signer }, random, () => (isOver = true));
    expect([isOver, shares.size, finished]).toEqual([true, 6, 6]);
  });

  it('[PF2] is over when the last signature has been checked, however late that is', () => {
    const random = createTestRandom('alice');
    const signer = createNobleSigner(random);
    const late = createLateSigner(signer);
    let isOver = false;
    const deps = { pake: createCPace(random), signer: { ...signer, verify: late.verify } };
    rehearseProof(deps, random, () => (isOver = true));
    for (let round = 0; round < 3; round++) {
      expect(isOver).toBe(false);
      late.release();
    }
    expect(isOver).toBe(true);
  });
});
