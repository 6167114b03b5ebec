/**
 * What the node of a page tells of its mesh, over the trace log that the app writes to the console where somebody asks
 * for it. Nothing of the app is changed for that.
 */
import type { BrowserContext, ConsoleMessage, Page } from '@playwright/test';

export interface TracedFact {
  /** Such as `link: suspected`. */
  readonly name: string;
  /** The node it is about. */
  readonly node: string;
  /** When it was read here, on the clock of performance.now(): not before it happened. */
  readonly at: number;
}

export interface MeshTrace {
  readonly facts: readonly TracedFact[];
  /** The page's own node, once it is open. */
  readonly nodeId: string | undefined;
  /** Nodes it is linked to. */
  readonly linked: ReadonlySet<string>;
}

/** For pages of this profile that are opened later. */
export async function traceMesh(profile: BrowserContext): Promise<void> {
  await profile.addInitScript(() => localStorage.setItem('peer-channel:log', 'mesh,link'));
}

/** From now on: to be called before the page joins. */
export function readTrace(page: Page): MeshTrace {
  const facts: TracedFact[] = [];
  const linked = new Set<string>();
  let nodeId: string | undefined;
  page.on('console', (message) => {
    const fact = readFact(message);
    if (!fact) return;
    facts.push(fact);
    if (fact.name === 'mesh: opened') nodeId = fact.node;
    if (fact.name === 'link: opened') linked.add(fact.node);
    if (fact.name === 'link: closed') linked.delete(fact.node);
  });
  return {
    facts,
    linked,
    get nodeId() {
      return nodeId;
    },
  };
}

function readFact(message: ConsoleMessage): TracedFact | undefined {
  const [, name, node] = /^((?:mesh|link): \w+) .*\bnode: ([0-9a-f]{32})\b/.exec(message.text()) ?? [];
  return name === undefined || node === undefined ? undefined : { name, node, at: performance.now() };
}
