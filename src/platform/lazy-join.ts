/**
 * Joining with the core fetched ahead, while the form is filled in: it is the larger half of the app. [JN1]
 * Knows neither the core nor the screen.
 */
import type { Join } from '../core/chat/types.ts';
import { failingWith } from './join-failures.ts';

/** If fetching failed ahead, joining tries again; if that fails too, it is AppUnavailable. */
export function createLazyJoin(load: () => Promise<Join>): Join {
  let loaded: Promise<Join> | undefined = load();
  loaded.catch(() => (loaded = undefined));
  return async (request, onStage) => {
    onStage('stretching');
    const join = await failingWith('AppUnavailable', loaded ?? load());
    return join(request, onStage);
  };
}
