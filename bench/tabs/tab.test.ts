import { describe, expect, it } from 'vitest';
import { within } from './tab.ts';

describe('an answer within its time', () => {
  const late = Date.now();
  const never = new Promise<string>(() => undefined);

  it('is given as it is, also when it is a failure', async () => {
    expect(await within(Promise.resolve('here'), Date.now() + 60_000)).toBe('here');
    await expect(within(Promise.reject(new Error('closed')), Date.now() + 60_000)).rejects.toThrow('closed');
  });

  it('is nothing once the time is over, and may then fail unheard', async () => {
    let fail: (error: Error) => void = () => undefined;
    const failing = new Promise<string>((_, reject) => (fail = reject));
    expect(await within(never, late)).toBeUndefined();
    expect(await within(failing, late)).toBeUndefined();
    fail(new Error('the tab was closed'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
