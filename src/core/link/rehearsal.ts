/**
 * A proof against oneself, thrown away. What an engine does for the first time takes it several times as long, and the
 * first link waits for it: this is for a moment in which there is nothing else to do. [PF2]
 */
import { assert } from '../base/assert.ts';
import type { MeshId } from '../base/ids.ts';
import type { Random } from '../ports/random.ts';
import { EPOCH_BYTES, nodeIdOf } from '../wire/envelope.ts';
import { decodeFrame, encodeRecord } from '../wire/records.ts';
import { NONCE_BYTES } from '../wire/signal.ts';
import { startProof, type ProofDeps, type ProofRun } from './proof.ts';

/** After so many an engine has compiled what it is going to. */
const REHEARSALS = 3;

/** `settle` is told when the last one is over. */
export function rehearseProof(deps: ProofDeps, random: Random, settle: () => void): void {
  let left = REHEARSALS;
  function rehearse(): void {
    if (left === 0) return settle();
    left -= 1;
    rehearseOnce(deps, random, rehearse);
  }
  rehearse();
}

/** Two nodes of one key, as two tabs of one person would be. */
function rehearseOnce(deps: ProofDeps, random: Random, settle: () => void): void {
  const meshId = 'rehearsal' as MeshId;
  const secret = random.bytes(32);
  const drawEnd = () => {
    const epoch = random.bytes(EPOCH_BYTES);
    const nodeId = nodeIdOf(deps.signer.publicKey, epoch);
    return { nodeId, epoch, nonce: random.bytes(NONCE_BYTES), fingerprint: random.bytes(32) };
  };
  const ends = [drawEnd(), drawEnd()] as const;
  let proven = 0;
  const underWay: (() => void)[] = [];
  let isCarrying = true;
  function carry(): void {
    isCarrying = true;
    for (let next = underWay.shift(); next; next = underWay.shift()) next();
    isCarrying = false;
  }
  const startEnd = (own: 0 | 1, far: 0 | 1): ProofRun =>
    startProof(
      deps,
      { meshId, secret, nodeId: ends[own].nodeId, epoch: ends[own].epoch },
      { remoteNodeId: ends[far].nodeId, nonce: ends[own].nonce, remoteNonce: ends[far].nonce },
      { localFingerprint: ends[own].fingerprint, remoteFingerprint: ends[far].fingerprint },
      {
        send(record) {
          const read = decodeFrame(encodeRecord(record));
          assert(read.ok, 'what was encoded is read');
          underWay.push(() => runs[far].accept(read.value[0]!));
          if (!isCarrying) carry();
        },
        onProven() {
          proven += 1;
          if (proven === 2) settle();
        },
        onFailed: (reason) => assert(false, `a rehearsal fails with ${reason}`),
      },
    );
  const runs: readonly [ProofRun, ProofRun] = [startEnd(0, 1), startEnd(1, 0)];
  for (const run of runs) run.begin();
  carry();
}
