/** On what a run was made, so that its figures are not read as another's. */
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';

const BYTES_PER_GIB = 2 ** 30;

/** For one line. `browserVersion`: as the browser tells it. */
export function describeMachine(browserVersion: string): string {
  const model = cpus()[0]?.model.trim() || arch();
  const memory = `${Math.round(totalmem() / BYTES_PER_GIB)} GiB`;
  const node = `Node ${process.versions.node}`;
  return [`${availableParallelism()} × ${model}`, memory, platform(), `Chromium ${browserVersion}`, node].join(', ');
}
