import { describe, expect, it } from 'vitest';
import { PAYLOAD_BYTES } from './contract.ts';
import { countSaid, readSaid, writeSaid } from './said.ts';

describe('a message of the work', () => {
  it('is 200 bytes long and reads back as it was written', () => {
    const said = { phase: 'burst', speaker: 63, number: 199, at: 1_790_000_000_123.456 } as const;
    const text = writeSaid(said);
    expect(new TextEncoder().encode(text)).toHaveLength(PAYLOAD_BYTES);
    expect(readSaid(text)).toEqual(said);
  });

  it('is counted in whatever it is wrapped', () => {
    const say = (number: number) => writeSaid({ phase: 'talk', speaker: 1, number, at: 1_790_000_000_123.456 });
    expect(countSaid('')).toBe(0);
    expect(countSaid(`\u0083\u00f5${say(1)}\u0018${say(1)}{"text":"${say(2)}"}burst of talk 1 2`)).toBe(3);
  });

  it('is told from anything else', () => {
    for (const text of ['', 'hello', 'talk', 'talk 1 2', 'shout 1 2 3 ']) expect(readSaid(text)).toBeUndefined();
  });
});
