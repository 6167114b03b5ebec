/**
 * Child processes that end with this one: every program that the scripts start goes through here, and a SIGTERM or
 * SIGINT to a script reaches the program it waits for.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program that does not end when asked gets this long. */
const KILL_AFTER_MS = 3_000;

/**
 * Runs a program to its end, with this one's input and output. Settles with its exit code; a signal counts as 128 and
 * its number, as in a shell. A script that is itself asked to end ends the program first, and then exits.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    let asked;
    const pass = (signal) => {
      asked ??= signal;
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    };
    const signals = ['SIGTERM', 'SIGINT'];
    for (const signal of signals) process.on(signal, pass);
    const finish = (code) => {
      for (const signal of signals) process.off(signal, pass);
      if (asked) process.exit(128 + numberOf[asked]);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      finish(127);
    });
    child.once('exit', (code, signal) => finish(code ?? 128 + (numberOf[signal] ?? 0)));
  });
}

const numberOf = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** npm as the one that started us, else the one on the path (a script file on Windows, hence the shell there). */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm !== undefined && existsSync(npm) && /\.c?js$/.test(npm))
    return run(process.execPath, [npm, ...args], options);
  return run('npm', args, { shell: process.platform === 'win32', ...options });
}

/** A program out of an installed package, by its file: no shell and no npm in between that could outlive us. */
export function runModule(root, file, args, options = {}) {
  return run(process.execPath, [`${root}/node_modules/${file}`, ...args], { cwd: root, ...options });
}

/** Well below the 5 s within which all of `npm start` is to be gone. */
const PARENT_CHECK_MS = 500;

/**
 * npm passes a signal on to the shell it started us with, and most shells end of it without passing it on: nobody would
 * be left to end us. So when the shell is gone, this script asks itself to end. Only under npm: a script that was put
 * into the background by hand is meant to outlive its shell.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const check = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
    else setTimeout(check, PARENT_CHECK_MS).unref();
  };
  check();
}
