/**
 * Somebody in the middle of two connections: a page that ends one with each of two tabs, with certificates of its own, and
 * passes on whatever either says. Keeps what it heard.
 */
import type { Page } from '@playwright/test';

export interface Middle {
  /** Takes an offer of one tab; gives the answer to it, and an offer for the other tab. */
  takeOffer(sdp: string): Promise<{ readonly answer: string; readonly offer: string }>;
  takeAnswer(sdp: string): Promise<void>;
  /** Lengths of the frames that came from the tab that offered, and from the other. */
  heard(): Promise<readonly [number[], number[]]>;
}

declare global {
  // What the page of the middle offers.
  var legs: Middle;
}

export async function standBetween(page: Page): Promise<Middle> {
  await page.evaluate(() => {
    const lengths: [number[], number[]] = [[], []];
    const sides = [0, 1].map(() => {
      const pc = new RTCPeerConnection();
      const channel = pc.createDataChannel('', { negotiated: true, id: 0 });
      channel.binaryType = 'arraybuffer';
      return { pc, channel, waiting: [] as ArrayBuffer[] };
    });
    for (const [index, { channel, waiting }] of sides.entries()) {
      const other = sides[1 - index]!;
      channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        lengths[index]!.push(data.byteLength);
        if (other.channel.readyState === 'open') other.channel.send(data);
        else other.waiting.push(data);
      });
      channel.addEventListener('open', () => {
        for (const frame of waiting.splice(0)) channel.send(frame);
      });
      channel.addEventListener('close', () => other.channel.close());
    }
    /** With all candidates in it: nothing is told afterwards. */
    const described = async (pc: RTCPeerConnection): Promise<string> => {
      await pc.setLocalDescription();
      while (pc.iceGatheringState !== 'complete')
        await new Promise((resolve) => pc.addEventListener('icegatheringstatechange', resolve, { once: true }));
      return pc.localDescription!.sdp;
    };
    globalThis.legs = {
      async takeOffer(sdp) {
        await sides[0]!.pc.setRemoteDescription({ type: 'offer', sdp });
        const [answer, offer] = await Promise.all([described(sides[0]!.pc), described(sides[1]!.pc)]);
        return { answer, offer };
      },
      takeAnswer: (sdp) => sides[1]!.pc.setRemoteDescription({ type: 'answer', sdp }),
      heard: () => Promise.resolve(lengths),
    };
  });
  return {
    takeOffer: (sdp) => page.evaluate((given) => legs.takeOffer(given), sdp),
    takeAnswer: (sdp) => page.evaluate((given) => legs.takeAnswer(given), sdp),
    heard: () => page.evaluate(() => legs.heard()),
  };
}
