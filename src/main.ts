/**
 * Composition root: the one file where real adapters, core and UI meet.
 * The screen comes first; the core, which is the larger half, is fetched while the person fills in the form.
 */
import { mount } from 'svelte';
import { registerSW } from 'virtual:pwa-register';
import type { Join } from './core/chat/types.ts';
import { createPassphrase } from './platform/passphrase.ts';
import { createSecureRandom } from './platform/random.ts';
import App from './ui/App.svelte';
import { AppUpdate } from './ui/state/app-update.svelte.ts';
import { missingSupport } from './ui/state/browser-support.ts';
import { Session, type AddressBar } from './ui/state/session.svelte.ts';
import { createMeshName } from './ui/text/mesh-names.ts';

const random = createSecureRandom();

const addressBar: AddressBar = {
  read: () => location.hash.replace(/^#/, ''),
  show: (fragment) => history.replaceState(null, '', `#${fragment}`),
};

/** The core is loaded ahead, while the form is filled in; if that failed, joining tries again and tells. */
function lazyJoin(): Join {
  const load = (): Promise<Join> => import('./platform/join.ts').then(({ createJoin }) => createJoin());
  let loaded: Promise<Join> | undefined = load();
  loaded.catch(() => (loaded = undefined));
  return async (request, onStage) => {
    onStage('stretching');
    const join = await (loaded ?? load());
    return join(request, onStage);
  };
}

/** How often a tab that is looked at asks whether there is a new version. */
const UPDATE_CHECK_INTERVAL_MS = 60 * 60_000;

/**
 * The service worker starts the app offline. A new one waits until the person accepts it, and only the tab where that
 * was said reloads: another tab may be in the middle of a talk. [UI10]
 */
function keepUpToDate(update: AppUpdate): void {
  let accepted = false;
  const apply = registerSW({
    onNeedRefresh: () =>
      update.announce(() => {
        accepted = true;
        void apply();
      }),
    onNeedReload: () => {
      if (accepted) location.reload();
    },
    onRegisteredSW: (_url, registration) => {
      let checkedAt = performance.now();
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState !== 'visible') return;
        if (performance.now() - checkedAt < UPDATE_CHECK_INTERVAL_MS) return;
        checkedAt = performance.now();
        // Offline is no failure here: the next look asks again.
        registration?.update().catch((error: unknown) => console.debug('update check', error));
      });
    },
  });
}

const update = new AppUpdate();
const session = new Session({
  join: lazyJoin(),
  createPassphrase,
  createMeshId: () => createMeshName(random),
  addressBar,
  missing: missingSupport(globalThis),
});
mount(App, { target: document.getElementById('app')!, props: { session, update } });
void session.start();
keepUpToDate(update);
