/**
 * The service worker that starts the app offline, and the new versions it brings. [UI10]
 * A new version waits until the person accepts it, and only the tab where that was said reloads: another tab may be in
 * the middle of a talk. Knows nothing of the screen.
 */
import { messageSW } from 'workbox-window/messageSW.js';
import { scriptUrl } from './script-url.ts';

/** How often a tab that is looked at asks whether there is a new version. */
const UPDATE_CHECK_INTERVAL_MS = 60 * 60_000;

/** `onWaiting` is given the function that applies the new version and reloads this tab. */
export async function registerServiceWorker(onWaiting: (apply: () => void) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await pageLoaded();
  const registration = await navigator.serviceWorker.register(scriptUrl('/sw.js'));
  const announce = (): void => {
    // Without a controller it is the first version, which nobody has to be asked about.
    if (registration.waiting === null || navigator.serviceWorker.controller === null) return;
    const worker = registration.waiting;
    onWaiting(() => apply(worker));
  };
  announce();
  registration.addEventListener('updatefound', () =>
    registration.installing?.addEventListener('statechange', announce),
  );
  askWhenLookedAt(registration);
}

function apply(worker: ServiceWorker): void {
  // Accepted in another tab already: that one is in charge now, and a reload takes its version.
  if (worker.state !== 'installed') return location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  void messageSW(worker, { type: 'SKIP_WAITING' });
}

/** The worker fetches the whole app once more: not while the page itself is being fetched. */
function pageLoaded(): Promise<unknown> {
  if (document.readyState === 'complete') return Promise.resolve();
  return new Promise((resolve) => window.addEventListener('load', resolve, { once: true }));
}

function askWhenLookedAt(registration: ServiceWorkerRegistration): void {
  let askedAt = performance.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || performance.now() - askedAt < UPDATE_CHECK_INTERVAL_MS) return;
    askedAt = performance.now();
    // Offline is no failure here: the next look asks again.
    registration.update().catch((error: unknown) => console.debug('update check', error));
  });
}
