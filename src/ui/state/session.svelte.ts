/**
 * What the person is doing in this tab: filling in the join form, joining, or in a room.
 * Owns the way between the two screens, the address bar's mesh, and drafts of rooms that were left.
 * Knows nothing of the mesh beneath: it is handed `join`. [UI1, UI4, UI6]
 */
import { createContext } from 'svelte';
import { DEFAULT_PATH, formatFragment, parseAddress, type EndpointAddress } from '../../core/base/address.ts';
import { PeerChannelError, type ErrorCode } from '../../core/base/errors.ts';
import type { ChatRoom, Join, JoinRequest, JoinStage } from '../../core/chat/types.ts';
import { errorSentences } from '../text/errors.ts';
import { JoinForm, type JoinOffers } from './join-form.svelte.ts';
import { fieldOfError } from './join-request.ts';
import { RoomView } from './room-view.svelte.ts';

/** The fragment of the page's address, without the number sign. */
export interface AddressBar {
  read(): string;
  /** Shows another fragment without a new entry in the browser's history. */
  show(fragment: string): void;
}

export interface SessionDeps extends JoinOffers {
  readonly join: Join;
  readonly addressBar: AddressBar;
  /** What the browser lacks, if anything: said at once and again instead of joining. */
  readonly missing: ErrorCode | undefined;
}

export class Session {
  readonly form: JoinForm;
  readonly #deps: SessionDeps;
  #stage = $state<JoinStage>();
  #fraction = $state<number>();
  #room = $state.raw<RoomView>();
  #leave: (() => void) | undefined;
  #otherMesh = $state<string>();
  /** Composed but unsent text by room, for coming back within this tab; written nowhere. */
  readonly #drafts = new Map<string, string>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.form = new JoinForm(deps);
    if (deps.missing !== undefined) this.form.fail('form', errorSentences[deps.missing]());
  }

  /** Defined while joining. */
  get stage(): JoinStage | undefined {
    return this.#stage;
  }
  /** How much of the stage is done, 0 to 1, where that is known. */
  get fraction(): number | undefined {
    return this.#fraction;
  }
  get room(): RoomView | undefined {
    return this.#room;
  }
  /** The address bar was made to name another mesh than the room's: the person decides. */
  get otherMesh(): string | undefined {
    return this.#otherMesh;
  }

  /** Fills the form from the address bar, or offers a fresh mesh. */
  async start(): Promise<void> {
    const named = this.#deps.addressBar.read();
    if (named !== '') this.form.invite(readable(named));
    else await this.form.offerFresh();
  }

  addressChanged(): void {
    const named = this.#deps.addressBar.read();
    const address = parseAddress(named);
    if (this.#room === undefined) {
      if (named !== '' && this.#stage === undefined) this.form.invite(readable(named));
    } else {
      const same = !address.ok || formatFragment(address.value) === formatFragment(this.#room.address);
      this.#otherMesh = same ? undefined : address.value.meshId;
    }
  }

  async join(): Promise<void> {
    if (this.#stage !== undefined) return;
    if (this.#deps.missing !== undefined) {
      this.form.fail('form', errorSentences[this.#deps.missing]());
      return;
    }
    const request = this.form.check();
    if (request === undefined) return;
    this.#stage = 'stretching';
    try {
      const room = await this.#deps.join(request, (stage, fraction) => {
        this.#stage = stage;
        this.#fraction = fraction;
      });
      this.#enter(room, request);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#stage = undefined;
      this.#fraction = undefined;
    }
  }

  leave(): void {
    this.#leave?.();
  }

  /** Leaves for the mesh that the address bar names. */
  goToOtherMesh(): void {
    const named = this.#deps.addressBar.read();
    this.leave();
    this.form.invite(readable(named));
  }

  stayHere(): void {
    this.#otherMesh = undefined;
    if (this.#room !== undefined) this.#deps.addressBar.show(formatFragment(this.#room.address));
  }

  #enter(room: ChatRoom, request: JoinRequest): void {
    // Never the password: it stands in no address. [UI6]
    this.#deps.addressBar.show(formatFragment(request.address));
    const view = new RoomView(room, '');
    view.draft = this.#drafts.get(view.key) ?? '';
    const unsubscribe = room.on('closed', () => this.#leave?.());
    this.#leave = () => {
      this.#leave = undefined;
      unsubscribe();
      this.#drafts.set(view.key, view.draft);
      this.#room = undefined;
      this.#otherMesh = undefined;
      this.form.clearPassword();
      this.form.invite(typedForm(view.address));
      room.leave();
    };
    this.#room = view;
  }

  #fail(error: unknown): void {
    const code = error instanceof PeerChannelError ? error.code : 'Internal';
    this.form.fail(fieldOfError(code), errorSentences[code]());
    // A bug of ours: told to the person in general words, and to the console in its own.
    if (code === 'Internal') reportError(error);
  }
}

/** A fragment as a person would type it; left as it is when it is no address, so that the form can say so. */
function readable(fragment: string): string {
  const address = parseAddress(fragment);
  return address.ok ? typedForm(address.value) : fragment;
}

function typedForm(address: EndpointAddress): string {
  return address.path === DEFAULT_PATH ? address.meshId : `${address.meshId}${address.path}`;
}

export const [useSession, provideSession] = createContext<Session>();
