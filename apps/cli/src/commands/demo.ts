// SPDX-License-Identifier: Apache-2.0
// `isthmus demo`, which is what `npm start` runs: two sides on this machine, one link, one flight.

import { readArguments } from '../arguments.ts';
import { createNarrator } from '../demo/narrator.ts';
import { type PreparedRun, prepareRun, readRun } from '../demo/prepare.ts';
import { runProcesses } from '../demo/run-processes.ts';
import type { RunSummary, SideSummary } from '../demo/summary.ts';
import { commitOf } from '../repository.ts';
import { UserError } from '../user-error.ts';

const DEFAULT_SCENARIO = 'black-sea';
const FLIGHT_SCENARIO = 'falcon-flight';
/** Simulated seconds a wall second: the flight of eighteen minutes in under one. */
const WATCHABLE_SPEED = 20;

export async function demo(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    flags: ['headless', 'json'],
    texts: ['flight', 'seed', 'speed', 'port', 'agreement'],
  });
  if (parsed.positionals.length > 1) {
    throw new UserError(`one scenario at a time, not ${parsed.positionals.join(' and ')}`);
  }
  const flight = parsed.text('flight');
  const agreement = parsed.text('agreement');
  const speed = speedOf(parsed.text('speed'));
  const seed = parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 2 ** 31 - 1 });
  const port = parsed.integer('port', { fallback: 0, minimum: 0, maximum: 65_535 });
  const json = parsed.flag('json');
  const quiet = parsed.flag('headless');
  const documents = await readRun({
    scenario: parsed.positionals[0] ?? (flight === undefined ? DEFAULT_SCENARIO : FLIGHT_SCENARIO),
    ...(flight === undefined ? {} : { flight }),
    ...(agreement === undefined ? {} : { agreement }),
  });
  const began = performance.now();
  const run = prepareRun(documents, seed);
  const out = json ? process.stderr : process.stdout;
  if (!quiet) introduce(run, speed, out);
  const narrate = createNarrator({
    liftoff: run.truth.liftoff,
    sides: run.sides.map((side) => side.name),
    out,
  });
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const sides = await runProcesses(run, {
    speed,
    port,
    signal: abort.signal,
    onNote: (side, note) => {
      if (!quiet) narrate(side, note);
    },
    onFault: (side, text) => process.stderr.write(`${side}: ${text}\n`),
    onTick: (second, of) => {
      if (quiet && process.stderr.isTTY && (second % 20 === 0 || second === of)) {
        process.stderr.write(`\r${second} of ${of} s${second === of ? '\n' : ''}`);
      }
    },
  });
  process.removeListener('SIGINT', stop);
  process.removeListener('SIGTERM', stop);
  if (sides === null) {
    process.stderr.write('Ended on request; both sides have stopped and nothing is left behind.\n');
    return 130;
  }
  const summary: RunSummary = {
    scenario: run.name,
    seed,
    commit: commitOf(),
    wallS: Math.round(performance.now() - began) / 1000,
    sides,
  };
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else conclude(summary, out);
  return 0;
}

function speedOf(text: string | undefined): number | 'max' {
  if (text === 'max') return 'max';
  const speed = text === undefined ? WATCHABLE_SPEED : Number(text);
  if (!(speed > 0 && speed <= 10_000)) {
    throw new UserError(
      `--speed takes a number above 0 (simulated seconds a second) or max, not "${text}"`,
    );
  }
  return speed;
}

function introduce(run: PreparedRun, speed: number | 'max', out: NodeJS.WriteStream): void {
  const sides = run.sides.map(
    (side) =>
      `  ${side.name.toUpperCase()} has ${side.sensors.map((sensor) => sensor.id).join(', ')}`,
  );
  out.write(
    `EXERCISE  ${run.scenario.title}\n${sides.join('\n')}\nTwo processes, two sets of keys, one link under agreement "${run.agreement.name}"; seed ${run.seed}, speed ${speed}. T counts seconds from lift-off.\n\n`,
  );
}

function conclude(summary: RunSummary, out: NodeJS.WriteStream): void {
  const rows: string[][] = [['', 'cue s', 'tracked s', 'confirmed s', 'useful s', 'lead time s']];
  for (const [name, side] of Object.entries(summary.sides)) {
    for (const mode of ['alone', 'linked'] as const) {
      const measures = side[mode];
      const values = [
        measures.tCue,
        measures.tTracked,
        measures.tConfirmed,
        measures.tUseful,
        measures.leadTimeS,
      ];
      rows.push([`${name} ${mode}`, ...values.map((v) => (v === null ? 'never' : v.toFixed(0)))]);
    }
  }
  out.write(
    '\nWhat each side knew, in seconds from lift-off (useful: from then on the impact region stays within 10,000 km²):\n',
  );
  for (const row of rows) {
    out.write(
      `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(12))).join('')}\n`,
    );
  }
  for (const [name, side] of Object.entries(summary.sides)) out.write(`  ${crossed(name, side)}\n`);
}

function crossed(name: string, side: SideSummary): string {
  const { out: sent, in: held } = side.ledgers;
  const proved =
    sent.verified && held.verified ? 'both ledgers verify' : 'A LEDGER DOES NOT VERIFY';
  return `${name} released ${side.released}, withheld ${side.withheld}, received ${side.received}, refused ${side.refused}; ${proved} (${sent.entries} out, ${held.entries} in).`;
}
