/**
 * What happens to the page, told to the room: one that comes back asks after its neighbours at once, one that goes for
 * good says farewell. [JN3]
 * Owns its listeners until the room is closed.
 */
import type { ChatRoom } from '../core/chat/types.ts';

export interface WatchedPage {
  /** Tells `online`, `pageshow` and `pagehide`. */
  readonly window: EventTarget;
  /** Tells `visibilitychange` and `resume`. */
  readonly document: EventTarget & { readonly visibilityState: DocumentVisibilityState };
}

export function watchPage(room: Pick<ChatRoom, 'wake' | 'leave' | 'on'>, page: WatchedPage): void {
  const watching = new AbortController();
  const watch = (target: EventTarget, name: string, listener: (event: Event) => void): void =>
    target.addEventListener(name, listener, { signal: watching.signal });

  for (const name of ['online', 'pageshow']) watch(page.window, name, () => room.wake());
  watch(page.document, 'visibilitychange', () => {
    if (page.document.visibilityState === 'visible') room.wake();
  });
  // A tab that was frozen and is thawed may still be hidden.
  watch(page.document, 'resume', () => room.wake());
  watch(page.window, 'pagehide', (event) => {
    // A page that is only put aside may come back.
    if (!(event as PageTransitionEvent).persisted) room.leave();
  });
  room.on('closed', () => watching.abort());
}
