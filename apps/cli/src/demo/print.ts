// SPDX-License-Identifier: Apache-2.0
// What the demonstration prints before the flight and after it.

import type { Speed } from '../arguments.ts';
import type { PreparedRun } from './prepare.ts';
import type { ConsolePlace } from './run-processes.ts';
import type { RunSummary, SideSummary } from './summary.ts';

export function introduce(run: PreparedRun, speed: Speed, out: NodeJS.WriteStream): void {
  const sides = run.sides.map(
    (side) =>
      `  ${side.name.toUpperCase()} has ${side.sensors.map((sensor) => sensor.id).join(', ')}`,
  );
  out.write(
    `EXERCISE  ${run.scenario.title}\n${sides.join('\n')}\nTwo processes, two sets of keys, one link under agreement "${run.agreement.name}"; seed ${run.seed}, speed ${speed}. T counts seconds from ${run.truth.launches.length === 0 ? 'the start: nothing is launched' : 'lift-off'}.\n\n`,
  );
}

/** What a run came to, and what crossed. */
export function conclude(run: PreparedRun, summary: RunSummary, out: NodeJS.WriteStream): void {
  if (run.truth.launches.length === 0) tellQuiet(summary, out);
  else tellMeasures(summary, out);
  for (const [name, side] of Object.entries(summary.sides)) {
    out.write(
      `  ${side === null ? `${name} ended before the flight did: no figures of it.` : crossed(name, side)}\n`,
    );
  }
}

/** What a quiet run comes to: how often each side warned of nothing. */
function tellQuiet(summary: RunSummary, out: NodeJS.WriteStream): void {
  out.write('\nNothing was launched.\n');
  for (const [name, side] of Object.entries(summary.sides)) {
    if (side === null) continue;
    const { alone, linked } = side;
    out.write(
      `  ${name} warned ${alone.falseWarnings} times alone, ${linked.falseWarnings} times linked.\n`,
    );
  }
}

function tellMeasures(summary: RunSummary, out: NodeJS.WriteStream): void {
  const rows: string[][] = [['', 'cue s', 'tracked s', 'confirmed s', 'useful s', 'lead time s']];
  for (const [name, side] of Object.entries(summary.sides)) {
    if (side === null) continue;
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
}

/** Where the consoles are, and which processes serve them: one may be ended to see what the other does. */
export function invite(consoles: readonly ConsolePlace[], out: NodeJS.WriteStream): void {
  for (const { side, url, pid } of consoles) {
    out.write(`Console of ${side.toUpperCase()}: ${url} (process ${pid})\n`);
  }
  out.write('\n');
}

function crossed(name: string, side: SideSummary): string {
  const { out: sent, in: held } = side.ledgers;
  const proved =
    sent.verified && held.verified ? 'both ledgers verify' : 'A LEDGER DOES NOT VERIFY';
  return `${name} released ${side.released}, withheld ${side.withheld}, received ${side.received}, refused ${side.refused}; ${proved} (${sent.entries} out, ${held.entries} in).`;
}
