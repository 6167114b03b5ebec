/**
 * A `Proof` nobody proved, for tests of what stands above the proof. The cast is the point: outside of a test only a
 * finished run of proof.ts makes one. [LN1]
 */
import type { NodeId } from '../base/ids.ts';
import type { Proof } from '../link/proof.ts';

export function assertedProof(nodeId: NodeId, key: Uint8Array): Proof {
  return { nodeId, key } as Proof;
}
