/** Degree profile and limits of a mesh, with the relations that must hold among them. [TP1] */
import { assert } from '../base/assert.ts';
import { MAX_ENVELOPE_BYTES } from '../wire/records.ts';
import type { MeshSettings } from './types.ts';

/**
 * A random regular graph of degree 6 reaches 1,000 nodes in 10 hops and survives the loss of half of them; 4 is where
 * that begins to fail. 8 leaves room for newcomers before links move, 10 is what a tab carries at most.
 */
export const DEFAULT_SETTINGS: MeshSettings = {
  low: 4,
  target: 6,
  high: 8,
  cap: 10,
  maxEnvelopeBytes: MAX_ENVELOPE_BYTES,
  isListed: true,
};

/** Degrees of the original: at least 2, ideally 3, at most 7; what is above the ideal is given away, or let go. */
export const PEER_CHANNEL_PROFILE = { low: 2, target: 3, high: 3, cap: 7 } as const;

export function completeSettings(given: Partial<MeshSettings> = {}): MeshSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const { low, target, high, cap, maxEnvelopeBytes } = settings;
  assert(1 <= low && low <= target && target <= high && high <= cap, 'settings: 1 <= low <= target <= high <= cap');
  assert(
    maxEnvelopeBytes >= 16 * 1024 && maxEnvelopeBytes <= MAX_ENVELOPE_BYTES,
    'settings: maxEnvelopeBytes 16 to 64 KiB',
  );
  return settings;
}
