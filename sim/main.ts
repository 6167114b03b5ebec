/** Entry of `npm run sim -- --nodes N --seed S --scenario NAME [--json]`: see command.ts. */
import { simulate } from './command.ts';
import { scenarios } from './scenarios/index.ts';

process.exitCode = simulate(process.argv.slice(2), scenarios, {
  wallNowMs: () => performance.now(),
  cpuNowMs: () => (process.cpuUsage().user + process.cpuUsage().system) / 1000,
  peakRssBytes: () => process.resourceUsage().maxRSS * 1024,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
