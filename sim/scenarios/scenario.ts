/** What a scenario is: a plot for a world, in named virtual durations. Knows nodes and faults, no core and no ports. */
import type { World } from '../world.ts';

export interface Scenario {
  readonly name: string;
  /** One line for the list of scenarios. */
  readonly summary: string;
  /** Share of the expected deliveries that must have happened at the end. */
  readonly promisedShare: number;
  /** Plays the plot and ends when everything should have arrived. `chat` brackets the part whose cost is measured. */
  play(world: World, nodes: number, chat: ChatPhase): void;
}

export interface ChatPhase {
  begin(): void;
  end(): void;
}

/** Between two joins when they are staggered: a class opening one link. */
const JOIN_INTERVAL_MS = 100;
/** From the last join until the mesh is expected to have its final shape. */
export const SETTLE_MS = 30_000;
/** Between two messages: five a second over the whole mesh. */
export const MESSAGE_INTERVAL_MS = 200;
/** From the last message until everything has arrived when nothing fails. */
export const DRAIN_MS = 10_000;

/** `count` nodes join one after the other. */
export function joinStaggered(world: World, count: number): void {
  for (let i = 0; i < count; i++) {
    world.join();
    world.clock.runFor(JOIN_INTERVAL_MS);
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
