import { expect, it } from 'vitest';
import { clockText, dayText, whenText } from './time.ts';

it('[IK4] when somebody was last met is a time of today, or another day', () => {
  const now = new Date(2026, 10, 29, 12, 0).getTime();
  const [earlier, before] = [now - 3_600_000, now - 86_400_000];
  expect(whenText(earlier, now)).toBe(`at ${clockText(earlier)}`);
  expect(whenText(before, now)).toBe(`on ${dayText(before)}`);
});
