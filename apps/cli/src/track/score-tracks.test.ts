// SPDX-License-Identifier: Apache-2.0
// The score against figures worked out by hand, on a truth of a few rows.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ecefFromEnu, ecefFromGeodetic, geodeticFromDegrees, instant } from '@isthmus/earth';
import type { RadarSensor } from '@isthmus/picture';
import { afterAll, expect, test } from 'vitest';
import { describeScore } from './print-score.ts';
import type { TrackLine } from './run-tracker.ts';
import { TrackScorer } from './score-tracks.ts';
import { readTruth } from './truth-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SITE = geodeticFromDegrees(0, -30, 0);
const ERRORS = { rangeM: 10, azimuthRad: 1e-3, elevationRad: 1e-3 };
const RADAR: RadarSensor = {
  kind: 'radar',
  id: 'r',
  site: SITE,
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0.05,
  elevationMaxRad: Math.PI / 2,
  rangeMaxM: 1000e3,
  revisitS: 1,
  noise: ERRORS,
  bias: ERRORS,
};
const HEADER = 'time_us,id,kind,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps,burns,t_s';

/** Earth-fixed, of a point east, north and up of the radar. */
function ecef(enu: readonly [number, number, number]): number[] {
  const offset = ecefFromEnu(SITE, enu);
  return ecefFromGeodetic(SITE).map((value, k) => value + (offset[k] as number));
}

let files = 0;
function written(...rows: readonly string[]): string {
  const file = join(folder, `truth-${files}.csv`);
  files += 1;
  writeFileSync(file, `${[HEADER, ...rows].join('\n')}\n`);
  return file;
}

function row(timeS: number, id: string, position: readonly number[]): string {
  return [timeS * 1e6, `${id}-1`, id, ...position, 0, 0, 0, 0, timeS].join(',');
}

/** An estimate `off` metres along x, one sigma 100 m and 10 m/s on each axis. */
function line(object: string, position: readonly number[], off: number): TrackLine {
  const [x = 0, y = 0, z = 0] = position;
  const diagonal = [1e4, 1e4, 1e4, 100, 100, 100];
  return {
    time: instant(1e6),
    event: 'E1',
    object,
    category: 'launch',
    phase: 'coast',
    sources: ['radar'],
    tracks: ['R1'],
    lastSeen: instant(1e6),
    state: [x + off, y, z, 0, 0, 20],
    covariance: diagonal.flatMap((value, i) => [value, ...Array<number>(5 - i).fill(0)]),
  };
}

test('one held, one missed, one track of nothing, and one out of view that asks for nothing', async () => {
  const near = ecef([100e3, 0, 300e3]);
  const far = ecef([-200e3, 0, 300e3]);
  const hidden = ecef([2000e3, 0, 300e3]);
  const nowhere = ecef([0, 300e3, 300e3]);
  const rows = [row(1, 'payload', near), row(1, 'stage', far), row(1, 'satellite', hidden)];
  const scorer = new TrackScorer(await readTruth(written(...rows)), [RADAR]);
  const lines = [line('O1', near, 300), line('O2', nowhere, 0), line('O3', hidden, 0)];
  scorer.add({ at: instant(1e6), plots: 3, lines });
  scorer.add({ at: instant(60e6), plots: 3, lines: [] });
  const { all, kinds, gospa, siap, ...rest } = scorer.score();
  // 300 m at 100 m and 20 m/s at 10 m/s: 9 + 4, of six.
  expect(kinds['payload']).toEqual({
    objectSeconds: 1,
    completeness: 1,
    positionRmseM: expect.closeTo(300, 6) as number,
    velocityRmseMps: 20,
    anees: expect.closeTo(13 / 6, 9) as number,
  });
  expect(kinds['stage']).toMatchObject({ completeness: 0, positionRmseM: null, anees: null });
  expect(Object.keys(kinds).toSorted()).toEqual(['payload', 'stage']);
  expect(all).toMatchObject({ objectSeconds: 2, completeness: 0.5 });
  // Two sets of two, one pair: half of the cut-off squared for each of the two left over.
  expect(rest).toMatchObject({ seconds: 1, ospaM: Math.sqrt((300 ** 2 + 50e3 ** 2) / 2) });
  const half = Math.sqrt(50e3 ** 2 / 2);
  expect(gospa.localisationM).toBeCloseTo(300, 6);
  expect([gospa.missedM, gospa.falseM]).toEqual([half, half]);
  expect(gospa.rmsM).toBeCloseTo(Math.hypot(300, half, half), 6);
  expect([gospa.missedCount, gospa.falseCount]).toEqual([1, 1]);
  expect(siap).toMatchObject({ completeness: 0.5, ambiguity: 1, spuriousness: 0.5 });
  const text = describeScore(scorer.score());
  expect(text).toContain('payload          100.0 % of 1 s');
  expect(text).toContain('missed 35355 (1.00 objects), false 35355 (1.00 tracks)');
});

test('a second track of an object is no track of nothing, and makes the picture ambiguous', async () => {
  const near = ecef([100e3, 0, 300e3]);
  const scorer = new TrackScorer(await readTruth(written(row(1, 'payload', near))), [RADAR]);
  const lines = [line('O1', near, 300), line('O2', near, 900)];
  scorer.add({ at: instant(1e6), plots: 2, lines });
  expect(scorer.score().siap).toMatchObject({ completeness: 1, ambiguity: 2, spuriousness: 0 });
  expect(scorer.score().gospa).toMatchObject({ missedCount: 0, falseCount: 1 });
});

test('between two rows a fall under gravity is what it was, and beyond a gap there is nothing', async () => {
  const at = (t: number): number[] => [7e6 - 4.9 * t * t, 100 * t, 0, -9.8 * t, 100, 0];
  const rows = [0, 2, 60].map((t) => `${t * 1e6},a,payload,${at(t).join(',')},1,${t}`);
  const truth = await readTruth(written(...rows));
  const [point] = truth.at(instant(500_000));
  at(0.5).forEach((value, k) => expect(point?.state[k]).toBeCloseTo(value, 6));
  expect(point?.burns).toBe(true);
  expect(truth.at(instant(2_000_000))[0]?.state).toEqual(at(2));
  expect([truth.at(instant(30e6)), truth.at(instant(61e6))]).toEqual([[], []]);
});

test.each([
  [['1,a,payload,1,2,x,4,5,6,0,0'], ':2: z_m: must be a number, not "x"'],
  [['1,a,payload,1,2'], ':2: z_m: must be a number, not ""'],
  [['2,a,b,1,1,1,1,1,1,0,0', '2,a,b,1,1,1,1,1,1,0,0'], ':3: time_us: must be after 2'],
  [[], ': has no rows'],
])('a truth of %j is refused by line and column', async (rows, message) => {
  const file = written(...rows);
  await expect(readTruth(file)).rejects.toThrow(file + message);
});

test('a truth without a column is told which, and one that is not there that it is not', async () => {
  const file = join(folder, 'old.csv');
  writeFileSync(file, 't_s,id,kind,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps\n');
  await expect(readTruth(file)).rejects.toThrow(`${file}:1: no column time_us, burns; a truth has`);
  await expect(readTruth(`${file}x`)).rejects.toThrow('there is no such file');
});
