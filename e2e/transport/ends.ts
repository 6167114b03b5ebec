/** One end of a connection as the tests hold it: everything it was told, and promises for what it will be told. */
import { toHex } from '../../src/core/base/bytes.ts';
import type {
  Connection,
  ConnectionBinding,
  ConnectionClosedReason,
  ConnectionObserver,
  ConnectionRole,
  Signal,
  Transport,
} from '../../src/core/ports/transport.ts';

export interface End {
  readonly connection: Connection;
  readonly signals: Signal[];
  readonly frames: Uint8Array[];
  /** Facts in the order in which they were told: 'open', 'frame', 'closed: …'. */
  readonly facts: string[];
  drains: number;
  /** Where signals go; those told before are handed on at once. */
  carryTo(accept: (signal: Signal) => void): void;
  opened(): Promise<ConnectionBinding>;
  closed(): Promise<ConnectionClosedReason>;
  frame(count: number): Promise<Uint8Array>;
  drained(): Promise<void>;
}

export function startEnd(transport: Transport, role: ConnectionRole): End {
  let accept: ((signal: Signal) => void) | undefined;
  let binding: ConnectionBinding | undefined;
  let reason: ConnectionClosedReason | undefined;
  const waiting = new Set<() => void>();
  const tell = (fact: string): void => {
    end.facts.push(fact);
    for (const check of [...waiting]) check();
  };
  const when = <Value>(read: () => Value | undefined): Promise<Value> =>
    new Promise((resolve) => {
      const check = (): void => {
        const value = read();
        if (value === undefined) return;
        waiting.delete(check);
        resolve(value);
      };
      waiting.add(check);
      check();
    });
  const observer: ConnectionObserver = {
    onSignal(signal) {
      end.signals.push(signal);
      accept?.(signal);
    },
    onOpen(given) {
      binding = given;
      tell('open');
    },
    onFrame(frame) {
      end.frames.push(frame);
      tell('frame');
    },
    onDrain() {
      end.drains++;
      tell('drain');
    },
    onClosed(why) {
      reason = why;
      tell(`closed: ${why}`);
    },
  };
  const end: End = {
    connection: transport.connect(role, observer),
    signals: [],
    frames: [],
    facts: [],
    drains: 0,
    carryTo(to) {
      accept = to;
      for (const signal of end.signals) to(signal);
    },
    opened: () => when(() => binding),
    closed: () => when(() => reason),
    frame: (count) => when(() => end.frames[count - 1]),
    drained: () => when(() => (end.drains > 0 ? true : undefined)).then(() => undefined),
  };
  return end;
}

/** Signals travel as through a resolver: never within the call that gave them. */
export function carry(from: End, to: { acceptSignal(signal: Signal): void }): void {
  from.carryTo((signal) => queueMicrotask(() => to.acceptSignal(signal)));
}

export function hexOf(binding: ConnectionBinding): { local: string; remote: string } {
  return { local: toHex(binding.localFingerprint), remote: toHex(binding.remoteFingerprint) };
}
