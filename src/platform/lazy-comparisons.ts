/**
 * Comparing pictures, fetched when somebody first asks for it, here or there. [BR7]
 * Holds what is said meanwhile; what goes wrong with fetching is told to who asked here.
 */
import { comparisonContract, COMPARISON_PATH, type ComparisonOperations } from '../core/chat/comparison-contract.ts';
import type { createComparisons } from '../core/chat/comparisons.ts';
import { openEndpoint, type Received } from '../core/chat/endpoint.ts';
import type { ChatRoom, Comparison, Comparisons, Member } from '../core/chat/types.ts';
import type { PeerNode } from '../core/mesh/types.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Random } from '../core/ports/random.ts';

/** Said before it is there; the first question counts. */
const MAX_HELD = 8;

export function createLazyComparisons(
  deps: { clock: Clock; random: Random },
  node: PeerNode,
  room: ChatRoom,
  load: () => Promise<{ createComparisons: typeof createComparisons }> = () => import('../core/chat/comparisons.ts'),
): Comparisons {
  const endpoint = openEndpoint(node, COMPARISON_PATH, comparisonContract);
  const listeners = new Set<() => void>();
  let held: Received<ComparisonOperations>[] = [];
  let loading: Promise<Comparisons> | undefined;
  let loaded: Comparisons | undefined;
  let failed: Comparison | undefined;

  const tell = (): void => [...listeners].forEach((listener) => listener());

  async function fetch(): Promise<Comparisons> {
    const fetched = await load();
    hold();
    loaded = fetched.createComparisons(deps, { ...endpoint, onCall: catchUp }, room);
    loaded.onChange(tell);
    // What was held has been heard by now.
    tell();
    return loaded;
  }

  function catchUp(listener: (received: Received<ComparisonOperations>) => void): () => void {
    for (const received of held.splice(0)) listener(received);
    return endpoint.onCall(listener);
  }

  function demand(): Promise<Comparisons> {
    loading ??= fetch().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  const hold = endpoint.onCall((received) => {
    if (received.own || received.call.arguments.to !== node.nodeId || held.length === MAX_HELD) return;
    held = [...held, received];
    // Who is asked and cannot fetch it is as one who does not answer.
    demand().catch(() => (held = []));
  });

  // The node is left with the last channel.
  room.on('closed', () => endpoint.close());

  async function ask(member: Member): Promise<void> {
    try {
      (await demand()).ask(member);
      failed = undefined;
    } catch {
      failed = { member, stage: 'Failed', code: [] };
      tell();
    }
  }

  return {
    get current() {
      return failed ?? loaded?.current;
    },
    ask: (member) => void ask(member),
    answer: (accepts) => loaded?.answer(accepts),
    end() {
      failed = undefined;
      if (loaded) loaded.end();
      else tell();
    },
    onChange(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
