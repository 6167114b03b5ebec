import { describe, expect, it } from 'vitest';
import { inSteps, within } from './tab.ts';

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

describe('tabs one after the other', () => {
  it('each act at its time, whether or not those before are done', async () => {
    const startedAt = performance.now();
    const acts = await inSteps(['alice', 'bob', 'carol'], 20, (name, index) =>
      name === 'alice' ? new Promise<string>(() => undefined) : Promise.resolve(`${name} ${index}`),
    );
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
    expect(await Promise.all(acts.slice(1))).toEqual(['bob 1', 'carol 2']);
  });

  it('may fail while others are still to begin, which is told to who waits for it', async () => {
    const acts = await inSteps(['mallory', 'bob'], 20, async (name) => {
      if (name === 'mallory') throw new Error('the tab crashed');
      return name;
    });
    await expect(acts[0]).rejects.toThrow('the tab crashed');
    expect(await acts[1]).toBe('bob');
  });
});
