#!/usr/bin/env node
/**
 * mtrace2d: arguments, configuration, signals, readiness.
 *     mtrace2d run -c FILE      SIGHUP reloads, keeping the old configuration when the new one is wrong; SIGTERM ends, a
 *                               second one at once
 *     mtrace2d check -c FILE    exit 0, or 2 with every error as FILE:LINE:COL
 */
import { createRequire } from 'node:module';
import { readCommandLine } from './command-line.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { Daemon } from './daemon/daemon.ts';
import { loadDgramExtended } from './dgram-extended/index.ts';
import { formatProblem } from './document/problem.ts';
import { createLog, type Logger } from './log/log.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
/** On SIGTERM, traces that wait for a router may finish; no longer than a supervisor waits. */
const STOP_PATIENCE_MS = 3000;

const HELP = `Usage: mtrace2d [run|check] -c FILE

Answers Mtrace2 (RFC 8487) on behalf of multicast routers.

Commands:
  run    run the daemon in the foreground (the default)
  check  check the configuration: exit 0, or 2 with every error

Options:
  -c, --config FILE  configuration (YAML)
      --version      print the version
  -h, --help         print this`;

type Arguments =
  | { readonly kind: 'run' | 'check'; readonly file: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

function main(): void {
  const given = parseArguments(process.argv.slice(2));
  if (given.kind === 'text') return console.log(given.text);
  if (given.kind === 'error') {
    console.error(`mtrace2d: ${given.message}\nTry: mtrace2d --help`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const loaded = loadConfig(given.file);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) console.error(formatProblem(given.file, problem));
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (given.kind === 'check') {
    for (const warning of loaded.warnings) console.error(`${formatProblem(given.file, warning)} (warning)`);
    console.log(`${given.file}: good`);
    return;
  }
  const log = createLog(loaded.config.log);
  for (const warning of loaded.warnings) log.warn(formatProblem(given.file, warning));
  run(given.file, loaded.config, log);
}

function run(file: string, config: Config, log: Logger): void {
  const daemon = new Daemon(log);
  try {
    daemon.takeOver(config);
  } catch (error) {
    log.fatal(`cannot start: ${(error as Error).message}`);
    process.exitCode = EXIT_FAILURE;
    return;
  }
  notify(log, 'READY=1');

  const haste = new AbortController();
  let isStopping = false;
  process.on('SIGHUP', () => {
    if (isStopping) return;
    // sd_notify(3): a reload is announced with the time of its beginning on CLOCK_MONOTONIC, in microseconds.
    notify(log, `RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
    reload(daemon, file, log);
    notify(log, 'READY=1');
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return haste.abort();
      isStopping = true;
      notify(log, 'STOPPING=1');
      log.info({ signal }, 'stopping');
      daemon.stop(STOP_PATIENCE_MS, haste.signal).then(
        () => process.exit(0),
        (error: Error) => {
          log.fatal(`cannot stop in order: ${error.message}`);
          process.exit(EXIT_FAILURE);
        },
      );
    });
  }
}

function reload(daemon: Daemon, file: string, log: Logger): void {
  const loaded = loadConfig(file);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) log.error(formatProblem(file, problem));
    log.error('the new configuration is wrong: the old one stays');
    return;
  }
  try {
    for (const warning of loaded.warnings) log.warn(formatProblem(file, warning));
    daemon.takeOver(loaded.config);
    log.level = loaded.config.log.level;
  } catch (error) {
    log.error(`the old configuration stays: ${(error as Error).message}`);
  }
}

/** Tells the service manager, when there is one. */
function notify(log: Logger, message: string): void {
  const path = process.env.NOTIFY_SOCKET;
  if (path === undefined) return;
  try {
    loadDgramExtended().notify(path, message);
  } catch (error) {
    log.warn(`cannot tell the service manager: ${(error as Error).message}`);
  }
}

function parseArguments(args: readonly string[]): Arguments {
  const { version } = createRequire(import.meta.url)('mtrace2d/package.json') as { version: string };
  const line = readCommandLine(args, {
    config: { type: 'string', short: 'c' },
    version: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (typeof line === 'string') return { kind: 'error', message: line };
  const { values, words } = line;
  if (values.help) return { kind: 'text', text: HELP };
  if (values.version) return { kind: 'text', text: version };
  const [kind = 'run', ...others] = words;
  if (kind !== 'run' && kind !== 'check')
    return { kind: 'error', message: `${kind}: not a command; there are run and check` };
  if (others[0] !== undefined) return { kind: 'error', message: `${others[0]}: one word too many after ${kind}` };
  if (values.config === undefined) return { kind: 'error', message: 'which configuration? Give -c FILE' };
  return { kind, file: values.config };
}

main();
