/**
 * The real screens over a room in memory, for tests and for looking: `?scene=busy&delay=300&fail=ResolverRefused`.
 * Never part of the app's build.
 */
import { mount } from 'svelte';
import { createFakeRoom } from './fake-room.ts';
import { scenes, type SceneName } from './scenes.ts';
import { PeerChannelError, type ErrorCode } from '../../src/core/base/errors.ts';
import App from '../../src/ui/App.svelte';
import { AppUpdate } from '../../src/ui/state/app-update.svelte.ts';
import { Session } from '../../src/ui/state/session.svelte.ts';

const query = new URLSearchParams(location.search);
const scene = scenes[(query.get('scene') ?? 'busy') as SceneName];
const held = query.has('hold');

const update = new AppUpdate();
if (query.has('update')) update.announce(() => document.body.classList.add('accepted'));

const session = new Session({
  createMeshId: () => 'amber-otter-k3f9',
  createPassphrase: () => Promise.resolve('tinsel-gravity-marble-oboe'),
  addressBar: {
    read: () => location.hash.slice(1),
    show: (fragment) => history.replaceState(null, '', `#${fragment}`),
  },
  missing: (query.get('missing') ?? undefined) as ErrorCode | undefined,
  async join(request, onStage) {
    onStage((query.get('hold') ?? 'stretching') as 'stretching');
    if (held) await new Promise(() => undefined);
    const code = query.get('fail');
    if (code !== null) throw new PeerChannelError(code as ErrorCode);
    const room = createFakeRoom(request.address, request.nickname);
    scene(room);
    return room;
  },
});
mount(App, { target: document.getElementById('app')!, props: { session, update } });
void session.start();
