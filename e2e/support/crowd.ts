/** Many tabs in one room: persons with what their nodes tell of the mesh. Owns no tab. */
import type { BrowserContext } from '@playwright/test';
import { readTrace, traceMesh, type MeshTrace } from './mesh-trace.ts';
import { expectTogether, pressJoin, type Entry, type Person } from './people.ts';

export interface Traced extends Person {
  readonly trace: MeshTrace;
}

/** Each in a tab of its own, named `peer-0`, `peer-1` and so on; `url` is where the app is. Settles when all are together. */
export async function gather(
  profile: BrowserContext,
  count: number,
  room: Omit<Entry, 'nickname'>,
  { url = '/', first = 0, timeoutMs }: { url?: string; first?: number; timeoutMs?: number } = {},
): Promise<Traced[]> {
  await traceMesh(profile);
  const crowd: Traced[] = [];
  for (let i = first; i < first + count; i++) {
    const page = await profile.newPage();
    const trace = readTrace(page);
    await page.goto(url);
    crowd.push({ ...(await pressJoin(page, { nickname: `peer-${i}`, ...room })), trace });
  }
  await expectTogether(crowd, timeoutMs);
  return crowd;
}
