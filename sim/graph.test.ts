import { describe, expect, it } from 'vitest';
import { shapeOf } from './graph.ts';

describe('graph', () => {
  it('[SM8] counts components beyond the first, degrees, and links only one end knows', () => {
    const shape = shapeOf(
      new Map([
        ['alice', ['bob', 'carol']],
        ['bob', ['alice']],
        ['carol', ['alice', 'dave', 'a dead node']],
        ['dave', []],
      ]),
    );
    expect(shape).toEqual({ splits: 1, degreeMin: 0, degreeMean: 1, degreeMax: 2, degrees: [1, 2, 1], oneSided: 1 });
  });

  it('has no splits when nobody is there', () => {
    expect(shapeOf(new Map()).splits).toBe(0);
  });
});
