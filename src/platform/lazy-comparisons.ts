/**
 * Comparing pictures, fetched when somebody first asks for it, here or there. [BR7]
 * Holds what is said meanwhile.
 */
import { createEmitter } from '../core/base/emitter.ts';
import type { openComparisons } from '../core/chat/comparisons.ts';
import { COMPARISON_PATH, type ChatRoom, type Comparisons } from '../core/chat/types.ts';
import type { Delivery, PeerNode } from '../core/mesh/types.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Random } from '../core/ports/random.ts';

/** Said before it is there; the first question counts. */
const MAX_HELD = 8;

export function createLazyComparisons(
  deps: { clock: Clock; random: Random },
  node: PeerNode,
  room: ChatRoom,
  load: () => Promise<{ openComparisons: typeof openComparisons }> = () => import('../core/chat/comparisons.ts'),
): Comparisons {
  const channel = node.channel(COMPARISON_PATH);
  const events = createEmitter<{ changed: undefined }>();
  let held: Delivery[] = [];
  let loading: Promise<Comparisons> | undefined;
  let loaded: Comparisons | undefined;
  let isClosed = false;

  const tell = (): void => events.emit('changed', undefined);

  async function fetch(): Promise<Comparisons> {
    const fetched = await load();
    if (isClosed) throw new Error('the room was left meanwhile');
    hold();
    const onDelivery: typeof channel.onDelivery = (listener) => {
      held.splice(0).forEach(listener);
      return channel.onDelivery(listener);
    };
    loaded = fetched.openComparisons(deps, { ...channel, onDelivery }, room);
    loaded.onChange(tell);
    // What was held has been heard by now.
    tell();
    return loaded;
  }

  function demand(): Promise<Comparisons> {
    return (loading ??= fetch().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
  }

  const hold = channel.onDelivery((delivery) => {
    if (delivery.own || held.length === MAX_HELD) return;
    held.push(delivery);
    // Who is asked and cannot fetch it is as one who does not answer.
    demand().catch(() => (held = []));
  });

  room.on('closed', () => {
    isClosed = true;
    // The node is left with the last channel.
    channel.close();
  });

  return {
    get current() {
      return loaded?.current;
    },
    ask: async (member) => (await demand()).ask(member),
    answer: (accepts) => loaded?.answer(accepts),
    end: () => loaded?.end(),
    onChange: (listener) => events.on('changed', listener),
  };
}
