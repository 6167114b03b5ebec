import { describe, expect, it } from 'vitest';
import { createClosing } from './closing.ts';

describe('what is to be closed', () => {
  it('is closed once, last in, first out', async () => {
    const closing = createClosing();
    const closed: string[] = [];
    for (const name of ['server', 'browser']) closing.keep(name, async (thing) => closed.push(thing));
    await closing.close();
    await closing.close();
    expect(closed).toEqual(['browser', 'server']);
  });

  it('is closed although something before it failed, and the failure is told', async () => {
    const closing = createClosing();
    const closed: string[] = [];
    closing.keep('server', async (thing) => closed.push(thing));
    closing.keep('browser', () => Promise.reject(new Error('does not close')));
    await expect(closing.close()).rejects.toThrow('does not close');
    expect(closed).toEqual(['server']);
  });
});
