import { describe, expect, it } from 'vitest';
import { isNodeId } from './ids.ts';

describe('node IDs', () => {
  it('[ID1] are 32 lower-case hex digits, not all zero', () => {
    expect(isNodeId('0123456789abcdef0123456789abcdef')).toBe(true);
    expect(isNodeId(`${'0'.repeat(31)}1`)).toBe(true);
  });

  it.each([
    ['all zeros', '0'.repeat(32)],
    ['upper case', '0123456789ABCDEF0123456789ABCDEF'],
    ['too short', 'a'.repeat(31)],
    ['too long', 'a'.repeat(33)],
    ['another letter', `g${'a'.repeat(31)}`],
    ['a line break behind it', `${'a'.repeat(32)}\n`],
    ['nothing', ''],
    ['no text', 7],
    ['no value', undefined],
    ['a list that reads like one', ['a'.repeat(32)]],
  ])('[ID1] %s is none', (_what, value) => {
    expect(isNodeId(value)).toBe(false);
  });
});
