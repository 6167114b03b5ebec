/** The mesh as a graph: components and degrees, from what the nodes say of their neighbours. Pure. */

export interface GraphShape {
  /** Components beyond the first. */
  readonly splits: number;
  readonly degreeMin: number;
  readonly degreeMean: number;
  readonly degreeMax: number;
  /** How many nodes have 0, 1, 2 … neighbours. */
  readonly degrees: readonly number[];
  /** Links that only one of the two ends knows. */
  readonly oneSided: number;
}

/**
 * `neighboursOf` by node ID, living nodes only; neighbours that are not among its keys are dead and do not count.
 * A link counts when both ends know it.
 */
export function shapeOf(neighboursOf: ReadonlyMap<string, readonly string[]>): GraphShape {
  const links = new Map<string, string[]>();
  let oneSided = 0;
  for (const [id, neighbours] of neighboursOf) {
    const mutual: string[] = [];
    for (const neighbour of neighbours) {
      const back = neighboursOf.get(neighbour);
      if (back === undefined) continue;
      if (back.includes(id)) mutual.push(neighbour);
      else oneSided++;
    }
    links.set(id, mutual);
  }
  const seen = new Set<string>();
  let components = 0;
  for (const start of links.keys()) {
    if (seen.has(start)) continue;
    components++;
    seen.add(start);
    const frontier = [start];
    for (let id = frontier.pop(); id !== undefined; id = frontier.pop()) {
      for (const next of links.get(id)!) {
        if (seen.has(next)) continue;
        seen.add(next);
        frontier.push(next);
      }
    }
  }
  const degrees = [...links.values()].map((neighbours) => neighbours.length);
  const distribution: number[] = new Array<number>(degrees.reduce((a, b) => Math.max(a, b), 0) + 1).fill(0);
  for (const degree of degrees) distribution[degree]!++;
  const sum = degrees.reduce((total, degree) => total + degree, 0);
  return {
    splits: Math.max(0, components - 1),
    degreeMin: degrees.length === 0 ? 0 : degrees.reduce((a, b) => Math.min(a, b)),
    degreeMean: degrees.length === 0 ? 0 : sum / degrees.length,
    degreeMax: distribution.length - 1,
    degrees: distribution,
    oneSided,
  };
}
