/**
 * Two members who compare pictures: who asks is bound to a nonce, the other gives one, the first is opened, and both see
 * the same seven if they have each other's key. [IK9-IK11]
 * Owns the one comparison under way. Decides nothing about a key: that is said by the person who has looked.
 */
import { fromHex, toHex } from '../base/bytes.ts';
import { createEmitter } from '../base/emitter.ts';
import type { NodeId } from '../base/ids.ts';
import { createTokenBucket } from '../base/token-bucket.ts';
import type { MeshChannel } from '../mesh/types.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { comparisonContract, type ComparisonOperations } from './comparison-contract.ts';
import { commitmentOf, emojiCode, NONCE_BYTES, type Pair } from './emoji-code.ts';
import { endpointOn, type Endpoint, type Received } from './endpoint.ts';
import type { ChatRoom, Comparison, Comparisons, ComparisonStage, Member } from './types.ts';

/** A person has to see it, and to call the other. */
export const ANSWER_WITHIN_MS = 120_000;
/** Nobody has to do anything. */
export const OPEN_WITHIN_MS = 30_000;
/** Questions that a person is shown, whoever asks: keys cost nothing. */
export const QUESTIONS = { perSecond: 1 / 60, burst: 3 } as const;

/** Hashes and nonces, told by their length. */
const HEX = /^[0-9a-f]{64}$/;

interface Run extends Comparison {
  readonly pair: Pair;
  /** Names the comparison, too. */
  readonly commitment: string;
  /** The own one. */
  readonly nonce: Uint8Array;
}

const LIVE: ReadonlySet<ComparisonStage> = new Set(['Asking', 'Asked', 'Answering']);

export function openComparisons(
  deps: { clock: Clock; random: Random },
  channel: MeshChannel,
  room: ChatRoom,
): Comparisons {
  return createComparisons(deps, endpointOn(channel, comparisonContract), room);
}

export function createComparisons(
  deps: { clock: Clock; random: Random },
  endpoint: Pick<Endpoint<ComparisonOperations>, 'node' | 'send' | 'onCall'>,
  room: Pick<ChatRoom, 'address' | 'members' | 'on'>,
): Comparisons {
  const { clock, random } = deps;
  const self = endpoint.node.nodeId;
  const events = createEmitter<{ changed: undefined }>();
  const questions = createTokenBucket(QUESTIONS);
  let run: Run | undefined;
  let cancelTimer: (() => void) | undefined;

  const { meshId } = room.address;
  const memberOf = (nodeId: NodeId): Member | undefined => room.members.find((member) => member.nodeId === nodeId);

  function put(next: Run | undefined, withinMs?: number, otherwise?: ComparisonStage): void {
    cancelTimer?.();
    cancelTimer = undefined;
    run = next;
    if (withinMs !== undefined) {
      cancelTimer = clock.schedule(withinMs, () => put(otherwise && run && { ...run, stage: otherwise }));
    }
    events.emit('changed', undefined);
  }

  const fail = (): void => put(run && { ...run, stage: 'Failed' });

  function stop(): void {
    if (run && LIVE.has(run.stage))
      endpoint.send({ operation: 'Stop', arguments: { to: run.member.nodeId, commitment: run.commitment } });
  }

  async function ask(member: Member): Promise<void> {
    stop();
    const own = memberOf(self);
    if (!own) return;
    const pair = { meshId, askerKey: own.key, askedKey: member.key };
    const nonce = random.bytes(NONCE_BYTES);
    const commitment = commitmentOf(pair, nonce);
    put({ member, stage: 'Asking', code: [], pair, commitment, nonce }, ANSWER_WITHIN_MS, 'Unanswered');
    if (endpoint.send({ operation: 'Ask', arguments: { to: member.nodeId, commitment } }) !== 'Queued') fail();
  }

  function answer(): void {
    if (run?.stage !== 'Asked') return;
    const { member, commitment, nonce } = run;
    put({ ...run, stage: 'Answering' }, OPEN_WITHIN_MS, 'Failed');
    const call = { to: member.nodeId, commitment, nonce: toHex(nonce) };
    if (endpoint.send({ operation: 'Answer', arguments: call }) !== 'Queued') fail();
  }

  function onAsked(from: NodeId, commitment: string): void {
    const isCrossed = run?.stage === 'Asking' && run.member.nodeId === from;
    // Of two who ask each other the one of the lower node ID has asked.
    if (isCrossed ? self < from : run && (LIVE.has(run.stage) || run.stage === 'Showing')) return;
    const [own, member] = [memberOf(self), memberOf(from)];
    if (!own || !member || member.muted || member.standing === 'Own') return;
    if (!isCrossed && !questions.take(clock.now())) return;
    const pair = { meshId, askerKey: member.key, askedKey: own.key };
    const nonce = random.bytes(NONCE_BYTES);
    put({ member, stage: 'Asked', code: [], pair, commitment, nonce }, ANSWER_WITHIN_MS);
    if (isCrossed) answer();
  }

  function show(askerNonce: Uint8Array, askedNonce: Uint8Array): void {
    if (run) put({ ...run, stage: 'Showing', code: emojiCode(run.pair, askerNonce, askedNonce) });
  }

  function onCall({ call, origin, own }: Received<ComparisonOperations>): void {
    const { to, commitment } = call.arguments;
    if (own || to !== self || !HEX.test(commitment)) return;
    if (call.operation === 'Ask') return onAsked(origin, commitment);
    if (run?.member.nodeId !== origin || run.commitment !== commitment) return;
    if (call.operation === 'Stop') {
      // What nobody has answered yet is gone; whoever waits is told.
      if (run.stage === 'Asked') put(undefined);
      else if (LIVE.has(run.stage)) put({ ...run, stage: 'Declined' });
      return;
    }
    if (!HEX.test(call.arguments.nonce)) return;
    const nonce = fromHex(call.arguments.nonce);
    if (call.operation === 'Answer' && run.stage === 'Asking') {
      endpoint.send({ operation: 'Open', arguments: { to: origin, commitment, nonce: toHex(run.nonce) } });
      show(run.nonce, nonce);
    }
    if (call.operation === 'Open' && run.stage === 'Answering') {
      if (commitmentOf(run.pair, nonce) === commitment) show(nonce, run.nonce);
      else fail();
    }
  }

  const subscriptions = [
    endpoint.onCall(onCall),
    room.on('membersChanged', () => {
      if (run && LIVE.has(run.stage) && !memberOf(run.member.nodeId)) fail();
    }),
    room.on('closed', () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      put(undefined);
    }),
  ];

  return {
    get current() {
      return run;
    },
    ask,
    answer(accepts) {
      if (accepts) answer();
      else if (run?.stage === 'Asked') {
        stop();
        put(undefined);
      }
    },
    end() {
      stop();
      put(undefined);
    },
    onChange: (listener) => events.on('changed', listener),
  };
}
