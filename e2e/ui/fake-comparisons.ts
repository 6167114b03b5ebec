/** Comparing pictures for looking at the screen: whoever is asked answers at once, and sees the same. */
import { createEmitter } from '../../src/core/base/emitter.ts';
import type { Comparison, Comparisons, Member } from '../../src/core/chat/types.ts';

export interface FakeComparisons extends Comparisons {
  /** As if this member asked. */
  beAskedBy(member: Member): void;
}

const CODE = [0, 7, 13, 21, 36, 52, 63];

export function createFakeComparisons(): FakeComparisons {
  const events = createEmitter<{ changed: undefined }>();
  let current: Comparison | undefined;
  function put(next: Comparison | undefined): void {
    current = next;
    events.emit('changed', undefined);
  }
  return {
    get current() {
      return current;
    },
    ask: async (member) => put({ member, stage: 'Showing', code: CODE }),
    answer: (accepts) => put(accepts && current ? { ...current, stage: 'Showing', code: CODE } : undefined),
    end: () => put(undefined),
    onChange: (listener) => events.on('changed', listener),
    beAskedBy: (member) => put({ member, stage: 'Asked', code: [] }),
  };
}
