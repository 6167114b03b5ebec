/**
 * Composition root: the one file where real adapters, core and UI meet.
 * The screen comes first; the core, which is the larger half, is fetched while the person fills in the form.
 */
import { mount } from 'svelte';
import { createLazyJoin } from './platform/lazy-join.ts';
import { createPassphrase } from './platform/passphrase.ts';
import { createSecureRandom } from './platform/random.ts';
import { registerServiceWorker } from './platform/service-worker.ts';
import App from './ui/App.svelte';
import { AppUpdate } from './ui/state/app-update.svelte.ts';
import { missingSupport } from './ui/state/browser-support.ts';
import { Session, type AddressBar } from './ui/state/session.svelte.ts';
import { createTabMemory } from './ui/state/tab-memory.ts';
import { createMeshName } from './ui/text/mesh-names.ts';

const random = createSecureRandom();

const addressBar: AddressBar = {
  read: () => location.hash.replace(/^#/, ''),
  show: (fragment) => history.replaceState(null, '', `#${fragment}`),
};

const update = new AppUpdate();
const session = new Session({
  join: createLazyJoin(async () => (await import('./platform/join.ts')).createJoin()),
  createPassphrase,
  createMeshId: () => createMeshName(random),
  addressBar,
  ownOrigin: location.origin,
  memory: createTabMemory(() => sessionStorage),
  missing: missingSupport(globalThis),
});
mount(App, { target: document.getElementById('app')!, props: { session, update } });
void session.start();
// In development there is none. Without one, as in some private windows, everything works but the start offline.
if (import.meta.env.PROD) {
  registerServiceWorker((apply) => update.announce(apply)).catch((error: unknown) =>
    console.debug('no service worker', error),
  );
}
