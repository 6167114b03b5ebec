/** What became of the promises of a scenario in one run. Pure. [SM17] */
import type { Judgement, RunFigures } from './report.ts';
import { isMet, type Demand } from './scenarios/demand.ts';

/** The demands that apply to a mesh of this size. A figure that nobody measured is a promise broken, not one kept. */
export function judge(demands: readonly Demand[], run: RunFigures): Judgement[] {
  return demands
    .filter(({ fromNodes, toNodes }) => fromNodes <= run.nodes && run.nodes <= toNodes)
    .map((demand) => {
      const common = (run as unknown as Record<string, unknown>)[demand.figure];
      const value = typeof common === 'number' ? common : (run.figures[demand.figure] ?? null);
      const { figure, relation, bound } = demand;
      return { figure, relation, bound, value, kept: isMet(demand, value) };
    });
}
