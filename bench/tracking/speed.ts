// SPDX-License-Identifier: Apache-2.0
// How fast the batch filter is: a case flown by many tracks at once, beside a twin in C++ that is given
// the same numbers and run in turn with it. Rates are per second of the processor's time that the one
// thread had, which other programs on the machine lengthen least.

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { advanceTracks, batchRadar, type TrackBatch, updateTracks } from '@isthmus/tracking';
import type { Trajectory, TrajectoryCase } from './data.ts';
import { batchOfPriors, setLooks } from './single.ts';

const TRACKS = 1000;
const ROUNDS = 5;
/** Passes of the case in a round; the first of all rounds, which warms up, does not count. */
const PASSES = 3;
/** A time shorter than this is not measured but repeated. */
const MEASURED_S_MIN = 0.1;
const CURVE = [1, 10, 100, 1000, 10_000];
/** Numbers of a step and of a radar among a kernel's parameters: what `ekf-twin.cpp` is told. */
const STEP_NUMBERS = 24;
const RADAR_NUMBERS = 14;
const TWIN = fileURLToPath(new URL('ekf-twin.cpp', import.meta.url));
const COMPILE = ['-O3', '-march=native'];

export interface Speed {
  /** A prediction of one second and an update with one look count as one. */
  readonly updatesPerS: number;
  readonly tracksInBatch: number;
  /** The faster of the twin's two layouts; null, and `cppSkipped` says why, where there is no g++. */
  readonly cppUpdatesPerS: number | null;
  readonly ratioToCpp: number | null;
}

/** The twin, compiled; or why there is none. */
export interface Twin {
  readonly program: string | null;
  readonly folder: string;
  readonly skipped: string | null;
  readonly close: () => Promise<void>;
}

export async function compileTwin(): Promise<Twin> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const program = join(folder, 'ekf-twin');
  const { status, error, stderr } = spawnSync('g++', [...COMPILE, TWIN, '-o', program], {
    encoding: 'utf8',
  });
  if (status === 0) return { program, folder, skipped: null, close };
  if (error === undefined) throw new Error(`g++ does not take ${TWIN}: ${stderr}`);
  return { program: null, folder, skipped: `g++ cannot be run: ${error.message}`, close };
}

/** Measures one case; with a twin, both in turn. */
export async function measureSpeed(
  about: TrajectoryCase,
  data: Trajectory,
  twin: Twin,
): Promise<Speed> {
  const flight = flightOf(about, data, TRACKS);
  const input = join(twin.folder, 'in');
  const output = join(twin.folder, 'out');
  if (twin.program !== null) await writeFile(input, twinInput(about, data, flight));
  flight.pass();
  const ours: number[] = [];
  const theirs: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let k = 0; k < PASSES; k += 1) ours.push(flight.updates / flight.pass());
    if (twin.program === null) continue;
    const { status, stdout } = spawnSync(twin.program, [input, output], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the twin ended with ${status}`);
    for (const [layout, line] of stdout.trim().split('\n').entries()) {
      theirs[layout]?.push(...line.split(' ').map((seconds) => flight.updates / Number(seconds)));
    }
  }
  if (twin.program !== null) expectSame(flight.batch, await readFile(output));
  const updatesPerS = median(ours);
  const cpp = twin.program === null ? null : Math.max(...theirs.map(median));
  return {
    updatesPerS: Math.round(updatesPerS),
    tracksInBatch: TRACKS,
    cppUpdatesPerS: cpp === null ? null : Math.round(cpp),
    ratioToCpp: cpp === null ? null : Math.round((100 * updatesPerS) / cpp) / 100,
  };
}

/** Updates a second by the number of tracks in a batch, and of the plain kernel with 100. */
export function measureCurve(
  about: TrajectoryCase,
  data: Trajectory,
): { readonly updatesPerSByTracks: Record<string, number>; readonly plainUpdatesPerS: number } {
  const rate = (flight: Flight): number => {
    const rates: number[] = [];
    flight.pass();
    for (let round = 0; round < ROUNDS; round += 1) {
      let seconds = 0;
      let updates = 0;
      for (; seconds < MEASURED_S_MIN; updates += flight.updates) seconds += flight.pass();
      rates.push(updates / seconds);
    }
    return Math.round(median(rates));
  };
  return {
    updatesPerSByTracks: Object.fromEntries(
      CURVE.map((size) => [String(size), rate(flightOf(about, data, size))]),
    ),
    plainUpdatesPerS: rate(flightOf(about, data, 100, 'plain')),
  };
}

interface Flight {
  readonly batch: TrackBatch;
  /** Updates that a pass measures. */
  readonly updates: number;
  /** Flies the case from the priors on; the processor's seconds of all but the first update. */
  readonly pass: () => number;
}

function flightOf(
  about: TrajectoryCase,
  data: Trajectory,
  size: number,
  kernel: 'vector' | 'plain' = 'vector',
): Flight {
  const radar = batchRadar(about.site, about.sigma);
  const batch = batchOfPriors(about, data, { size, kernel });
  const start = batch.store.rows.slice();
  const pass = (): number => {
    batch.store.rows.set(start);
    batch.clockS = 0;
    setLooks(batch, data, 0);
    updateTracks(batch, radar);
    const began = process.threadCpuUsage();
    for (let k = 1; k < data.seconds; k += 1) {
      setLooks(batch, data, k);
      advanceTracks(batch, 1, radar);
    }
    const { user, system } = process.threadCpuUsage(began);
    return (user + system) / 1e6;
  };
  return { batch, updates: size * (data.seconds - 1), pass };
}

/** What `ekf-twin.cpp` reads: the numbers that our own kernel is given, second by second. */
function twinInput(about: TrajectoryCase, data: Trajectory, flight: Flight): Uint8Array {
  const { size, store } = flight.batch;
  const runs = data.runs.length;
  const radar = batchRadar(about.site, about.sigma);
  const scout = batchOfPriors(about, data, { size: 1 });
  const start = batchOfPriors(about, data, { size }).store.rows;
  const seconds: number[] = [];
  for (let k = 0; k < data.seconds; k += 1) {
    if (k === 0) updateTracks(scout, radar);
    else advanceTracks(scout, 1, radar);
    const { parameters } = scout.store;
    seconds.push(...parameters.subarray(STEP_NUMBERS, STEP_NUMBERS + RADAR_NUMBERS));
    for (const name of ['rangeM', 'azimuthRad', 'elevationRad'] as const) {
      seconds.push(...data[name].subarray(k * runs, (k + 1) * runs));
    }
  }
  const step = scout.store.parameters.subarray(0, STEP_NUMBERS);
  const sizes = [size, store.stride, runs, data.seconds, PASSES];
  const parts = [sizes, step, start, seconds];
  const numbers = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part, at);
    at += part.length;
  }
  return new Uint8Array(numbers.buffer);
}

/** A twin that computes something else would make no fair ratio. */
function expectSame(batch: TrackBatch, bytes: Buffer): void {
  const theirs = new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  const { rows, stride } = batch.store;
  for (let row = 0; row < 27; row += 1) {
    for (let i = 0; i < batch.size; i += 1) {
      const [ours, other] = [rows[row * stride + i] as number, theirs[row * stride + i] as number];
      // Not bit for bit: the compiler fuses multiplications with additions.
      if (Math.abs(ours - other) > 1e-6 * (1e-3 + Math.abs(ours))) {
        throw new Error(`row ${row} of track ${i} is ${ours} here and ${other} in the C++ twin`);
      }
    }
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
