/** What a scenario is: a plot for a world, in named virtual durations. Knows nodes and faults, no core and no ports. */
import type { Newcomer, World } from '../world.ts';
import type { Demand } from './demand.ts';

export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly summary: string;
  /** What its figures must reach. */
  readonly demands: readonly Demand[];
  /** Plays the plot and ends when everything should have arrived. */
  play(world: World, nodes: number, stage: Stage): void;
}

/** Where a plot says what of it is to be measured. */
export interface Stage {
  /** From here to `end` the cost of talking is measured. */
  begin(): void;
  end(): void;
  /** A figure of this scenario alone; undefined when what it waits for never came. */
  note(figure: string, value: number | undefined): void;
}

/** Between two joins when they are staggered: a class opening one link. */
const JOIN_INTERVAL_MS = 100;
/** More nodes than fit in at that pace come faster: a stadium opening one link. */
const MAX_JOINING_MS = 100_000;
/** From the last join until the mesh is expected to have its final shape. */
export const SETTLE_MS = 30_000;
/** Between two messages: five a second over the whole mesh. */
export const MESSAGE_INTERVAL_MS = 200;
/** From the last message until everything has arrived when nothing fails. */
export const DRAIN_MS = 10_000;

/** `count` nodes join one after the other; `newcomer` tells of each what makes it another than most. */
export function joinStaggered(world: World, count: number, newcomer?: (place: number) => Newcomer): void {
  const intervalMs = Math.min(JOIN_INTERVAL_MS, MAX_JOINING_MS / count);
  for (let place = 0; place < count; place++) {
    world.join(newcomer?.(place));
    world.clock.runFor(intervalMs);
  }
}

/** `count` messages, each of a random node that has a neighbour: somebody who is alone knows that nobody hears. */
export function chatAround(world: World, count: number): void {
  for (let i = 0; i < count; i++) {
    const speaker = world.pick(true);
    if (speaker) world.say(speaker);
    world.clock.runFor(MESSAGE_INTERVAL_MS);
  }
}

/** As chatAround, for a time. */
export function chatFor(world: World, durationMs: number): void {
  chatAround(world, durationMs / MESSAGE_INTERVAL_MS);
}
