/**
 * The real resolver in the hands of somebody who reads and changes every signal on its way: a test gives the lie, which
 * gets each signal and says what reaches the addressee instead. What is not a signal passes as it is.
 */
import type { Page, WebSocketRoute } from '@playwright/test';

/** A signal as it is to reach a tab. */
export interface Delivery {
  readonly from: string;
  readonly signal: string;
}

/** What a tab is told instead of what was sent to it; `index` counts the tabs that were put into its hands. */
export type Lie = (delivery: Delivery, index: number, resolver: LyingResolver) => readonly Delivery[];

export interface LyingResolver {
  /** Every signal that was to reach a tab, in order. */
  readonly seen: readonly (Delivery & { readonly index: number })[];
  /** Before the page is opened. */
  serve(page: Page): Promise<void>;
  /** Tells a tab something nobody sent. */
  tell(index: number, ...deliveries: readonly Delivery[]): void;
}

/** socket.io's event packet; nobody acknowledges a signal that is delivered. */
const SIGNAL = /^42(\["Signal",.*)$/s;

export function createLyingResolver(lie: Lie): LyingResolver {
  const seen: (Delivery & { index: number })[] = [];
  const sockets: WebSocketRoute[] = [];
  let count = 0;
  const resolver: LyingResolver = {
    seen,
    async serve(page) {
      const index = count++;
      await page.routeWebSocket(/\/socket\.io\//, (socket) => {
        sockets[index] = socket;
        const server = socket.connectToServer();
        server.onMessage((message) => {
          const [, packet] = SIGNAL.exec(message.toString()) ?? [];
          if (packet === undefined) return socket.send(message);
          const [, delivery] = JSON.parse(packet) as ['Signal', Delivery];
          seen.push({ ...delivery, index });
          resolver.tell(index, ...lie(delivery, index, resolver));
        });
      });
    },
    tell(index, ...deliveries) {
      for (const delivery of deliveries) sockets[index]!.send(`42${JSON.stringify(['Signal', delivery])}`);
    },
  };
  return resolver;
}

/** A signal between nodes: `O` and `A` with session and nonce, `T` with the session, then what the transport says. [SG2] */
export function partsOf(signal: string): { readonly head: string; readonly transport: string } {
  const length = /^[OA]/.test(signal) ? 81 : 17;
  return { head: signal.slice(0, length), transport: signal.slice(length) };
}

/** The description in an offer or answer is another; everything else stays. */
export function withDescription(delivery: Delivery, change: (sdp: string) => string): Delivery {
  const { head, transport } = partsOf(delivery.signal);
  if (!/^[OA]/.test(head)) return delivery;
  const { type, sdp } = JSON.parse(transport) as { type: string; sdp: string };
  return { ...delivery, signal: head + JSON.stringify({ type, sdp: change(sdp) }) };
}
