/** What lets the peers of a system find each other: each has its own, and it runs on this machine. */
import { startRelay } from '../relay/relay-process.ts';
import { startResolver, type ServerProcess } from '../resolver-process.ts';
import type { SubjectName } from './order.ts';

/** Connections besides those of the tabs: none is expected, some are no harm. */
const SPARE_CLIENTS = 16;

export function startRendezvous(root: string, subject: SubjectName, tabs: number): Promise<ServerProcess> {
  return subject === 'peer-channel' ? startResolver(root, tabs + SPARE_CLIENTS) : startRelay(root);
}
