import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../core/base/errors.ts';
import type { Random } from '../../core/ports/random.ts';
import { parseAddress } from '../../core/base/address.ts';
import { errorSentences } from './errors.ts';
import { createMeshName } from './mesh-names.ts';
import { nameList, statusText, words } from './words.ts';

describe('words of the screen', () => {
  it('[UI5] begin the status with Online or Offline and tell the numbers', () => {
    expect(statusText({ online: true, neighbours: 3, members: 5, resolver: 'Reachable' })).toBe(
      'Online · 3 neighbours · 5 members',
    );
    expect(statusText({ online: true, neighbours: 1, members: 1, resolver: 'Unreachable', alone: 'NobodyHere' })).toBe(
      'Online · 1 neighbour · 1 member',
    );
  });

  it('[UI5] never confuse "nobody" with "another password"', () => {
    const offline = { online: false, neighbours: 0, members: 1, resolver: 'Reachable' } as const;
    const texts = (
      ['Looking', 'NobodyHere', 'AnotherPassword', 'ConnectionImpossible', 'ResolverUnreachable'] as const
    ).map((alone) => statusText({ ...offline, alone }));
    expect(new Set(texts).size).toBe(5);
    for (const text of texts) expect(text).toMatch(/^Offline · 0 neighbours · 1 member · /);
    expect(texts[1]).not.toMatch(/password/);
    expect(texts[2]).not.toMatch(/nobody/);
    expect(texts[4]).not.toMatch(/nobody|password/);
  });

  it('[UI12] tell how many have a message, and never "all" of more', () => {
    const told = (nodes: number, of: number): string => words.room.reached({ nodes, of });
    expect([told(7, 9), told(9, 9), told(1, 1), told(1, 2), told(1_000, 16_383)]).toEqual([
      'Reached 7 of 9',
      'Reached all 9',
      'Reached',
      'Reached 1 of 2',
      'Reached 1,000 of 16,383',
    ]);
    expect(words.room.reachedMeans({ nodes: 7, of: 9 })).toMatch(/^7 of the 9 others here have it so far/);
    expect(words.room.reachedMeans({ nodes: 9, of: 9 })).not.toMatch(/9|cut off/);
  });

  it('[UI3] hold one sentence for every error code, and none shows the code itself', () => {
    const sentences = errorCodes.map((code) => errorSentences[code]());
    expect(new Set(sentences).size).toBe(errorCodes.length);
    for (const [index, sentence] of sentences.entries()) {
      expect(sentence).toMatch(/^[A-Z].*\.$/s);
      expect(sentence).not.toContain(errorCodes[index]);
    }
  });

  it('[UI8] list names without end for nobody', () => {
    expect(nameList([])).toBe('');
    expect(nameList(['bob'])).toBe('bob');
    expect(nameList(['bob', 'carol'])).toBe('bob and carol');
    expect(nameList(['bob', 'carol', 'dave'])).toBe('bob, carol and dave');
    expect(nameList(['bob', 'carol', 'dave', 'erin', 'frank'])).toBe('bob, carol and 3 others');
  });

  it('[UI2] offer mesh names that are addresses, fresh each time', () => {
    let state = 1;
    const random: Random = {
      bytes: (length) => new Uint8Array(length),
      fraction: () => (state = (state * 48271) % 2147483647) / 2147483647,
    };
    const names = Array.from({ length: 200 }, () => createMeshName(random));
    for (const name of names) {
      expect(name).toMatch(/^[a-z]+-[a-z]+-[b-z]\d[b-z]\d$/);
      expect(parseAddress(name)).toMatchObject({ ok: true, value: { meshId: name } });
    }
    expect(new Set(names).size).toBe(200);
  });

  it('[UI2] keep mesh names within their lists at both ends of the randomness', () => {
    for (const fraction of [0, 1 - Number.EPSILON / 2]) {
      const name = createMeshName({ bytes: (length) => new Uint8Array(length), fraction: () => fraction });
      expect(name).not.toContain('undefined');
    }
  });
});
