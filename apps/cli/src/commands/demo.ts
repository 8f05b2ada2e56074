// SPDX-License-Identifier: Apache-2.0
// `isthmus demo`, which is what `npm start` runs: two sides on this machine, one link, one flight,
// and a console for each.

import { type ParsedArguments, readArguments, type Speed, speedOf } from '../arguments.ts';
import { createNarrator } from '../demo/narrator.ts';
import { type PreparedRun, prepareRun, readRun } from '../demo/prepare.ts';
import { conclude, introduce, invite } from '../demo/print.ts';
import { type ProcessRunOptions, runProcesses } from '../demo/run-processes.ts';
import type { RunSummary, SideSummaries } from '../demo/summary.ts';
import { commitOf } from '../repository.ts';
import { UserError } from '../user-error.ts';

const DEFAULT_SCENARIO = 'black-sea';
const FLIGHT_SCENARIO = 'falcon-flight';
/** Simulated seconds a wall second: the flight of eighteen minutes in under one. */
const WATCHABLE_SPEED = 20;

interface DemoOptions {
  readonly speed: Speed;
  readonly seed: number;
  readonly port: number;
  readonly consolePort: number | null;
  readonly keep: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function demo(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    flags: ['headless', 'json'],
    texts: ['flight', 'seed', 'speed', 'port', 'console-port', 'agreement', 'keep'],
  });
  if (parsed.positionals.length > 1) {
    throw new UserError(`one scenario at a time, not ${parsed.positionals.join(' and ')}`);
  }
  const flight = parsed.text('flight');
  const agreement = parsed.text('agreement');
  const options = optionsOf(parsed);
  const documents = await readRun({
    scenario: parsed.positionals[0] ?? (flight === undefined ? DEFAULT_SCENARIO : FLIGHT_SCENARIO),
    ...(flight === undefined ? {} : { flight }),
    ...(agreement === undefined ? {} : { agreement }),
  });
  const began = performance.now();
  const run = prepareRun(documents, options.seed);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const sides = await runProcesses(run, {
    ...tellers(run, options, began),
    speed: options.speed,
    port: options.port,
    consolePort: options.consolePort,
    keep: options.keep,
    signal: abort.signal,
  });
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  if (abort.signal.aborted) {
    const left = options.keep === null ? 'nothing is left behind' : `${options.keep} is left`;
    process.stderr.write(`Ended on request; both sides have stopped and ${left}.\n`);
  }
  if (sides === null) return 130;
  return Object.values(sides).includes(null) ? 1 : 0;
}

function optionsOf(parsed: ParsedArguments): DemoOptions {
  const quiet = parsed.flag('headless');
  if (quiet && parsed.text('console-port') !== undefined) {
    throw new UserError('--headless has no consoles, so --console-port means nothing with it');
  }
  const port = { fallback: 0, minimum: 0, maximum: 65_535 };
  const consolePort = parsed.integer('console-port', { ...port, maximum: 65_534 });
  return {
    speed: speedOf(parsed.text('speed'), WATCHABLE_SPEED),
    seed: parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 2 ** 31 - 1 }),
    port: parsed.integer('port', port),
    consolePort: quiet ? null : consolePort,
    keep: parsed.text('keep') ?? null,
    json: parsed.flag('json'),
    quiet,
  };
}

/** What is told while it runs; with --json everything but the last line goes to standard error. */
function tellers(
  run: PreparedRun,
  options: DemoOptions,
  began: number,
): Omit<ProcessRunOptions, 'speed' | 'port' | 'consolePort' | 'keep' | 'signal'> {
  const { json, quiet } = options;
  const out = json ? process.stderr : process.stdout;
  const narrate = createNarrator({
    liftoff: run.truth.liftoff,
    sides: run.sides.map((side) => side.name),
    out,
  });
  if (!quiet) introduce(run, options.speed, out);
  return {
    onConsoles: (consoles) => {
      if (!quiet) invite(consoles, out);
    },
    onNote: (side, note) => {
      if (!quiet) narrate(side, note);
    },
    onFault: (side, text) => process.stderr.write(`${side}: ${text}\n`),
    onTick: (second, of) => {
      if (quiet && process.stderr.isTTY && (second % 20 === 0 || second === of)) {
        process.stderr.write(`\r${second} of ${of} s${second === of ? '\n' : ''}`);
      }
    },
    onEnded: (side, why, isOtherThere) => {
      const other = isOtherThere ? ' The other side goes on.' : '';
      process.stderr.write(`${side.toUpperCase()} HAS ENDED (${why}).${other}\n`);
    },
    onFlown: (sides: SideSummaries) => {
      const summary: RunSummary = {
        scenario: run.name,
        seed: options.seed,
        commit: commitOf(),
        wallS: Math.round(performance.now() - began) / 1000,
        sides,
      };
      if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      else conclude(run, summary, out);
      if (!quiet && Object.values(sides).some((side) => side !== null)) {
        out.write('\nThe flight is over. Both pictures stay until you press Ctrl-C.\n');
      }
    },
  };
}
