// SPDX-License-Identifier: Apache-2.0
// `isthmus simulate` and then `isthmus track`, as a user types them one after the other.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSeconds } from '@isthmus/earth';
import type { FeedTick } from '@isthmus/picture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import type { TrackLine } from '../../apps/cli/src/track/run-tracker.ts';
import type { TrackScore } from '../../apps/cli/src/track/score-tracks.ts';
import { Program } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const at = (name: string): string => join(folder, name);
const PLOTS = at('run/west-plots.ndjson');
/** Without what the sensors say of themselves: its second line is a plot. */
const PLOTS_ALONE = at('plots-alone.ndjson');
const SENSORS = at('run/west-sensors.yaml');
const TRACKS = at('tracks/west.ndjson');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Ended> {
  const program = new Program(args);
  try {
    return { code: await program.closed, out: program.out, err: program.err };
  } finally {
    program.end();
  }
}

/** A file like `file` with something in its text replaced. */
function spoilt(file: string, from: string | RegExp, to: string): string {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing of ${file} is like ${String(from)}`);
  const name = at(`spoilt${readdirSync(folder).length}`);
  writeFileSync(name, changed);
  return name;
}

/** Lines of the feed that are plots, with their line feeds. */
function plotLines(): string[] {
  const lines = readFileSync(PLOTS, 'utf8').split(/(?<=\n)/);
  return lines.filter((line) => !line.includes('"kind":"state"'));
}

let tracked: Ended = { code: null, out: '', err: '' };

beforeAll(async () => {
  const simulated = await run('simulate', 'black-sea', '--seed', '3', '--out', at('run'));
  if (simulated.code !== 0) throw new Error(simulated.err);
  writeFileSync(PLOTS_ALONE, plotLines().join(''));
  const truth = ['--truth', at('run/truth.csv'), '--json'];
  tracked = await run('track', PLOTS, '--sensors', SENSORS, '--out', TRACKS, ...truth);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function linesOf(file: string): TrackLine[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as TrackLine);
}

test('what simulate wrote is tracked: a line for each object and second, and nothing beside the file', () => {
  expect([tracked.code, tracked.err]).toEqual([0, '']);
  const lines = linesOf(TRACKS);
  const report = JSON.parse(tracked.out) as Record<string, unknown>;
  expect(report).toMatchObject({ out: TRACKS, lines: lines.length });
  expect(report['plots']).toBe(plotLines().length);
  expect(new Set(lines.map(({ event }) => event)).size).toBe(report['events']);
  expect(new Set(lines.map(({ object, time }) => `${object} ${time}`)).size).toBe(lines.length);
  expect(new Set(lines.flatMap(({ sources }) => sources))).toEqual(new Set(['infrared', 'radar']));
  for (const line of lines) {
    expect(line.time % 1e6).toBe(0);
    expect([line.state.length, line.covariance.length]).toEqual([6, 21]);
    expect(line.sources.length).toBeGreaterThan(0);
  }
  expect(readdirSync(at('tracks'))).toEqual(['west.ndjson']);
});

test('the score says of the tracks what the truth shows: near, honest, nearly complete', () => {
  const { score } = JSON.parse(tracked.out) as { readonly score: TrackScore };
  const { payload } = score.kinds;
  // Wide, for a tracker that changes: seeds 1 to 4 gave 0.86 to 0.94, and 0.3 to 0.7.
  expect(payload?.completeness).toBeGreaterThan(0.7);
  expect(payload?.anees).toBeGreaterThan(0.1);
  expect(payload?.anees).toBeLessThan(2);
  expect(score.kinds['satellite']?.positionRmseM).toBeLessThan(1000);
  expect(score.siap.completeness).toBeCloseTo(score.all.completeness, 1);
  const { rmsM, localisationM, missedM, falseM } = score.gospa;
  expect(rmsM).toBeCloseTo(Math.hypot(localisationM, missedM, falseM), 3);
});

test('the tracks are the own picture of a node that has the same plots, to the last digit', async () => {
  const whole = prepareRun(await readRun({ scenario: 'black-sea' }), 3);
  const ticks: FeedTick[] = [];
  await runInProcess(
    { ...whole, lastTick: addSeconds(whole.firstTick, 300) },
    { onTicks: (side, list) => (side === 'west' ? ticks.push(...list) : 0) },
  );
  const last = ticks.at(-1)?.at ?? 0;
  const own = ticks.flatMap(({ own: { at: time, events } }) =>
    events.flatMap(({ id, objects }) =>
      objects.flatMap(({ id: object, phase, estimate }) =>
        estimate === null ? [] : [{ time, event: id, object, phase, state: estimate.state }],
      ),
    ),
  );
  const lines = linesOf(TRACKS).filter(({ time }) => time <= last);
  expect(own.length).toBeGreaterThan(200);
  expect(
    lines.map(({ time, event, object, phase, state }) => ({ time, event, object, phase, state })),
  ).toEqual(own);
});

test.each([
  ['a line that is no JSON', () => spoilt(PLOTS_ALONE, /\n.*\n/, '\n{\n'), ':2: not JSON'],
  [
    'a field that is wrong',
    () => spoilt(PLOTS_ALONE, /"eastRad":[^,]+/, '"eastRad":9'),
    ':2: eastRad: must be <= 1.57',
  ],
  [
    'a sensor nobody declared',
    () => spoilt(PLOTS_ALONE, '"geo-20e"', '"geo-21e"'),
    `:2: sensor: "geo-21e" is not in ${SENSORS}, which has geo-20e, `,
  ],
  [
    'an arrival that falls',
    () => spoilt(PLOTS_ALONE, /\n(.*)"arrival":\d+/, '\n$1"arrival":5'),
    ':2: arrival: must not be before 13',
  ],
  [
    'an arrival in another unit',
    () => spoilt(PLOTS_ALONE, /\n(.*)"arrival":(\d+)/, '\n$1"arrival":$2000'),
    ':2: arrival: is more than a day after 13',
  ],
  [
    'a file that is empty',
    () => spoilt(PLOTS_ALONE, /[^]*/, ''),
    ': has no plots; one plot a line',
  ],
  ['a file that is not there', () => at('none'), 'none: there is no such file'],
])('%s ends with 2, where it stands, and no file', async (_what, plots, message) => {
  const name = plots();
  const out = at('never.ndjson');
  const ended = await run('track', name, '--sensors', SENSORS, '--out', out);
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(ended.err).toContain(message);
  expect(existsSync(out) || existsSync(`${out}.partial`)).toBe(false);
});

test.each([
  [
    'a sensor with a field too many',
    () => spoilt(SENSORS, 'id: geo-20e', 'id: geo-20e\n    colour: red'),
    ':5: sensors.0.colour: is no field of this document',
  ],
  ['two of one name', () => spoilt(SENSORS, 'id: kurecik', 'id: geo-20e'), '"geo-20e" is taken'],
])('sensors: %s ends with 2, and where it stands', async (_what, sensors, message) => {
  const ended = await run('track', PLOTS, '--sensors', sensors(), '--out', at('never.ndjson'));
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(ended.err).toContain(message);
});

test('a file that is there is left as it is, and a command that lacks something says what to type', async () => {
  const before = readFileSync(TRACKS);
  const again = await run('track', PLOTS, '--sensors', SENSORS, '--out', TRACKS);
  expect(again).toMatchObject({ code: 2, out: '' });
  expect(again.err).toContain('is there already; name a file that is not');
  expect(readFileSync(TRACKS).equals(before)).toBe(true);
  const short = await run('track', PLOTS);
  expect(short).toMatchObject({ code: 2, out: '' });
  expect(short.err).toContain('usage: isthmus track PLOTS --sensors FILE --out TRACKS');
});
