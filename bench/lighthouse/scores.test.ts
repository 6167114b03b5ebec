import { describe, expect, it } from 'vitest';
import { scoresOf, scoresTable, type AuditReport } from './scores.ts';

const report: AuditReport = {
  categories: {
    performance: {
      score: 0.9,
      auditRefs: [
        { id: 'lcp', weight: 25 },
        { id: 'fcp', weight: 10 },
        { id: 'cls', weight: 25 },
        { id: 'hint', weight: 0 },
      ],
    },
    accessibility: { score: 1, auditRefs: [{ id: 'manual', weight: 1 }] },
    'best-practices': { score: 0.96, auditRefs: [{ id: 'errors', weight: 1 }] },
  },
  audits: {
    lcp: { title: 'Largest Contentful Paint', score: 0.6, displayValue: '2.9 s' },
    fcp: { title: 'First Contentful Paint', score: 0.5, displayValue: '2.0 s' },
    cls: { title: 'Cumulative Layout Shift', score: 0.98 },
    hint: { title: 'A hint', score: 0 },
    manual: { title: 'To be looked at by a person', score: null },
    errors: { title: 'Browser errors were logged', score: 0 },
  },
};

describe('the scores of an audit', () => {
  it('come with what was lost, the dearest first, and without what nobody judged', () => {
    expect(scoresOf(report)).toEqual({
      performance: 0.9,
      accessibility: 1,
      bestPractices: 0.96,
      lost: [
        'performance/lcp: Largest Contentful Paint, 2.9 s',
        'performance/fcp: First Contentful Paint, 2.0 s',
        'best-practices/errors: Browser errors were logged',
      ],
    });
  });

  it('are zero where the audit failed altogether', () => {
    expect(scoresOf({ categories: {}, audits: {} })).toEqual({
      performance: 0,
      accessibility: 0,
      bestPractices: 0,
      lost: [],
    });
  });

  it('are shown to people line by line', () => {
    expect(scoresTable(scoresOf(report))).toMatch(
      /^performance {5}0\.90\naccessibility {3}1\.00\nbest practices {2}0\.96\nlost: /,
    );
  });
});
