/**
 * The join form: what stands in it, what is wrong with it, and what was given rather than typed.
 * Knows nothing of rooms. What a person typed is changed by that person only. [UI1, UI2, UI3]
 */
import {
  checkJoin,
  joinFields,
  meshKey,
  readMesh,
  typedForm,
  type JoinErrors,
  type JoinField,
} from './join-request.ts';
import type { TabMemory } from './tab-memory.ts';
import type { JoinRequest } from '../../core/chat/types.ts';
import { words } from '../text/words.ts';

export interface JoinFormDeps {
  createMeshId(): string;
  createPassphrase(): Promise<string>;
  readonly memory: TabMemory;
  /** Of this page: a link to another one is no room here. */
  readonly ownOrigin: string;
}

/** Who named the mesh that stands in the form: this page, a link, or the person. */
export type MeshSource = 'offered' | 'link' | 'typed';

/** A password that nobody typed; it belongs to the mesh it came with, or was made for. */
interface GivenPassword {
  readonly text: string;
  /** `offered` unasked, `asked` for by button, or come with a `link`. */
  readonly by: 'offered' | 'asked' | 'link';
}

const NICKNAME_KEY = 'nickname';

export class JoinForm {
  /** Whether this device is to know the mesh again: asked anew each time. */
  keeps = $state(false);
  #nickname = $state('');
  #mesh = $state('');
  #password = $state('');
  #errors = $state.raw<JoinErrors>({});
  #passwordVisible = $state(false);
  /** By key (meshKey): the mesh that was offered, and the one that the opened link named. */
  #offeredMesh = $state<string>();
  #linkedMesh = $state<string>();
  readonly #key: string;
  readonly #source: MeshSource;
  readonly #given = new Map<string, GivenPassword>();
  /** What was last put into the field: while it stands there unchanged, the field holds nothing typed. */
  #put = $state.raw<GivenPassword>();
  readonly #deps: JoinFormDeps;

  constructor(deps: JoinFormDeps) {
    this.#deps = deps;
    this.#nickname = deps.memory.read(NICKNAME_KEY);
    this.#key = $derived(meshKey(this.#mesh, deps.ownOrigin));
    this.#source = $derived.by(() => {
      if (this.#key === this.#offeredMesh) return 'offered';
      return this.#key === this.#linkedMesh || this.#mesh.includes('#') ? 'link' : 'typed';
    });
  }

  get nickname(): string {
    return this.#nickname;
  }
  set nickname(text: string) {
    this.#nickname = text;
    this.#deps.memory.write(NICKNAME_KEY, text);
  }
  get mesh(): string {
    return this.#mesh;
  }
  set mesh(text: string) {
    this.#mesh = text;
    const mesh = readMesh(text, this.#deps.ownOrigin);
    if (mesh.ok && mesh.password !== undefined) this.#takeLinkPassword(mesh.password);
    else this.#fitPassword();
  }
  get password(): string {
    return this.#password;
  }
  set password(text: string) {
    this.#password = text;
  }
  get errors(): JoinErrors {
    return this.#errors;
  }
  get passwordVisible(): boolean {
    return this.#passwordVisible;
  }
  /** Of a mesh that came with a link the password exists already: it is asked for, not made. */
  get source(): MeshSource {
    return this.#source;
  }
  /** A passphrase that was made here stands in the field. */
  get passwordMade(): boolean {
    return this.#isGiven && this.#put?.by !== 'link';
  }
  get firstBadField(): JoinField | undefined {
    return joinFields.find((field) => this.#errors[field] !== undefined);
  }
  get #isGiven(): boolean {
    return this.#password !== '' && this.#password === this.#put?.text;
  }

  /** A link named a mesh. An offered passphrase is taken back; a typed password stays, unless the link has one. */
  invite(meshText: string, password?: string): void {
    this.#mesh = meshText;
    this.#linkedMesh = this.#key;
    if (this.#offeredMesh === this.#key) this.#offeredMesh = undefined;
    if (password === undefined) this.#fitPassword();
    else this.#takeLinkPassword(password);
    this.#errors = {};
  }

  /** Nobody named a mesh: a fresh name and a passphrase are offered. */
  async offerFresh(): Promise<void> {
    this.#mesh = this.#deps.createMeshId();
    this.#offeredMesh = this.#key;
    await this.#make('offered');
  }

  /** Asked for by button, so it replaces whatever stands there. */
  async makePassphrase(): Promise<void> {
    await this.#make(this.#source === 'offered' ? 'offered' : 'asked');
  }

  async #make(by: 'offered' | 'asked'): Promise<void> {
    const before = this.#password;
    const key = this.#key;
    // The person may have typed meanwhile: that stands.
    const isWanted = (): boolean => this.#password === before && this.#key === key;
    try {
      const made: GivenPassword = { text: await this.#deps.createPassphrase(), by };
      if (by === 'offered') this.#given.set(key, made);
      if (isWanted()) this.#putPassword(made);
    } catch {
      // The word list could not be fetched: the person chooses a password, and the field says so.
      if (isWanted()) this.fail('password', words.join.passphraseFailed);
    }
  }

  /** Told again at every key that is pressed in a link: only a new one replaces what stands there. */
  #takeLinkPassword(text: string): void {
    if (this.#given.get(this.#key)?.text === text) return this.#fitPassword();
    const given: GivenPassword = { text, by: 'link' };
    this.#given.set(this.#key, given);
    this.#putPassword(given);
  }

  /** What was given for another mesh is taken back, and what was given for this one comes back. Typed text stays. */
  #fitPassword(): void {
    const fitting = this.#given.get(this.#key);
    if (fitting === this.#put || (this.#password !== '' && !this.#isGiven)) return;
    // Asked for while the name was being made up: it is for whatever the name becomes, but not for a link's room.
    if (fitting === undefined && this.#put?.by === 'asked' && this.#source === 'typed') return;
    this.#putPassword(fitting);
  }

  #putPassword(given: GivenPassword | undefined): void {
    this.#put = given;
    this.#password = given?.text ?? '';
    this.#passwordVisible = given !== undefined && given.by !== 'link';
    this.clearError('password');
  }

  togglePassword(): void {
    this.#passwordVisible = !this.#passwordVisible;
  }

  /** Forgets every password, given or typed. */
  clearPassword(): void {
    this.#given.clear();
    this.#putPassword(undefined);
  }

  /** A link that brought its password along has done so: the field shows the mesh alone. */
  tidyMesh(): void {
    const mesh = readMesh(this.#mesh, this.#deps.ownOrigin);
    if (mesh.ok && mesh.password !== undefined) this.#mesh = typedForm(mesh.address);
  }

  fail(place: JoinField | 'form', sentence: string): void {
    this.#errors = { ...this.#errors, [place]: sentence };
  }

  clearError(place: JoinField | 'form'): void {
    const { [place]: cleared, ...rest } = this.#errors;
    if (cleared !== undefined) this.#errors = rest;
  }

  /** The request, or nothing: then `errors` says why. */
  check(): JoinRequest | undefined {
    this.tidyMesh();
    const values = { nickname: this.#nickname, mesh: this.#mesh, password: this.#password };
    const result = checkJoin(values, this.#deps.ownOrigin, this.keeps);
    this.#errors = result.ok ? {} : result.errors;
    return result.ok ? result.request : undefined;
  }
}
