import { describe, expect, it } from 'vitest';
import { createEmitter } from '../core/base/emitter.ts';
import type { ChatRoomEvents } from '../core/chat/types.ts';
import { watchPage } from './page-watch.ts';

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
}

function setUp() {
  const [window, document] = [new EventTarget(), new Page()];
  const events = createEmitter<ChatRoomEvents>();
  const told: string[] = [];
  const room = {
    on: events.on,
    wake: () => told.push('wake'),
    leave() {
      told.push('leave');
      events.emit('closed', undefined);
    },
  };
  watchPage(room, { window, document });
  const happen = (name: string, facts: object = {}): void => {
    const target = ['visibilitychange', 'resume'].includes(name) ? document : window;
    target.dispatchEvent(Object.assign(new Event(name), facts));
  };
  return { document, room, told, happen };
}

describe('what happens to the page', () => {
  it.each(['online', 'pageshow', 'visibilitychange', 'resume'])('[JN3] %s wakes the node, each time', (name) => {
    const { told, happen } = setUp();
    happen(name);
    happen(name);
    expect(told).toEqual(['wake', 'wake']);
  });

  it('[JN3] a page that is hidden wakes nothing', () => {
    const { document, told, happen } = setUp();
    document.visibilityState = 'hidden';
    happen('visibilitychange');
    happen('offline');
    expect(told).toEqual([]);
  });

  it('[JN3] a page that is closed for good leaves, one that is put aside does not', () => {
    const { told, happen } = setUp();
    happen('pagehide', { persisted: true });
    expect(told).toEqual([]);
    happen('pageshow');
    happen('pagehide', { persisted: false });
    expect(told).toEqual(['wake', 'leave']);
  });

  it('[JN3] concerns a room no more once it is closed', () => {
    const { document, room, told, happen } = setUp();
    room.leave();
    document.visibilityState = 'visible';
    for (const name of ['online', 'pageshow', 'visibilitychange', 'pagehide']) happen(name);
    expect(told).toEqual(['leave']);
  });
});
