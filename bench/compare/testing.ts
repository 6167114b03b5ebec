/** A report for tests: alice's run, with whatever is to be different. */
import type { Figures } from '../tabs/figures.ts';
import type { CompareReport } from './report.ts';

export const sampleFigures = (changes: Partial<Figures> = {}): Figures => ({
  n: 8,
  joined: 8,
  connectionsMean: 5.25,
  connectionsMax: 7,
  onlineMsP50: 270,
  onlineMsMax: 480,
  rushLatencyMsP50: 9.5,
  rushLatencyMsP95: 21.5,
  cameToRest: true,
  latencyMsP50: 6.5,
  latencyMsP95: 13.5,
  reach: 1,
  duplicates: 0,
  deliveriesPerSecond: 10_279,
  payloadCopies: 4.12,
  framesPerDelivery: 0.094,
  bytesPerDelivery: 1007,
  ...changes,
});

/** What is left of a system that fell over: nobody heard anything. */
export const mute = sampleFigures({
  joined: 0,
  onlineMsP50: 0,
  onlineMsMax: 0,
  rushLatencyMsP50: 0,
  rushLatencyMsP95: 0,
  latencyMsP50: 0,
  latencyMsP95: 0,
  reach: 0,
  deliveriesPerSecond: 0,
  payloadCopies: 0,
  framesPerDelivery: 0,
  bytesPerDelivery: 0,
});

export const sampleReport = (changes: Partial<CompareReport> = {}): CompareReport => ({
  n: 8,
  date: '2026-11-23T12:33:32.870Z',
  machine: '2 × Abacus, 8 GiB',
  versions: { 'peer-channel': '0.1.0', trystero: '0.25.4', 'y-webrtc': '10.3.0' },
  systems: { 'peer-channel': sampleFigures(), trystero: sampleFigures({ onlineMsP50: 376 }), 'y-webrtc': null },
  ...changes,
});
