/**
 * When a newcomer got how far on its way online, for the profile of the way: the ports of a node with a watch at each. The
 * first of each step counts, which belongs to the first link as long as one is dialled at a time.
 */
import type { PeerNodePorts, Transport } from '../../src/core/index.ts';
import { decodeFrame } from '../../src/core/wire/records.ts';
import type { Steps } from './contract.ts';

export interface StepWatch {
  reach(step: string): void;
  readonly steps: Steps;
}

export function createStepWatch(): StepWatch {
  const steps: Record<string, number> = {};
  return { reach: (step) => void (steps[step] ??= performance.now()), steps };
}

export function watchPorts(ports: PeerNodePorts, watch: StepWatch): PeerNodePorts {
  const { resolver, transport, pake } = ports;
  const { reach } = watch;
  return {
    ...ports,
    transport: watchTransport(transport, watch),
    resolver: {
      ...resolver,
      register: (request, settle) =>
        resolver.register(request, (result) => {
          reach('registered');
          settle(result);
        }),
    },
    pake: {
      start(input) {
        const run = pake.start(input);
        reach('share drawn');
        return run;
      },
    },
  };
}

function watchTransport(transport: Transport, { reach }: StepWatch): Transport {
  return {
    ...transport,
    connect(role, observer) {
      // What a link carries later is nobody's step, and to decode it would be measured.
      let isLinked = false;
      const reachRecord = (frame: Uint8Array): void => {
        const decoded = decodeFrame(frame);
        const [record] = decoded.ok ? decoded.value : [];
        if (record) reach(`heard ${record.type}`);
        isLinked = record?.type === 'Connect' || record?.type === 'Welcome';
      };
      const connection = transport.connect(role, {
        ...observer,
        onSignal(signal) {
          reach('offered');
          observer.onSignal(signal);
        },
        onOpen(binding) {
          reach('open');
          observer.onOpen(binding);
        },
        onFrame(frame) {
          if (!isLinked) reachRecord(frame);
          observer.onFrame(frame);
        },
      });
      const acceptSignal = connection.acceptSignal.bind(connection);
      return Object.assign(connection, {
        acceptSignal(signal: string) {
          reach('answered');
          acceptSignal(signal);
        },
      });
    },
  };
}
