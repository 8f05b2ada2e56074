// SPDX-License-Identifier: Apache-2.0
// The reader of inputs with known answers: a small folder is read whole, and each way it can be wrong
// is told with file, line and what was expected.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder, readBound, readScene, readTrajectory } from '../../bench/tracking/data.ts';

const ORACLE = fileURLToPath(new URL('../../../shared/oracles/tracking', import.meta.url));

const META = {
  constants: {
    mu: 398600441800000,
    re: 6378137,
    j2: 0.00108262668,
    omega: 7.292115e-5,
    flattening: 0.0033528106647474805,
  },
  a_other: {
    truth: 'a_other_truth.csv',
    meas: 'a_other_meas.csv',
    prior: 'a_other_prior.csv',
    runs: 2,
    site: { lat_deg: 90, lon_deg: -180, height_m: 5 },
    sigma: { range_m: 10, az_deg: 0.1, el_deg: 0.2 },
    prior_sigma: { pos_m: 1000, vel_mps: 100 },
    first_t: 3,
    last_t: 4,
  },
  c_second: {
    truth: 'a_other_truth.csv',
    meas: 'c_meas.csv',
    prior: 'c_prior.csv',
    runs: 2,
    site: { lat_deg: 0, lon_deg: 0, height_m: 5 },
    sigma: { range_m: 10, az_deg: 0.1, el_deg: 0.2 },
    prior_sigma: { pos_m: 1000, vel_mps: 100 },
    first_t: 3,
    last_t: 4,
  },
  b_scene: {
    truth: 'b_truth.csv',
    meas: 'b_meas.csv',
    targets: 2,
    scans: 3,
    period_s: 4,
    pd: 0.8,
    clutter_per_scan: 1,
    clutter_half_width_m: 1000,
    clutter_density_per_m2: 2.5e-7,
    sigma_m: 50,
    accel_psd_m2s3: 0.5,
  },
};

const STATE = 'x_m,y_m,z_m,vx_mps,vy_mps,vz_mps';
const FILES: Record<string, string> = {
  'meta.json': JSON.stringify(META, null, 1),
  'a_other_truth.csv': `t_s,${STATE}\n2,1,2,3,4,5,6\n3,2,3,4,5,6,7\n4,3,4,5,6,7,8\n5,4,5,6,7,8,9\n`,
  'a_other_prior.csv': `run,t_s,${STATE}\n7,3,1,1,1,1,1,1\n9,3,2,2,2,2,2,2\n`,
  // Runs are not in order, nor are seconds.
  'a_other_meas.csv':
    'run,t_s,range_m,az_deg,el_deg\n9,4,400,180,30\n9,3,300,0,30\n7,3,100,90,45\n7,4,200,359.9,3\n',
  'pcrlb_a_other.csv': 't_s,pos_m,vel_mps\n3,10,1\n4,9,0.5\n',
  'b_truth.csv': 'scan,id,x_m,y_m,vx_mps,vy_mps\n0,5,1,2,3,4\n0,6,5,6,7,8\n2,5,9,8,7,6\n',
  'b_meas.csv': 'scan,x_m,y_m,src\n0,10,20,5\n2,30,40,-1\n',
};

let path = '';

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'isthmus-data-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(path, name), text);
});

afterEach(async () => {
  await rm(path, { recursive: true, force: true });
});

/** Replaces text in a file of the folder. */
async function spoil(name: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(path, name), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(path, name), text.replace(from, to));
}

test('a trajectory is read with its runs in the order of the priors, angles in radians', async () => {
  const folder = await openDataFolder(path);
  const [about] = folder.trajectories;
  if (about === undefined) throw new Error('no trajectory');
  expect(about).toMatchObject({ name: 'a_other', firstS: 3, lastS: 4 });
  expect(about.site.latitudeRad).toBeCloseTo(Math.PI / 2, 15);
  expect(about.sigma.elevationRad).toBeCloseTo((0.2 * Math.PI) / 180, 15);
  const data = await readTrajectory(folder, about);
  expect(data).toMatchObject({ seconds: 2, runs: [7, 9] });
  expect([...data.rangeM]).toEqual([100, 300, 200, 400]);
  expect(data.azimuthRad[0]).toBeCloseTo(Math.PI / 2, 15);
  expect(data.azimuthRad[3]).toBeCloseTo(Math.PI, 15);
  expect([...data.truth]).toEqual([2, 3, 4, 5, 6, 7, 3, 4, 5, 6, 7, 8]);
  expect([...data.priors]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  const bound = await readBound(folder, 'a_other', { firstS: 4, seconds: 1 });
  expect([...(bound?.positionM ?? [])]).toEqual([9]);
  expect(await readBound(folder, 'c_second', { firstS: 4, seconds: 1 })).toBeNull();
});

test('a second radar is paired with the first one on the same trajectory', async () => {
  const folder = await openDataFolder(path);
  expect(folder.pairs.map(({ first, second }) => [first.name, second.name])).toEqual([
    ['a_other', 'c_second'],
  ]);
});

test('a scene is read scan by scan, and a scan may be empty', async () => {
  const folder = await openDataFolder(path);
  const [about] = folder.scenes;
  if (about === undefined) throw new Error('no scene');
  const scene = await readScene(folder, about);
  expect(scene.truth.map((one) => [...one.ids])).toEqual([[5, 6], [], [5]]);
  expect([...(scene.truth[0]?.states ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(scene.plots.map((one) => [...one.source])).toEqual([[5], [], [-1]]);
  expect(scene.plots[2]?.yM[0]).toBe(40);
});

test.for([
  [
    'meta.json',
    '"j2": 0.00108262668',
    '"j2": 0.00108',
    /meta\.json:5: constants\.j2: expected 0\.00108262668/,
  ],
  [
    'meta.json',
    '"runs": 2',
    '"runs": "two"',
    /meta\.json:13: a_other\.runs: expected a number, found "two"/,
  ],
  [
    'meta.json',
    '"range_m": 10',
    '"range_m": 0',
    /meta\.json:20: a_other\.sigma\.range_m: expected a number above 0/,
  ],
  [
    'meta.json',
    '"last_t": 4',
    '"last_t": 2',
    /meta\.json:29: a_other\.last_t: expected a whole number from 3/,
  ],
  [
    'meta.json',
    '"a_other_truth.csv"',
    '"../x.csv"',
    /meta\.json:10: a_other\.truth: expected the name of a file in this folder/,
  ],
  ['meta.json', '"b_scene"', '"d_scene"', /d_scene: expected a name that begins with/],
  ['meta.json', '"site": {', '"place": {', /meta\.json:\d+: a_other(\.site)?: expected an object/],
  ['a_other_prior.csv', 'run,t_s', 'run,t', /a_other_prior\.csv:1: expected the header run,t_s/],
  ['a_other_prior.csv', '9,3,2', '7,3,2', /a_other_prior\.csv:3: expected each run once/],
  ['a_other_prior.csv', '9,3,2', '9,4,2', /a_other_prior\.csv:3: expected t_s 3/],
  ['a_other_prior.csv', '9,3,2,2,2,2,2,2\n', '', /a_other_prior\.csv:3: expected 2 runs/],
  ['a_other_meas.csv', '9,4,400,180,30', '9,4,400,180', /a_other_meas\.csv:2: expected 5 numbers/],
  [
    'a_other_meas.csv',
    '9,3,300',
    '9,3,',
    /a_other_meas\.csv:3: expected (5 numbers|a number for range_m)/,
  ],
  [
    'a_other_meas.csv',
    '359.9',
    'NaN',
    /a_other_meas\.csv:5: expected a number for az_deg, found "NaN"/,
  ],
  [
    'a_other_meas.csv',
    '7,3,100',
    '8,3,100',
    /a_other_meas\.csv:4: expected a run that a_other_prior/,
  ],
  [
    'a_other_meas.csv',
    '7,3,100',
    '7,5,100',
    /a_other_meas\.csv:4: expected a whole second from 3 to 4/,
  ],
  ['a_other_meas.csv', '7,4,200', '7,3,200', /a_other_meas\.csv:5: expected one look a second/],
  [
    'a_other_meas.csv',
    '7,4,200,359.9,3\n',
    '',
    /a_other_meas\.csv:5: expected a look of run 7 in second 4 too, found nothing/,
  ],
  ['a_other_meas.csv', '7,4,200', '7,4,-200', /a_other_meas\.csv:5: expected a range above 0/],
  ['a_other_truth.csv', '4,3,4', '6,3,4', /a_other_truth\.csv:4: expected t_s 4/],
] as const)(
  '%s with "%s" spoilt to "%s" is told with file and line',
  async ([name, from, to, say]) => {
    await spoil(name, from, to);
    const read = async (): Promise<unknown> => {
      const folder = await openDataFolder(path);
      const [about] = folder.trajectories;
      return about === undefined ? null : readTrajectory(folder, about);
    };
    await expect(read()).rejects.toThrow(say);
  },
);

test('a scan that meta.json does not count, and a target without a whole number, are told', async () => {
  await spoil('b_meas.csv', '2,30', '3,30');
  const folder = await openDataFolder(path);
  const [about] = folder.scenes;
  if (about === undefined) throw new Error('no scene');
  await expect(readScene(folder, about)).rejects.toThrow(
    /b_meas\.csv:3: expected a scan from 0 to 2/,
  );
  await spoil('b_meas.csv', '3,30,40,-1', '2,30,40,0.5');
  await expect(readScene(folder, about)).rejects.toThrow(
    /b_meas\.csv:3: expected a whole number for src/,
  );
});

test('a folder that is not there is told, with the option that names one', async () => {
  await expect(openDataFolder(join(path, 'none'))).rejects.toThrow(
    /none: there is no such folder \(--data/,
  );
});

test.skipIf(!existsSync(ORACLE))('the whole of the shared inputs is read', async () => {
  const folder = await openDataFolder(ORACLE);
  for (const about of folder.trajectories) {
    const data = await readTrajectory(folder, about);
    expect(data.rangeM).toHaveLength(data.seconds * about.runs);
  }
  for (const about of folder.scenes) {
    const scene = await readScene(folder, about);
    expect(scene.truth[0]?.ids).toHaveLength(about.targets);
    expect(scene.plots).toHaveLength(about.scans);
  }
  expect(folder.pairs.length).toBeGreaterThan(0);
});
