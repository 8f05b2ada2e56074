// SPDX-License-Identifier: Apache-2.0
// A folder of inputs with known answers, as `shared/oracles/README.md` lays it out: `meta.json` keyed
// by case, one radar's looks at one trajectory (`a_*`, and `c_*` for a second radar), surveillance
// scenes (`b_*`), bounds (`pcrlb_*`). Files hold degrees; in here there are radians, metres, seconds.
// Only the prefixes and what meta.json says are known of a case: any names, sizes and geometry do.

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  EARTH_ZONALS,
  type Geodetic,
  geodeticFromDegrees,
  radiansFromDegrees,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import { loadDocument } from '../../apps/cli/src/documents.ts';
import { UserError } from '../../apps/cli/src/user-error.ts';
import { Fields } from './fields.ts';
import { cell, readTable, type Table, wrongRow } from './table.ts';

export interface DataFolder {
  readonly path: string;
  /** Cases of one radar and one trajectory, in the order of meta.json: `a_*` and `c_*`. */
  readonly trajectories: readonly TrajectoryCase[];
  /** Surveillance scenes: `b_*`. */
  readonly scenes: readonly SceneCase[];
  /** Two radars on one trajectory: each `c_*` with the `a_*` whose truth file it shares. */
  readonly pairs: readonly TrajectoryPair[];
}

export interface TrajectoryPair {
  readonly first: TrajectoryCase;
  readonly second: TrajectoryCase;
}

/** What meta.json says of an `a_*` or `c_*` case. */
export interface TrajectoryCase {
  readonly name: string;
  readonly truthFile: string;
  readonly looksFile: string;
  readonly priorFile: string;
  readonly runs: number;
  readonly site: Geodetic;
  /** One sigma of a look, independent errors. */
  readonly sigma: {
    readonly rangeM: number;
    readonly azimuthRad: number;
    readonly elevationRad: number;
  };
  /** One sigma of each coordinate of the prior, which is given at the first look. */
  readonly priorSigma: { readonly positionM: number; readonly velocityMps: number };
  /** Whole seconds of the first and the last look; there is one each second, in every run. */
  readonly firstS: number;
  readonly lastS: number;
}

/** What meta.json says of a `b_*` case. */
export interface SceneCase {
  readonly name: string;
  readonly truthFile: string;
  readonly plotsFile: string;
  readonly targets: number;
  readonly scans: number;
  readonly periodS: number;
  readonly detectionProbability: number;
  /** Mean number of false plots in a scan, over a square of this half width about the origin. */
  readonly clutterPerScan: number;
  readonly clutterHalfWidthM: number;
  readonly clutterDensityPerM2: number;
  /** One sigma of each coordinate of a plot. */
  readonly sigmaM: number;
  /** Spectral density of the truth's white acceleration. */
  readonly accelerationDensityM2ps3: number;
}

/** The numbers of a trajectory case. `seconds` = lastS - firstS + 1; second k is firstS + k. */
export interface Trajectory {
  readonly seconds: number;
  /** The runs' names in the files, in the order of the columns below. */
  readonly runs: readonly number[];
  /** seconds x runs: the look of run r in second k is at k * runs.length + r. */
  readonly rangeM: Float64Array;
  readonly azimuthRad: Float64Array;
  readonly elevationRad: Float64Array;
  /** runs x 6: [x, y, z, vx, vy, vz], Earth-fixed, m and m/s, at firstS. */
  readonly priors: Float64Array;
  /** seconds x 6, likewise. */
  readonly truth: Float64Array;
}

/** Posterior Cramér-Rao bound on RMSE, one number a second. */
export interface Bound {
  readonly positionM: Float64Array;
  readonly velocityMps: Float64Array;
}

export interface Scene {
  /** One for each scan. */
  readonly truth: readonly SceneTruth[];
  readonly plots: readonly ScenePlots[];
}

/** Targets in one scan. */
export interface SceneTruth {
  readonly ids: Int32Array;
  /** n x 4: [x, y, vx, vy], m and m/s. */
  readonly states: Float64Array;
}

/** Plots of one scan. */
export interface ScenePlots {
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  /** Truth, for scoring only: the target's id, or -1 for clutter. */
  readonly source: Int32Array;
}

/**
 * Reads meta.json of a folder.
 *
 * @throws UserError that names file, line, field and what was expected.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await access(path).catch((cause: unknown) => {
    throw new UserError(`${path}: there is no such folder (--data DIR names one)`, { cause });
  });
  // JSON is YAML: the loader of YAML documents tells the line of a field.
  return loadDocument(join(path, 'meta.json'), (value) => folderFrom(path, new Fields(value, '')));
}

function folderFrom(path: string, meta: Fields): DataFolder {
  const trajectories: TrajectoryCase[] = [];
  const scenes: SceneCase[] = [];
  for (const key of meta.names()) {
    const fields = meta.within(key);
    if (key === 'constants') expectOurConstants(fields);
    else if (/^[ac]_./.test(key)) trajectories.push(trajectoryCase(key, fields));
    else if (/^b_./.test(key)) scenes.push(sceneCase(key, fields));
    else throw fields.wrong('expected a name that begins with a_, b_ or c_, or "constants"');
  }
  const pairs = trajectories.flatMap((second) => {
    if (!second.name.startsWith('c_')) return [];
    const first = trajectories.find(
      (one) => one.name.startsWith('a_') && one.truthFile === second.truthFile,
    );
    return first === undefined ? [] : [{ first, second }];
  });
  return { path, trajectories, scenes, pairs };
}

/** A truth flown under another gravity than the filter's would be scored as the filter's error. */
function expectOurConstants(fields: Fields): void {
  const ours = {
    mu: EARTH_MU_M3PS2,
    re: WGS84_SEMI_MAJOR_AXIS_M,
    j2: EARTH_ZONALS[0],
    omega: EARTH_ROTATION_RADPS,
    flattening: WGS84_FLATTENING,
  };
  for (const [name, value] of Object.entries(ours)) {
    if (Math.abs(fields.number(name) / value - 1) > 1e-9) {
      throw fields.within(name).wrong(`expected ${value}, the constant the filter uses`);
    }
  }
}

function trajectoryCase(name: string, fields: Fields): TrajectoryCase {
  const site = fields.within('site');
  const sigma = fields.within('sigma');
  const prior = fields.within('prior_sigma');
  const firstS = fields.integer('first_t', 0);
  return {
    name,
    truthFile: fields.fileName('truth'),
    looksFile: fields.fileName('meas'),
    priorFile: fields.fileName('prior'),
    runs: fields.integer('runs', 1),
    site: geodeticFromDegrees(
      site.number('lat_deg'),
      site.number('lon_deg'),
      site.number('height_m'),
    ),
    sigma: {
      rangeM: sigma.positive('range_m'),
      azimuthRad: radiansFromDegrees(sigma.positive('az_deg')),
      elevationRad: radiansFromDegrees(sigma.positive('el_deg')),
    },
    priorSigma: { positionM: prior.positive('pos_m'), velocityMps: prior.positive('vel_mps') },
    firstS,
    lastS: fields.integer('last_t', firstS),
  };
}

function sceneCase(name: string, fields: Fields): SceneCase {
  return {
    name,
    truthFile: fields.fileName('truth'),
    plotsFile: fields.fileName('meas'),
    targets: fields.integer('targets', 0),
    scans: fields.integer('scans', 1),
    periodS: fields.positive('period_s'),
    detectionProbability: fields.positive('pd'),
    clutterPerScan: fields.number('clutter_per_scan'),
    clutterHalfWidthM: fields.positive('clutter_half_width_m'),
    clutterDensityPerM2: fields.number('clutter_density_per_m2'),
    sigmaM: fields.positive('sigma_m'),
    accelerationDensityM2ps3: fields.number('accel_psd_m2s3'),
  };
}

const STATE = ['x_m', 'y_m', 'z_m', 'vx_mps', 'vy_mps', 'vz_mps'];

/**
 * Reads the files of a trajectory case.
 *
 * @throws UserError that names file, line and what was expected: among it, that every run has a look
 * in every second from the first to the last.
 */
export async function readTrajectory(
  folder: DataFolder,
  about: TrajectoryCase,
): Promise<Trajectory> {
  const prior = await readTable(join(folder.path, about.priorFile), ['run', 't_s', ...STATE]);
  if (prior.rows !== about.runs) {
    throw wrongRow(prior, Math.min(prior.rows, about.runs), `${about.runs} runs, as in meta.json`);
  }
  const priors = new Float64Array(prior.rows * 6);
  const column = new Map<number, number>();
  for (let row = 0; row < prior.rows; row += 1) {
    if (column.has(cell(prior, row, 0))) throw wrongRow(prior, row, 'each run once');
    if (cell(prior, row, 1) !== about.firstS) throw wrongRow(prior, row, `t_s ${about.firstS}`);
    column.set(cell(prior, row, 0), row);
    for (let i = 0; i < 6; i += 1) priors[row * 6 + i] = cell(prior, row, i + 2);
  }
  const seconds = about.lastS - about.firstS + 1;
  const looks = await readLooks(folder, about, column);
  const truth = await readTruth(folder, about);
  return { seconds, runs: [...column.keys()], ...looks, priors, truth };
}

async function readLooks(
  folder: DataFolder,
  about: TrajectoryCase,
  column: ReadonlyMap<number, number>,
): Promise<Pick<Trajectory, 'rangeM' | 'azimuthRad' | 'elevationRad'>> {
  const file = join(folder.path, about.looksFile);
  const table = await readTable(file, ['run', 't_s', 'range_m', 'az_deg', 'el_deg']);
  const seconds = about.lastS - about.firstS + 1;
  const count = seconds * column.size;
  const rangeM = new Float64Array(count).fill(Number.NaN);
  const azimuthRad = new Float64Array(count);
  const elevationRad = new Float64Array(count);
  for (let row = 0; row < table.rows; row += 1) {
    const run = column.get(cell(table, row, 0));
    if (run === undefined) throw wrongRow(table, row, `a run that ${about.priorFile} names`);
    const k = cell(table, row, 1) - about.firstS;
    if (!Number.isInteger(k) || k < 0 || k >= seconds) {
      throw wrongRow(table, row, `a whole second from ${about.firstS} to ${about.lastS}`);
    }
    const at = k * column.size + run;
    if (!Number.isNaN(rangeM[at])) throw wrongRow(table, row, 'one look a second');
    if (!(cell(table, row, 2) > 0)) throw wrongRow(table, row, 'a range above 0');
    rangeM[at] = cell(table, row, 2);
    azimuthRad[at] = radiansFromDegrees(cell(table, row, 3));
    elevationRad[at] = radiansFromDegrees(cell(table, row, 4));
  }
  const missing = rangeM.findIndex((value) => Number.isNaN(value));
  if (missing >= 0) {
    const second = about.firstS + Math.floor(missing / column.size);
    const run = [...column.keys()][missing % column.size];
    throw wrongRow(table, table.rows, `a look of run ${run} in second ${second} too`);
  }
  return { rangeM, azimuthRad, elevationRad };
}

async function readTruth(folder: DataFolder, about: TrajectoryCase): Promise<Float64Array> {
  const table = await readTable(join(folder.path, about.truthFile), ['t_s', ...STATE]);
  const from = rowOfSecond(table, about.firstS);
  const seconds = about.lastS - about.firstS + 1;
  const truth = new Float64Array(seconds * 6);
  for (let k = 0; k < seconds; k += 1) {
    expectSecond(table, from + k, about.firstS + k);
    for (let i = 0; i < 6; i += 1) truth[k * 6 + i] = cell(table, from + k, i + 1);
  }
  return truth;
}

/**
 * Reads `pcrlb_NAME.csv` over whole seconds from `firstS` on; null when there is no such file.
 *
 * NAME is that of a case, or of a fused pair.
 */
export async function readBound(
  folder: DataFolder,
  name: string,
  over: { readonly firstS: number; readonly seconds: number },
): Promise<Bound | null> {
  const file = join(folder.path, `pcrlb_${name}.csv`);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return null;
  const table = await readTable(file, ['t_s', 'pos_m', 'vel_mps']);
  const from = rowOfSecond(table, over.firstS);
  const positionM = new Float64Array(over.seconds);
  const velocityMps = new Float64Array(over.seconds);
  for (let k = 0; k < over.seconds; k += 1) {
    expectSecond(table, from + k, over.firstS + k);
    positionM[k] = cell(table, from + k, 1);
    velocityMps[k] = cell(table, from + k, 2);
  }
  return { positionM, velocityMps };
}

function rowOfSecond(table: Table, second: number): number {
  for (let row = 0; row < table.rows; row += 1) {
    if (cell(table, row, 0) === second) return row;
  }
  throw wrongRow(table, 0, `a line of t_s ${second} somewhere`);
}

function expectSecond(table: Table, row: number, second: number): void {
  if (row >= table.rows || cell(table, row, 0) !== second) {
    throw wrongRow(table, row, `t_s ${second}`);
  }
}

/**
 * Reads the files of a scene.
 *
 * @throws UserError that names file, line and what was expected.
 */
export async function readScene(folder: DataFolder, about: SceneCase): Promise<Scene> {
  const truthColumns = ['scan', 'id', 'x_m', 'y_m', 'vx_mps', 'vy_mps'];
  const truth = await readTable(join(folder.path, about.truthFile), truthColumns);
  const plotColumns = ['scan', 'x_m', 'y_m', 'src'];
  const plots = await readTable(join(folder.path, about.plotsFile), plotColumns);
  return {
    truth: rowsByScan(truth, about.scans).map((rows) => ({
      ids: Int32Array.from(rows, (row) => integerCell(truth, row, 1)),
      states: Float64Array.from(
        rows.flatMap((row) => [2, 3, 4, 5].map((i) => cell(truth, row, i))),
      ),
    })),
    plots: rowsByScan(plots, about.scans).map((rows) => ({
      xM: Float64Array.from(rows, (row) => cell(plots, row, 1)),
      yM: Float64Array.from(rows, (row) => cell(plots, row, 2)),
      source: Int32Array.from(rows, (row) => integerCell(plots, row, 3)),
    })),
  };
}

/** Row numbers of each scan; a scan may have none. */
function rowsByScan(table: Table, scans: number): number[][] {
  const rows = Array.from({ length: scans }, (): number[] => []);
  for (let row = 0; row < table.rows; row += 1) {
    const scan = rows[cell(table, row, 0)];
    if (scan === undefined) throw wrongRow(table, row, `a scan from 0 to ${scans - 1}`);
    scan.push(row);
  }
  return rows;
}

function integerCell(table: Table, row: number, column: number): number {
  const value = cell(table, row, column);
  if (!Number.isInteger(value)) {
    throw wrongRow(table, row, `a whole number for ${table.columns[column]}`);
  }
  return value;
}
