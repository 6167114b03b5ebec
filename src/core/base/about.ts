/**
 * About so long: what was flooded is heard by all at about the same time, and all that then act after the same wait keep
 * every processor and line busy at once, and idle in between.
 */

/** From a half to one and a half times `ms`, as `fraction` goes from 0 to 1. */
export function about(ms: number, fraction: number): number {
  return ms * (0.5 + fraction);
}
