/**
 * What must hold at every moment of every run, checked through the public face of the nodes only. [SM8]
 * Owns the list of what broke; a run goes on after a breach, so that the whole picture is in the report.
 */

/** More breaches of one rule than this tell nothing new. */
const MAX_NOTED_EACH = 5;

export type InvariantRule =
  /** More neighbours, or more connections of any state, than the cap. */
  | 'DegreeCap'
  /** Two nodes with different passwords became neighbours. */
  | 'UnprovenNeighbour'
  /** One message twice at one endpoint. */
  | 'DeliveredTwice'
  /** A delivery that nobody sent, or under another name. */
  | 'ForgedDelivery'
  /** A closed node left a timer or a connection behind. */
  | 'LeftBehind';

export interface Breach {
  readonly rule: InvariantRule;
  readonly atMs: number;
  readonly detail: string;
}

export interface Invariants {
  readonly breaches: readonly Breach[];
  readonly breachCount: number;
  check(holds: boolean, rule: InvariantRule, atMs: number, detail: () => string): void;
}

export function createInvariants(): Invariants {
  const breaches: Breach[] = [];
  const counts = new Map<InvariantRule, number>();
  let breachCount = 0;
  return {
    breaches,
    get breachCount() {
      return breachCount;
    },
    check(holds, rule, atMs, detail) {
      if (holds) return;
      breachCount++;
      const count = (counts.get(rule) ?? 0) + 1;
      counts.set(rule, count);
      if (count <= MAX_NOTED_EACH) breaches.push({ rule, atMs, detail: detail() });
    },
  };
}
