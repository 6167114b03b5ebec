import { describe, expect, it } from 'vitest';
import { simulate, type CommandHost } from './command.ts';
import { scenarios } from './scenarios/index.ts';
import { EVERYTHING } from './scenarios/demand.ts';
import { joinStaggered, type Scenario } from './scenarios/scenario.ts';

function host() {
  const printed: string[] = [];
  const complaints: string[] = [];
  const commandHost: CommandHost = {
    wallNowMs: () => 0,
    cpuNowMs: () => 0,
    peakRssBytes: () => 1,
    print: (text) => printed.push(text),
    complain: (text) => complaints.push(text),
  };
  return { printed, complaints, commandHost };
}

/** A plot that leaves the mesh in two parts, and one message short. */
const cutForEver: Scenario = {
  name: 'cut-for-ever',
  summary: 'never healed',
  demands: [EVERYTHING],
  play(world, nodes) {
    joinStaggered(world, nodes);
    world.partition((hostIndex) => hostIndex % 2);
    world.clock.runFor(60_000);
    world.say(world.residents[0]!);
    world.clock.runFor(5_000);
  },
};

const quickChat: Scenario = {
  name: 'quick-chat',
  summary: 'a short one',
  demands: [EVERYTHING],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(10_000);
    stage.begin();
    world.say(world.residents[0]!);
    world.clock.runFor(5_000);
    stage.end();
  },
};

describe('the command', () => {
  it.each([
    [['--nodes', '1'], '--nodes is a whole number from 2'],
    [['--nodes', '99999'], '--nodes is a whole number from 2'],
    [['--nodes', '1e3'], '--nodes is a whole number from 2'],
    [['--seed', '-1'], '--seed'],
    [['--seed', '4294967296'], '--seed is a whole number'],
    [['--seeds', '0'], '--seeds is a whole number'],
    [['--scenario', 'nonsense'], '--scenario is one of steady-chat, one-speaker, everyone-speaks, join-storm,'],
    [['--listed', 'all'], '--listed is a whole number'],
    [['--dial-loss', '0.95'], '--dial-loss is a share from 0 to 0.9'],
    [['--latency', '49'], '--latency is a median'],
    [['--latency', '49,0.5,1'], '--latency is a median'],
    [['--latency', '49,3'], '--latency is a median'],
    [['--proof', 'none'], '--proof is memory or real'],
    [['--nonsense'], '--nonsense'],
    [['stray'], 'stray'],
  ])('[SM12] answers %j with one line and exit code 2', (argv, expected) => {
    const { printed, complaints, commandHost } = host();
    expect(simulate(argv, scenarios, commandHost)).toBe(2);
    expect(printed).toEqual([]);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(expected);
    expect(complaints[0]!.trimEnd()).not.toContain('\n');
  });

  it('[SM12] says how to repeat a run that broke a promise, and ends with exit code 1', () => {
    const { printed, complaints, commandHost } = host();
    const argv = ['--nodes', '12', '--seed', '3', '--scenario', 'cut-for-ever', '--json'];
    expect(simulate(argv, [cutForEver], commandHost)).toBe(1);
    expect(complaints.join('')).toContain('the mesh fell into 2 parts');
    expect(complaints.join('')).toContain('6 of 12 deliveries did not happen');
    expect(complaints.at(-1)).toBe('sim: repeat with: npm run sim -- --nodes 12 --seed 3 --scenario cut-for-ever\n');
    const report = JSON.parse(printed.join('')) as { degrees: number[] };
    const degreeMin = report.degrees.findIndex((nodes) => nodes > 0);
    expect(report).toMatchObject({ splits: 1, expected: 12, delivered: 6, degreeMin });
  });

  it('[SM12] says how to repeat a run that did not come to its end, and plays the next', () => {
    const { printed, complaints, commandHost } = host();
    const breaks = {
      ...quickChat,
      name: 'breaks',
      play() {
        throw new Error('a node found itself in two places');
      },
    };
    expect(simulate(['--nodes', '8', '--scenario', 'all', '--json'], [breaks, quickChat], commandHost)).toBe(1);
    expect(complaints[0]).toContain('sim: Error: a node found itself in two places');
    expect(complaints[1]).toBe('sim: repeat with: npm run sim -- --nodes 8 --seed 1 --scenario breaks\n');
    expect(JSON.parse(printed.join(''))).toMatchObject({ runs: [{ scenario: 'quick-chat', delivered: 8 }] });
    expect(simulate(['--nodes', '8', '--scenario', 'breaks'], [breaks], commandHost)).toBe(1);
    expect(printed).toHaveLength(1);
  });

  it('prints one JSON object for one run, with every figure in it', () => {
    const { printed, complaints, commandHost } = host();
    expect(simulate(['--nodes', '8', '--scenario', 'quick-chat', '--json'], [quickChat], commandHost)).toBe(0);
    expect(complaints).toEqual([]);
    const report = JSON.parse(printed.join('')) as Record<string, unknown>;
    expect(report).toMatchObject({ scenario: 'quick-chat', nodes: 8, seed: 1, expected: 8, delivered: 8 });
    expect(report).toMatchObject({ reach: 1, figures: {}, promises: [{ figure: 'reach', value: 1, kept: true }] });
    // Nodes by their number of neighbours.
    const degrees = report['degrees'] as number[];
    const ends = degrees.reduce((sum, nodes, degree) => sum + nodes * degree, 0);
    expect(degrees.reduce((sum, nodes) => sum + nodes)).toBe(8);
    expect(report).toMatchObject({ degreeMin: degrees.findIndex((nodes) => nodes > 0), degreeMax: degrees.length - 1 });
    expect(report['degreeMean']).toBeCloseTo(ends / 8, 3);
    expect(report['digest']).toMatch(/^[0-9a-f]{16}$/);
    const figures =
      'duplicates splits rmr lastHop latencyMsP50 latencyMsP95 latencyMsP99 degreeMin degreeMean degreeMax timersLeft';
    const cost = ['framesPerNode', 'bytesPerNode', 'payloadFrames', 'framesPerDelivery', 'payloadFramesPerDelivery'];
    for (const name of [...figures.split(' '), 'wallMs', 'cpuMs', 'peakRssBytes', ...cost])
      expect(report[name]).toBeTypeOf('number');
  });

  it('prints several runs with their summary, and a table for people', () => {
    const json = host();
    expect(
      simulate(['--nodes', '8', '--seeds', '3', '--scenario', 'all', '--json'], [quickChat], json.commandHost),
    ).toBe(0);
    const answer = JSON.parse(json.printed.join('')) as { runs: { seed: number }[]; summary: unknown };
    expect(answer.runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(answer.summary).toMatchObject({ runs: 3, expected: 24, delivered: 24, duplicates: 0, runsSplit: 0 });
    const people = host();
    expect(simulate(['--nodes', '8', '--scenario', 'quick-chat'], [quickChat], people.commandHost)).toBe(0);
    expect(people.printed.join('')).toMatch(/^ +scenario +nodes .*\n *quick-chat +8 +1 +8\/8 /);
  });
});
