/** From Lighthouse's report to three scores and the audits that keep them from being full. Pure. */

/** The part of Lighthouse's report that is read here. */
export interface AuditReport {
  readonly categories: Readonly<Record<string, CategoryReport>>;
  readonly audits: Readonly<Record<string, AuditEntry>>;
}

interface CategoryReport {
  readonly score: number | null;
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[];
}

interface AuditEntry {
  readonly title: string;
  /** Null where nothing was judged. */
  readonly score: number | null;
  readonly displayValue?: string;
}

/** A score below this is worth naming among the audits of performance, which are measured and not merely met. */
const NAMED_BELOW = 0.9;

export const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;

export interface Scores {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  /** Audits that cost points, the dearest first: `category/audit: what was found`. */
  readonly lost: readonly string[];
}

export function scoresOf({ categories, audits }: AuditReport): Scores {
  const lost: { text: string; points: number }[] = [];
  for (const name of CATEGORIES) {
    for (const { id, weight } of categories[name]?.auditRefs ?? []) {
      const audit = audits[id];
      if (!audit || audit.score === null || weight === 0) continue;
      const isFull = name === 'performance' ? audit.score >= NAMED_BELOW : audit.score === 1;
      if (isFull) continue;
      const found = audit.displayValue === undefined ? audit.title : `${audit.title}, ${audit.displayValue}`;
      lost.push({ text: `${name}/${id}: ${found}`, points: weight * (1 - audit.score) });
    }
  }
  const scoreOf = (name: string): number => categories[name]?.score ?? 0;
  return {
    performance: scoreOf('performance'),
    accessibility: scoreOf('accessibility'),
    bestPractices: scoreOf('best-practices'),
    lost: lost.sort((a, b) => b.points - a.points).map(({ text }) => text),
  };
}

/** As people read it. */
export function scoresTable({ performance, accessibility, bestPractices, lost }: Scores): string {
  const lines = [
    `performance     ${performance.toFixed(2)}`,
    `accessibility   ${accessibility.toFixed(2)}`,
    `best practices  ${bestPractices.toFixed(2)}`,
    ...lost.map((text) => `lost: ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}
