import { describe, expect, it } from 'vitest';
import { createSecureRandom } from './random.ts';

describe('secure random', () => {
  const random = createSecureRandom();

  it('gives as many bytes as asked for, beyond the quota of one call too', () => {
    for (const length of [0, 1, 32, 65_536, 65_537, 200_000]) expect(random.bytes(length).length).toBe(length);
    // The last chunk was filled as well: 1,024 zero bytes in a row do not happen by chance.
    expect(
      random
        .bytes(131_072 + 1024)
        .subarray(-1024)
        .some((byte) => byte !== 0),
    ).toBe(true);
    expect(random.bytes(32)).not.toEqual(random.bytes(32));
  });

  it('fractions lie in [0, 1) and fill it', () => {
    const tenths = new Set<number>();
    for (let i = 0; i < 2000; i++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      tenths.add(Math.floor(fraction * 10));
    }
    expect(tenths.size).toBe(10);
  });
});
