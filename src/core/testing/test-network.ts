/**
 * Transport in memory: hosts whose connections open as soon as offer and answer have been carried, each host with a
 * certificate fingerprint of its own. Carries no signals itself; the test does, and may lose or change them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../base/bytes.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  Connection,
  ConnectionBinding,
  ConnectionClosedReason,
  ConnectionObserver,
  ConnectionRole,
  Signal,
  Transport,
} from '../ports/transport.ts';
import { createConnectionPair, type TestConnection } from './connection-pair.ts';

export interface TestHost extends Transport {
  readonly fingerprint: Uint8Array;
  /** Every connection this host started, in order. */
  readonly connections: readonly HostConnection[];
}

export interface HostConnection extends Connection {
  readonly role: ConnectionRole;
  readonly isClosed: boolean;
  /** The open end, once offer and answer have met; undefined before. */
  readonly open: TestConnection | undefined;
  /** This end hears that the connection is gone; the far end hears nothing. */
  fail(reason: ConnectionClosedReason): void;
}

export interface TestNetwork {
  addHost(name: string): TestHost;
}

interface End extends HostConnection {
  isClosed: boolean;
  open: TestConnection | undefined;
  promised: ConnectionBinding | undefined;
  readonly host: TestHost;
  readonly observer: ConnectionObserver;
}

const OFFER = /^offer (\d+)$/;
const ANSWER = /^answer (\d+) (\d+)$/;

export function createTestNetwork(clock: Clock): TestNetwork {
  const ends: End[] = [];
  /** What a description promises that no host has made. */
  const nobodysFingerprint = sha256(utf8('certificate of nobody'));

  function open(offerer: End, answerer: End): void {
    const pair = createConnectionPair(clock);
    for (const [end, far, connection] of [
      [offerer, answerer, pair[0]],
      [answerer, offerer, pair[1]],
    ] as const) {
      end.open = connection;
      connection.attach({
        onFrame: (frame) => end.observer.onFrame(frame),
        onDrain: () => end.observer.onDrain(),
        onClosed(reason) {
          end.isClosed = true;
          end.observer.onClosed(reason);
        },
      });
      clock.defer(() => {
        if (end.isClosed) return;
        end.observer.onOpen({ localFingerprint: end.host.fingerprint, remoteFingerprint: far.host.fingerprint });
      });
    }
  }

  function acceptSignal(end: End, serial: number, signal: Signal): void {
    if (end.isClosed || end.open) return;
    const offer = end.role === 'answerer' ? OFFER.exec(signal) : null;
    const answer = end.role === 'offerer' ? ANSWER.exec(signal) : null;
    const answerer = answer && Number(answer[1]) === serial ? ends[Number(answer[2])] : undefined;
    if (offer || answerer) {
      const far = answerer ?? ends[Number(offer![1])];
      const remoteFingerprint = far?.host.fingerprint ?? nobodysFingerprint;
      end.promised = { localFingerprint: end.host.fingerprint, remoteFingerprint };
    }
    if (offer) clock.defer(() => end.isClosed || end.observer.onSignal(`answer ${offer[1]} ${serial}`));
    else if (answerer && !answerer.isClosed) open(end, answerer);
    else end.fail('SignalRejected');
  }

  function connect(host: TestHost, role: ConnectionRole, observer: ConnectionObserver): End {
    const serial = ends.length;
    const end: End = {
      role,
      host,
      observer,
      isClosed: false,
      open: undefined,
      promised: undefined,
      acceptSignal: (signal) => acceptSignal(end, serial, signal),
      send: (frame) => end.open?.send(frame),
      get bufferedBytes() {
        return end.open?.bufferedBytes ?? 0;
      },
      close() {
        end.isClosed = true;
        end.open?.close();
      },
      fail(reason) {
        if (end.isClosed) return;
        if (end.open) return end.open.fail(reason);
        end.isClosed = true;
        observer.onClosed(reason);
      },
    };
    ends.push(end);
    if (role === 'offerer') clock.defer(() => end.isClosed || observer.onSignal(`offer ${serial}`));
    return end;
  }

  return {
    addHost(name) {
      const connections: HostConnection[] = [];
      const host: TestHost = {
        fingerprint: sha256(utf8(`certificate of ${name}`)),
        connections,
        connect(role, observer) {
          const end = connect(host, role, observer);
          connections.push(end);
          return end;
        },
      };
      return host;
    },
  };
}
