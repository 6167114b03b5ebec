/**
 * The resolver is gone for an hour, in which nodes leave, are killed and freeze; the others talk on. When it is back,
 * newcomers find a mesh that is still one. [SM19] Nobody can join meanwhile: a first link needs the resolver.
 */
import { atMost, EVERYTHING } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const OUTAGE_MS = 60 * 60_000;
/** Of the nodes, gone by the end of the hour. */
const SHARE_GONE = 0.4;
/** A frozen tab comes back before its neighbours give it up (25 s): its links live on. */
const FREEZE_MS = 12_000;
/** Between two messages: people talk now and then for an hour, not all the time. */
const REMARK_INTERVAL_MS = 5_000;
/** Newcomers when the resolver is back, as a share of the nodes there were. */
const SHARE_NEW = 0.1;
/** Clients that look for a lost resolver come back within some seconds. */
const RESOLVER_BACK_MS = 15_000;
const MESSAGES_AFTER = 20;
/** What was said within the last seconds to a killed node's neighbour still comes over repair. */
const OUTAGE_DRAIN_MS = 40_000;

export const resolverOutage: Scenario = {
  name: 'resolver-outage',
  summary: 'resolver gone for an hour while 40 % leave, die or freeze; then newcomers',
  demands: [EVERYTHING, atMost('splitsMax', 0)],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    world.resolver.stop();
    const departures = Math.round(nodes * SHARE_GONE);
    const remarks = OUTAGE_MS / REMARK_INTERVAL_MS;
    let turn = 0;
    let splitsMax = 0;
    for (let remark = 0; remark < remarks; remark++) {
      for (; turn < Math.floor(((remark + 1) * departures) / remarks); turn++) change();
      const speaker = world.pick(true);
      if (speaker) world.say(speaker);
      world.clock.runFor(REMARK_INTERVAL_MS);
      splitsMax = Math.max(splitsMax, world.shape().splits);
    }
    world.clock.runFor(OUTAGE_DRAIN_MS);
    world.resolver.start();
    world.clock.runFor(RESOLVER_BACK_MS);
    joinStaggered(world, Math.ceil(nodes * SHARE_NEW));
    world.clock.runFor(SETTLE_MS);
    chatAround(world, MESSAGES_AFTER);
    world.clock.runFor(DRAIN_MS);
    stage.end();
    stage.note('splitsMax', splitsMax);

    /** One goes, by a wave or a crash in turn, and one freezes for a while. */
    function change(): void {
      const goer = world.pick();
      if (goer) (turn % 2 === 0 ? world.leave : world.kill)(goer);
      const dozer = world.pick();
      if (dozer) world.sleep(dozer, FREEZE_MS);
    }
  },
};
