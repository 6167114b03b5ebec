/**
 * What the person is doing in this tab: filling in the join form, joining, or in a room.
 * Owns the way between the two screens, and what stands in the address bar: the mesh, and never a password.
 * Knows nothing of the mesh beneath: it is handed `join`. [UI1, UI4, UI6]
 */
import { createContext } from 'svelte';
import { formatFragment, parseAddress, type EndpointAddress } from '../../core/base/address.ts';
import { PeerChannelError, type ErrorCode } from '../../core/base/errors.ts';
import { readShareLink, withoutParameters } from '../../core/base/share-link.ts';
import type { Join, Joined, JoinRequest, JoinStage } from '../../core/chat/types.ts';
import { errorSentences } from '../text/errors.ts';
import { JoinForm, type JoinFormDeps } from './join-form.svelte.ts';
import { fieldOfError, readableFragment, typedForm } from './join-request.ts';
import { RoomView } from './room-view.svelte.ts';

/** The fragment of the page's address, without the number sign. */
export interface AddressBar {
  read(): string;
  /** Shows another fragment without a new entry in the browser's history. */
  show(fragment: string): void;
}

export interface SessionDeps extends JoinFormDeps {
  readonly join: Join;
  readonly addressBar: AddressBar;
  /** What the browser lacks, if anything: said at once and again instead of joining. */
  readonly missing: ErrorCode | undefined;
}

/** What the address bar was made to name. */
interface OpenedLink {
  /** As a person would type it. */
  readonly mesh: string;
  readonly address: EndpointAddress | undefined;
  readonly password: string | undefined;
}

export class Session {
  readonly form: JoinForm;
  readonly #deps: SessionDeps;
  #stage = $state<JoinStage>();
  #fraction = $state<number>();
  #room = $state.raw<RoomView>();
  #leave: (() => void) | undefined;
  #otherLink = $state.raw<OpenedLink>();

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
    return this.#otherLink?.address?.meshId;
  }

  /** Fills the form from the address bar, or offers a fresh mesh. */
  async start(): Promise<void> {
    const link = this.#openLink();
    if (link !== undefined) this.form.invite(link.mesh, link.password);
    else await this.form.offerFresh();
  }

  addressChanged(): void {
    const link = this.#openLink();
    if (this.#room !== undefined)
      this.#otherLink = this.#whereElse(this.#room.address, link?.address) ? link : undefined;
    // While joining the address bar waits: it will name the room that is entered.
    else if (link !== undefined && this.#stage === undefined) this.form.invite(link.mesh, link.password);
  }

  /** Reads the address bar, and takes a password out of it at once. [UI6] */
  #openLink(): OpenedLink | undefined {
    const fragment = this.#deps.addressBar.read();
    if (fragment === '') return undefined;
    const shown = withoutParameters(fragment);
    if (shown !== fragment) this.#deps.addressBar.show(shown);
    const link = readShareLink(`#${fragment}`);
    const text = link.address.slice(1);
    const address = parseAddress(text);
    return {
      mesh: readableFragment(text),
      address: address.ok ? address.value : undefined,
      password: link.password,
    };
  }

  /**
   * Whether the address bar names another mesh than that of the room. One that names none, as after going back to where
   * the page began, is given the room's again: reloading and copying it must lead here.
   */
  #whereElse(here: EndpointAddress, named: EndpointAddress | undefined): boolean {
    const fragment = formatFragment(here);
    if (named !== undefined && formatFragment(named) !== fragment) return true;
    this.#deps.addressBar.show(fragment);
    return false;
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
      const joined = await this.#deps.join(request, (stage, fraction) => {
        this.#stage = stage;
        this.#fraction = fraction;
      });
      this.#enter(joined, request);
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

  /** Leaves, with the password in the form as it was: it may be one letter that is wrong. */
  retype(): void {
    const password = this.#room?.password ?? '';
    this.leave();
    this.form.password = password;
  }

  /** Leaves for the mesh that the address bar names. */
  goToOtherMesh(): void {
    const link = this.#otherLink;
    this.leave();
    if (link !== undefined) this.form.invite(link.mesh, link.password);
  }

  stayHere(): void {
    this.#otherLink = undefined;
    if (this.#room !== undefined) this.#deps.addressBar.show(formatFragment(this.#room.address));
  }

  #enter(joined: Joined, request: JoinRequest): void {
    const { room } = joined;
    // Each time anew.
    this.form.keeps = false;
    // Never the password. [UI6]
    this.#deps.addressBar.show(formatFragment(request.address));
    const view = new RoomView(joined, request, this.#deps.memory);
    const unsubscribe = room.on('closed', () => this.#leave?.());
    this.#leave = () => {
      this.#leave = undefined;
      view.keepUnsent();
      unsubscribe();
      this.#room = undefined;
      this.#otherLink = undefined;
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

export const [useSession, provideSession] = createContext<Session>();
