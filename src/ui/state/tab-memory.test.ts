import { describe, expect, it } from 'vitest';
import { createTabMemory, type TabStorage } from './tab-memory.ts';

/** As the browser's: outlives the page, holds so many characters and no more. */
function createStorage(capacity = Infinity): TabStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, text) {
      if (text.length > capacity) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, text);
    },
    removeItem: (key) => void kept.delete(key),
  };
}

describe('what a tab keeps', () => {
  it('[UI1] is there again after a reload', () => {
    const storage = createStorage();
    createTabMemory(() => storage).write('nickname', 'alice');
    expect(createTabMemory(() => storage).read('nickname')).toBe('alice');
    expect(createTabMemory(() => storage).read('draft')).toBe('');
  });

  it('[UI1] leaves nothing behind when it is emptied', () => {
    const storage = createStorage();
    const memory = createTabMemory(() => storage);
    memory.write('draft', 'half a thought');
    memory.write('draft', '');
    expect([memory.read('draft'), storage.kept.size]).toEqual(['', 0]);
  });

  it('[UI1] is kept as long as the page lives where storing is refused', () => {
    const memory = createTabMemory(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    expect(memory.read('draft')).toBe('');
    memory.write('draft', 'half a thought');
    expect(memory.read('draft')).toBe('half a thought');
    memory.write('draft', '');
    expect(memory.read('draft')).toBe('');
  });

  it('[UI1] is the newest text, also when only that did not fit', () => {
    const storage = createStorage(10);
    const memory = createTabMemory(() => storage);
    memory.write('draft', 'short');
    memory.write('draft', 'longer than fits');
    expect(memory.read('draft')).toBe('longer than fits');
    memory.write('draft', 'short too');
    expect(memory.read('draft')).toBe('short too');
    expect(createTabMemory(() => storage).read('draft')).toBe('short too');
  });
});
