/**
 * The join form: what stands in it, what is wrong with it, and what was offered rather than typed.
 * Knows nothing of rooms. What a person typed is changed by that person only. [UI1, UI2, UI3]
 */
import { checkJoin, joinFields, type JoinErrors, type JoinField } from './join-request.ts';
import type { JoinRequest } from '../../core/chat/types.ts';
import { words } from '../text/words.ts';

export interface JoinOffers {
  createMeshId(): string;
  createPassphrase(): Promise<string>;
}

export class JoinForm {
  nickname = $state('');
  #mesh = $state('');
  #password = $state('');
  #errors = $state.raw<JoinErrors>({});
  #passwordVisible = $state(false);
  #invited = $state(false);
  /** The passphrase that was offered last; while it stands in the field, the field holds nothing typed. */
  #offeredPassphrase = $state('');
  readonly #offers: JoinOffers;

  constructor(offers: JoinOffers) {
    this.#offers = offers;
  }

  get mesh(): string {
    return this.#mesh;
  }
  set mesh(text: string) {
    this.#mesh = text;
    this.#invited = false;
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
  /** The mesh came with the link: its password exists already and is asked for, not made. */
  get invited(): boolean {
    return this.#invited;
  }
  get passwordOffered(): boolean {
    return this.#password !== '' && this.#password === this.#offeredPassphrase;
  }
  get firstBadField(): JoinField | undefined {
    return joinFields.find((field) => this.#errors[field] !== undefined);
  }

  /** The link named a mesh. An offered passphrase is taken back, a typed password stays. */
  invite(meshText: string): void {
    this.#mesh = meshText;
    this.#invited = true;
    if (this.passwordOffered || this.#password === '') this.clearPassword();
    this.#errors = {};
  }

  /** Nobody named a mesh: a fresh name and a passphrase are offered. */
  async offerFresh(): Promise<void> {
    this.#mesh = this.#offers.createMeshId();
    this.#invited = false;
    await this.#offerPassphrase(() => this.#password === '' && !this.#invited);
  }

  /** Asked for by button, so it replaces whatever stands there. */
  async makePassphrase(): Promise<void> {
    await this.#offerPassphrase(() => true);
  }

  async #offerPassphrase(stillWanted: () => boolean): Promise<void> {
    try {
      const passphrase = await this.#offers.createPassphrase();
      // The person may have typed meanwhile: that stands.
      if (!stillWanted()) return;
      this.#offeredPassphrase = this.#password = passphrase;
      this.#passwordVisible = true;
      this.clearError('password');
    } catch {
      // The word list could not be fetched: the person chooses a password, and the field says so.
      if (stillWanted()) this.fail('password', words.join.passphraseFailed);
    }
  }

  togglePassword(): void {
    this.#passwordVisible = !this.#passwordVisible;
  }

  clearPassword(): void {
    this.#password = '';
    this.#offeredPassphrase = '';
    this.#passwordVisible = false;
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
    const result = checkJoin({ nickname: this.nickname, mesh: this.#mesh, password: this.#password });
    this.#errors = result.ok ? {} : result.errors;
    return result.ok ? result.request : undefined;
  }
}
