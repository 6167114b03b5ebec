/**
 * A tab of the bench: fits the meters, loads the system that the query names, and offers the work to whoever drives the
 * page. The work is the same for every system.
 */
import { assert } from '../../src/core/base/assert.ts';
import type { BenchPage, Subject } from './contract.ts';
import { createEar } from './ear.ts';
import { writeSaid } from './said.ts';
import { fitWireMeter, type WireMeter } from './wire.ts';

const SUBJECTS: Readonly<Record<string, () => Promise<{ createSubject(): Subject }>>> = {
  'peer-channel': () => import('./peer-channel.ts'),
  trystero: () => import('./trystero.ts'),
  'y-webrtc': () => import('./y-webrtc.ts'),
  room: () => import('./room.ts'),
  choir: () => import('./choir.ts'),
  'bare-mesh': () => import('./bare-mesh.ts'),
  'simple-peer': () => import('./simple-peer.ts'),
};

/** Milliseconds since the Unix epoch, finer than Date.now() and never set back while the page lives. */
const epochNow = (): number => performance.timeOrigin + performance.now();

function createBenchPage(subject: Subject, meter: WireMeter): BenchPage {
  const ear = createEar();
  let speaker = -1;
  let said = 0;
  let openedAt = 0;
  let tellOnline: (onlineMs: number) => void;
  const online = new Promise<number>((resolve) => (tellOnline = resolve));

  return {
    async open(options) {
      speaker = options.speaker;
      await subject.open(options, {
        onOpened: () => (openedAt = performance.now()),
        onOnline: () => tellOnline(performance.now() - openedAt),
        onText: (text) => ear.hear(text, epochNow()),
      });
    },
    online: () => online,
    quietMs: () => meter.quietMs,
    say(phase, count) {
      const startedAt = epochNow();
      for (let i = 0; i < count; i++) subject.send(writeSaid({ phase, speaker, number: ++said, at: epochNow() }));
      return startedAt;
    },
    heard: ear.heard,
    close: subject.close,
    wire: () => ({ ...meter.count }),
    report: () => ({
      connectionsOpen: meter.connectionsOpen,
      connectionsPeak: meter.connectionsPeak,
      heard: ear.report(),
    }),
    sizes: () => subject.sizes?.() ?? {},
    steps: () => Object.fromEntries(Object.entries(subject.steps?.() ?? {}).map(([step, at]) => [step, at - openedAt])),
  };
}

const meter = fitWireMeter();
const name = new URLSearchParams(location.search).get('subject') ?? '';
const load = SUBJECTS[name];
assert(load !== undefined, `no such subject: ${name}`);
globalThis.bench = createBenchPage((await load()).createSubject(), meter);
