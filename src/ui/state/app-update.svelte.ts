/**
 * A new version waiting to be used. Owns whether to ask; never reloads by itself. [UI10]
 * The composition root announces the version and hands in how to apply it.
 */
export class AppUpdate {
  #apply = $state.raw<() => void>();

  get waiting(): boolean {
    return this.#apply !== undefined;
  }

  announce(apply: () => void): void {
    this.#apply = apply;
  }

  accept(): void {
    const apply = this.#apply;
    this.#apply = undefined;
    apply?.();
  }

  later(): void {
    this.#apply = undefined;
  }
}
