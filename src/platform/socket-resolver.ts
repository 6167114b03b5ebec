/**
 * The resolver over socket.io: the `Resolver` port spoken to a signalling endpoint (resolver/protocol.ts).
 * Owns one connection and its redialling; checks every answer, because a resolver is not trusted to be honest.
 * Does not know what a mesh is for, nor keeps registrations: who registered updates when told `onReachable`.
 * Works in browsers and in Node. Implements RS22, RS23.
 */
import { Manager } from 'socket.io-client';
import * as v from 'valibot';
import {
  deliveredSignalSchema,
  nothingSchema,
  refusalSchema,
  registrationSchema,
  resolvedSchema,
  serviceInfoSchema,
  type OperationName,
  type OperationsAlong,
  type OperationRequest,
  type RefusalReason,
  type ServiceInfoAnswer,
} from '../../resolver/protocol.ts';
import { assert } from '../core/base/assert.ts';
import type { NodeId } from '../core/base/ids.ts';
import { failure, success } from '../core/base/result.ts';
import type { Resolver, ResolverFailure, ResolverObserver, Settle } from '../core/ports/resolver.ts';
import { MAX_SIGNAL_CHARS } from '../core/ports/transport.ts';
import { createAskedAlong, type SettleAnswer } from './asked-along.ts';

/**
 * A browser opens websockets to one address one after the other: the last of many tabs that start together waits for all
 * before it, and a handshake that is cut off goes to the end of that queue.
 */
const CONNECT_TIMEOUT_MS = 30_000;
/** A resolver on a slow mobile line answers within 2 s; whoever waits longer is better told so. */
const ANSWER_TIMEOUT_MS = 5_000;
/**
 * Redialling starts at half a second and doubles, each time spread by half and never beyond ten seconds, so that a
 * restarted resolver is not stormed by everybody at once and is still found again within seconds.
 */
const REDIAL_MIN_MS = 500;
const REDIAL_MAX_MS = 10_000;
const REDIAL_JITTER = 0.5;

export interface SocketResolverOptions {
  /** Origin of the resolver, such as `https://chat.example`. */
  readonly url: string;
  readonly answerTimeoutMs?: number;
  readonly redialMinMs?: number;
  readonly redialMaxMs?: number;
}

/** What this resolver tells about itself goes beyond the port: the ICE servers are for the transport. */
export interface SocketResolver extends Resolver {
  getServiceInfo(settle: Settle<ServiceInfoAnswer>): void;
  /** Connects ahead of `open`, to which the resolver is then one round trip away. */
  connect(): void;
}

export function createSocketResolver({
  url,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
  redialMinMs = REDIAL_MIN_MS,
  redialMaxMs = REDIAL_MAX_MS,
}: SocketResolverOptions): SocketResolver {
  // A manager of its own instead of `io(url)`, which shares connections through a cache of the module.
  const manager = new Manager(url, {
    autoConnect: false,
    transports: ['websocket'],
    timeout: CONNECT_TIMEOUT_MS,
    reconnectionDelay: redialMinMs,
    reconnectionDelayMax: redialMaxMs,
    randomizationFactor: REDIAL_JITTER,
  });
  const socket = manager.socket('/');
  /** What the next connection asks along, and what the present one did. */
  let along: Partial<OperationsAlong> = {};
  let sentAlong: Partial<OperationsAlong> = {};
  socket.auth = (send) => send((sentAlong = along));
  const askedAlong = createAskedAlong(answerTimeoutMs);
  let observer: ResolverObserver | undefined;
  let reachable: boolean | undefined;
  let closed = false;
  let redialTimer: ReturnType<typeof setTimeout> | undefined;

  function observe(nowReachable: boolean): void {
    if (closed || reachable === nowReachable) return;
    reachable = nowReachable;
    if (nowReachable) observer?.onReachable();
    else observer?.onUnreachable();
  }

  /** socket.io redials lost connections by itself, but takes a farewell of the resolver for final. It is not. */
  function redialAfterFarewell(): void {
    if (closed || socket.active) return;
    clearTimeout(redialTimer);
    redialTimer = setTimeout(() => socket.connect(), redialMaxMs * (1 - REDIAL_JITTER * Math.random()));
  }

  socket.on('connect', () => {
    askedAlong.begin(Object.keys(sentAlong));
    // Reached again, there is a registration to be updated.
    along = {};
    observe(true);
  });
  socket.on('Answer', askedAlong.receive);
  socket.on('disconnect', () => {
    askedAlong.end();
    // What was said to a connection that had silently died waits here for the next one. By then it is stale: dropped,
    // its acknowledgements fail like all others.
    socket.sendBuffer.length = 0;
    observe(false);
    redialAfterFarewell();
  });
  socket.on('connect_error', () => {
    observe(false);
    redialAfterFarewell();
  });
  socket.on('Signal', (delivered: unknown) => {
    const parsed = v.safeParse(deliveredSignalSchema, delivered);
    if (parsed.success && !closed) observer?.onSignal(parsed.output.from, parsed.output.signal);
  });

  /** Asks, and settles once: later than now, and never after `close`. */
  function ask<Name extends OperationName, Value>(
    name: Name,
    request: OperationRequest<Name>,
    schema: v.GenericSchema<unknown, Value>,
    settle: Settle<Value>,
  ): void {
    const conclude: Settle<Value> = (result) => {
      if (!closed) settle(result);
    };
    if (!socket.connected) {
      queueMicrotask(() => conclude(failure('Unreachable')));
      return;
    }
    const take: SettleAnswer = (answer) => {
      // A lost connection ends without an answer too, so what the socket says of itself tells the two apart. It may come
      // within a call of ours that found the connection lost.
      if (!answer) queueMicrotask(() => conclude(failure(socket.connected ? 'TimedOut' : 'Unreachable')));
      else conclude(readAnswer(answer.value, schema));
    };
    if (askedAlong.take(name, take)) return;
    socket.timeout(answerTimeoutMs).emit(name, request, (error: Error | null, value: unknown) => {
      take(error ? undefined : { value });
    });
  }

  return {
    canShareReferrals: true,
    connect() {
      along = { GetServiceInfo: {} };
      socket.connect();
    },
    open(newObserver, first) {
      assert(observer === undefined && !closed, 'a resolver is opened once');
      observer = newObserver;
      if (reachable === undefined) {
        if (first) along = { GetServiceInfo: {}, Register: first };
        socket.connect();
        return;
      }
      // What came of connecting ahead.
      const tell = (): void => (reachable ? newObserver.onReachable() : newObserver.onUnreachable());
      queueMicrotask(() => closed || tell());
    },
    getServiceInfo: (settle) => ask('GetServiceInfo', {}, serviceInfoSchema, settle),
    register: ({ key, nodeId, max }, settle) =>
      ask('Register', { key, nodeId, max }, registrationSchema, (result) =>
        settle(
          result.ok
            ? success({ ...result.value, nodeIds: result.value.nodeIds && distinct(result.value.nodeIds, max ?? 0) })
            : result,
        ),
      ),
    update: ({ key, registrationId, nodeId }, settle) =>
      ask('Update', { key, registrationId, nodeId }, registrationSchema, settle),
    refresh: ({ key, registrationId }, settle) => ask('Refresh', { key, registrationId }, registrationSchema, settle),
    unregister: ({ key, registrationId }, settle) =>
      ask('Unregister', { key, registrationId }, nothingSchema, (result) =>
        settle(result.ok ? success(undefined) : result),
      ),
    resolve: ({ key, registrationId, max }, settle) =>
      ask('Resolve', { key, registrationId, max }, resolvedSchema, (result) =>
        settle(result.ok ? success(distinct(result.value.nodeIds, max)) : result),
      ),
    signal({ key, registrationId, to, signal }) {
      assert(signal.length <= MAX_SIGNAL_CHARS, 'a signal is within MAX_SIGNAL_CHARS');
      // Not kept for later: after a redial the addressee has given up on it.
      if (socket.connected)
        socket.emit('Signal', { key, registrationId, to, signal } satisfies OperationRequest<'Signal'>);
    },
    close() {
      closed = true;
      askedAlong.end();
      clearTimeout(redialTimer);
      socket.disconnect();
    },
  };
}

function distinct(nodeIds: readonly NodeId[], max: number): readonly NodeId[] {
  return [...new Set(nodeIds)].slice(0, max);
}

function readAnswer<Value>(answer: unknown, schema: v.GenericSchema<unknown, Value>): Parameters<Settle<Value>>[0] {
  const refusal = v.safeParse(refusalSchema, answer);
  if (refusal.success) return failure(failureFor[refusal.output.reason]);
  const accepted = v.safeParse(v.object({ ok: v.literal(true), value: schema }), answer);
  return accepted.success ? success(accepted.output.value) : failure('MalformedAnswer');
}

/** `Malformed` says that the resolver speaks another version: for the mesh that is a refusal like any other. */
const failureFor: Readonly<Record<RefusalReason, ResolverFailure>> = {
  Malformed: 'Refused',
  Refused: 'Refused',
  RateLimited: 'RateLimited',
  RegistrationNotFound: 'RegistrationNotFound',
};
