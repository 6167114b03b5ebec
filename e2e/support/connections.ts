/**
 * How many RTCPeerConnections a page holds, counted from outside the product: every page of a context, from its first
 * script on. One is open from its construction until it is closed, by whatever side.
 */
import type { BrowserContext, Page } from '@playwright/test';

export interface ConnectionCount {
  readonly open: number;
  /** Most that were open at one moment. */
  readonly peak: number;
}

declare global {
  // Put there by the init script below.
  var readConnectionCount: () => ConnectionCount;
}

export async function countConnections(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const alive = new Set<RTCPeerConnection>();
    let peak = 0;
    /** A connection that failed or was closed by its own page says so in its state. */
    const countOpen = () => {
      for (const connection of alive) if (connection.connectionState === 'closed') alive.delete(connection);
      return alive.size;
    };
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        alive.add(this);
        peak = Math.max(peak, countOpen());
      }
    };
    globalThis.readConnectionCount = () => ({ open: countOpen(), peak });
  });
}

export function connectionCountOf(page: Page): Promise<ConnectionCount> {
  return page.evaluate(() => globalThis.readConnectionCount());
}
