/** Somebody who can take part in a proof: identity, password and the means. With CPace and Ed25519 where a test asks. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8 } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';
import { createCPace } from '../crypto/cpace.ts';
import { createNobleSigner } from '../crypto/noble-signer.ts';
import type { AttemptDeps } from '../link/attempt.ts';
import type { LocalIdentity } from '../link/proof.ts';
import { EPOCH_BYTES, nodeIdOf } from '../wire/envelope.ts';
import { createFastPake } from './fast-pake.ts';
import { createFastSigner } from './fast-signer.ts';
import { createTestRandom } from './test-random.ts';

export interface TestPerson {
  readonly name: string;
  readonly local: LocalIdentity;
  readonly deps: Pick<AttemptDeps, 'random' | 'signer' | 'pake'>;
}

export interface TestPersonOptions {
  /** What stands for the stretched password; the same for everybody by default. */
  readonly password?: string;
  /** CPace and Ed25519 instead of the stand-ins. */
  readonly isReal?: boolean;
}

export function createTestPerson(
  name: string,
  { password = 'shared', isReal = false }: TestPersonOptions = {},
): TestPerson {
  const random = createTestRandom(`person ${name}`);
  const signer = isReal ? createNobleSigner(random) : createFastSigner(random);
  const epoch = random.bytes(EPOCH_BYTES);
  return {
    name,
    local: {
      meshId: 'test-mesh' as MeshId,
      nodeId: nodeIdOf(signer.publicKey, epoch),
      epoch,
      secret: sha256(utf8(password)),
    },
    deps: { random, signer, pake: isReal ? createCPace(random) : createFastPake(random) },
  };
}

/** Both, the one with the smaller node ID first. */
export function inOrderOfId(a: TestPerson, b: TestPerson): readonly [TestPerson, TestPerson] {
  return a.local.nodeId < b.local.nodeId ? [a, b] : [b, a];
}
