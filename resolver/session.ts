/**
 * One connection's dealings with the directory: checks every message, keeps to the rates, answers with a closed reason,
 * and says when a client has gone too far. Owns the connection's buckets.
 * Does not know socket.io: events come in as name and arguments, signals go out through `deliver`.
 * Implements RS3, RS14, RS15.
 */
import * as v from 'valibot';
import { failure, success, type Result } from '../src/core/base/result.ts';
import { createTokenBucket, type TokenBucketOptions } from '../src/core/base/token-bucket.ts';
import type { Clock } from '../src/core/ports/clock.ts';
import type { Directory } from './directory.ts';
import {
  requestSchemas,
  type DeliveredSignal,
  type OperationName,
  type OperationRequest,
  type RefusalReason,
} from './protocol.ts';

/** A tab that joins asks four times in its first second and then once in minutes; a tab of eight meshes eight times that. */
const OPERATION_RATE: TokenBucketOptions = { burst: 60, perSecond: 5 };
/**
 * Dialling eight candidates at once with trickle ICE is 8 x (1 description + at most 20 candidates) = 168 signals;
 * the burst takes that whole, the rate lets the next round follow within seconds.
 */
const SIGNAL_RATE: TokenBucketOptions = { burst: 200, perSecond: 30 };
/** The same round in characters: 8 x (2 KiB + 20 x 0.3 KiB) = 64 KiB. What a few sockets can push through is bounded by this. */
const SIGNAL_CHARS_RATE: TokenBucketOptions = { burst: 256 * 1024, perSecond: 16 * 1024 };
/** Malformed or too frequent messages that are put up with: a bug in a client is told, a flood is cut. */
const OFFENCE_RATE: TokenBucketOptions = { burst: 50, perSecond: 0.2 };

export type SessionAnswer = Result<unknown, RefusalReason>;

export interface Session {
  /** Takes one event as it came from the client. */
  receive(name: unknown, args: readonly unknown[]): void;
}

export interface SessionPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly directory: Directory;
  /** Name of this connection, unique among all that live. */
  readonly holder: string;
  deliver(holder: string, signal: DeliveredSignal): void;
  /** The client went on offending: it is to be cut off. */
  onOffended(): void;
  /** Our own fault; a session never throws into the socket. */
  onFault(error: unknown): void;
}

export function createSession({ clock, directory, holder, deliver, onOffended, onFault }: SessionPorts): Session {
  const operations = createTokenBucket(OPERATION_RATE);
  const signals = createTokenBucket(SIGNAL_RATE);
  const signalChars = createTokenBucket(SIGNAL_CHARS_RATE);
  const offences = createTokenBucket(OFFENCE_RATE);

  const perform: { [Name in OperationName]: (request: OperationRequest<Name>) => Promise<SessionAnswer> } = {
    Register: (request) => directory.register(request, holder),
    Update: (request) => directory.update(request, holder),
    Refresh: (request) => directory.refresh(request, holder),
    Unregister: (request) => directory.unregister(request),
    Resolve: (request) => directory.resolve(request),
    GetServiceInfo: async () => success(directory.serviceInfo()),
    async Signal(request) {
      const routed = await directory.route(request);
      if (!routed.ok) return routed;
      if (routed.value) deliver(routed.value.holder, routed.value.delivered);
      // Whether the addressee was there is not told: a signal is best effort, and presence is nobody's to probe.
      return success({});
    },
  };

  /** Whether the rates allow it. A signal is charged for its length before anything is done with it. */
  function isWithinRate(name: unknown, request: unknown): boolean {
    const now = clock.now();
    if (name !== 'Signal') return operations.take(now);
    return signals.take(now) && signalChars.take(now, charsOf(request));
  }

  function answerTo(name: unknown, request: unknown, surplus: boolean): Promise<SessionAnswer> | SessionAnswer {
    if (!isWithinRate(name, request)) return failure('RateLimited');
    if (!isOperationName(name) || surplus) return failure('Malformed');
    return run(name, request);
  }

  function run<Name extends OperationName>(name: Name, request: unknown): Promise<SessionAnswer> | SessionAnswer {
    const parsed = v.safeParse(requestSchemas[name], request, { abortEarly: true });
    return parsed.success ? perform[name](parsed.output) : failure('Malformed');
  }

  return {
    receive(name, args) {
      const last = args.at(-1);
      const acknowledge = isAcknowledgement(last) ? last : undefined;
      const [request, ...rest] = acknowledge ? args.slice(0, -1) : args;
      const answer = answerTo(name, request, rest.length > 0);
      if (answer instanceof Promise) {
        answer.then((settled) => acknowledge?.(settled)).catch(onFault);
        return;
      }
      acknowledge?.(answer);
      if (!offences.take(clock.now())) onOffended();
    },
  };
}

function isOperationName(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(requestSchemas, name);
}

function isAcknowledgement(argument: unknown): argument is (answer: SessionAnswer) => void {
  return typeof argument === 'function';
}

function charsOf(request: unknown): number {
  if (typeof request !== 'object' || request === null || !('signal' in request)) return 0;
  return typeof request.signal === 'string' ? request.signal.length : 0;
}
