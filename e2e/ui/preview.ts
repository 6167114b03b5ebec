/**
 * The real screens over a room in memory, for tests and for looking: `?scene=busy`, `?hold=stretching` stops there,
 * `?fail=KeysUnavailable` refuses, `?missing=WebRtcMissing` lacks, `?update` has a new version. Never part of the build.
 */
import { mount } from 'svelte';
import { createFakeComparisons } from './fake-comparisons.ts';
import { createFakeRoom, type FakeRoom } from './fake-room.ts';
import { scenes, type SceneName } from './scenes.ts';
import { PeerChannelError, type ErrorCode } from '../../src/core/base/errors.ts';
import type { JoinRequest, JoinStage } from '../../src/core/chat/types.ts';
import App from '../../src/ui/App.svelte';
import { AppUpdate } from '../../src/ui/state/app-update.svelte.ts';
import { Session } from '../../src/ui/state/session.svelte.ts';
import { createTabMemory } from '../../src/ui/state/tab-memory.ts';

/** What a story may look at and do behind the screen. */
export interface Preview {
  readonly requests: JoinRequest[];
  /** The room entered last. */
  room: FakeRoom | undefined;
  /** Lets the passphrase that was asked for arrive. */
  deliverPassphrase(): void;
  updatesApplied: number;
}

const query = new URLSearchParams(location.search);
const scene = scenes[(query.get('scene') ?? 'busy') as SceneName];
let waiting: (() => void)[] = [];

const preview: Preview = {
  requests: [],
  room: undefined,
  deliverPassphrase() {
    for (const deliver of waiting) deliver();
    waiting = [];
  },
  updatesApplied: 0,
};
globalThis.preview = preview;

const update = new AppUpdate();
if (query.has('update')) update.announce(() => preview.updatesApplied++);

const session = new Session({
  createMeshId: () => 'amber-otter-k3f9',
  createPassphrase: async () => {
    if (query.has('words')) {
      if (query.get('words') === 'none') throw new Error('the word list cannot be fetched');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return 'tinsel-gravity-marble-oboe';
  },
  addressBar: {
    read: () => location.hash.slice(1),
    show: (fragment) => history.replaceState(null, '', `#${fragment}`),
  },
  ownOrigin: location.origin,
  memory: createTabMemory(() => sessionStorage),
  missing: (query.get('missing') ?? undefined) as ErrorCode | undefined,
  async join(request, onStage) {
    preview.requests.push(request);
    const held = query.get('hold');
    onStage((held ?? 'stretching') as JoinStage);
    if (held !== null) await new Promise(() => undefined);
    const code = query.get('fail');
    if (code === 'Bug') throw new Error('a bug');
    if (code !== null) throw new PeerChannelError(code as ErrorCode);
    preview.room = createFakeRoom(request.address, request.nickname);
    const comparisons = createFakeComparisons();
    scene(preview.room, comparisons);
    return {
      room: preview.room,
      comparisons,
      isKept: request.keeps,
      forget: request.keeps ? async () => undefined : undefined,
    };
  },
});
mount(App, { target: document.getElementById('app')!, props: { session, update } });
void session.start();
