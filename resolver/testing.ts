/** Names for the tests of the resolver and its adapter: nodes, registrations and meshes by number. */
import type { NodeId, RegistrationId, RendezvousKey } from '../src/core/base/ids.ts';

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

export const nodeIdOf = (number: number): NodeId => hex(number, 32) as NodeId;
export const registrationIdOf = (number: number): RegistrationId => hex(number, 32) as RegistrationId;
export const keyOf = (number: number): RendezvousKey => hex(number, 64) as RendezvousKey;

export const alice = nodeIdOf(0xa11ce);
export const bob = nodeIdOf(0xb0b);
export const carol = nodeIdOf(0xca201);
export const mallory = nodeIdOf(0x3a1);
/** The mesh most tests happen in. */
export const staffRoom = keyOf(0x57aff);
