// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import {
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  ecefFromGeodetic,
  type Geodetic,
  geodeticFromDegrees,
  invertPositive,
  multiply,
  transpose,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { addMeasurement, boundOf, moveInformation } from './cramer-rao.ts';

const FOUR = { n: 4, m: 4, p: 4 };

test('with process noise the steady state is that of the Kalman filter (domain.md 8.1, vector 1)', () => {
  for (const [q, expected] of [
    [0.01, 0.36],
    [0.1, 0.54621],
    [1, 0.75],
  ] as const) {
    const step = {
      n: 2,
      transition: [1, 1, 0, 1],
      processNoise: [q / 4, q / 2, q / 2, q],
    };
    let information: ArrayLike<number> = [1, 0, 0, 1];
    for (let k = 0; k < 200; k += 1) {
      information = addMeasurement(moveInformation(information, step), {
        derivatives: [1, 0],
        variances: [1],
      });
    }
    expect(boundOf(information, { from: 0, to: 1 }) ** 2).toBeCloseTo(expected, 5);
  }
});

test('a step is the recursion of the paper where the process noise has an inverse', () => {
  const transition = [1, 0, 2, 0, 0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 0, 1];
  const processNoise = [5, 1, 2, 0, 1, 6, 0, 1, 2, 0, 4, 1, 0, 1, 1, 3];
  const information = [3, 1, 0, 0, 1, 4, 1, 0, 0, 1, 5, 2, 0, 0, 2, 6];
  const d22 = invertPositive(processNoise, 4) as Float64Array;
  const back = multiply(transpose(transition, 4, 4), d22, FOUR);
  const d11 = multiply(back, transition, FOUR);
  const middle = invertPositive(
    d11.map((v, i) => v + (information[i] as number)),
    4,
  ) as Float64Array;
  const away = multiply(multiply(transpose(back, 4, 4), middle, FOUR), back, FOUR);
  const moved = moveInformation(information, { n: 4, transition, processNoise });
  moved.forEach((value, i) => {
    expect(value).toBeCloseTo((d22[i] as number) - (away[i] as number), 12);
  });
});

test('what is known in no direction has no bound, and says so with its code', () => {
  expect(() => boundOf([1, 0, 0, 0], { from: 0, to: 2 })).toThrow(TrackingError);
});

const folder = '../shared/oracles/tracking';

interface CaseMeta {
  readonly truth: string;
  readonly site: { readonly lat_deg: number; readonly lon_deg: number; readonly height_m: number };
  readonly sigma: { readonly range_m: number; readonly az_deg: number; readonly el_deg: number };
  readonly prior_sigma: { readonly pos_m: number; readonly vel_mps: number };
  readonly first_t: number;
  readonly last_t: number;
}

test.skipIf(!existsSync(folder))(
  'the bounds of the oracle folder to their digits (skipped where the folder is absent)',
  () => {
    const meta = JSON.parse(readFileSync(`${folder}/meta.json`, 'utf8')) as Record<
      string,
      CaseMeta
    >;
    const cases = {
      a_1200: ['a_1200'],
      c_3000_s2: ['c_3000_s2'],
      c_fused: ['a_3000', 'c_3000_s2'],
    };
    for (const [name, sensors] of Object.entries(cases)) {
      const metas = sensors.map((sensor) => meta[sensor] as CaseMeta);
      const bounds = readRows(`${folder}/pcrlb_${name}.csv`);
      const truth = readRows(`${folder}/${(metas[0] as CaseMeta).truth}`);
      const found = boundsAlong(truth, metas);
      expect(bounds.length).toBeGreaterThan(100);
      for (const [t, positionM, velocityMps] of bounds as [number, number, number][]) {
        const bound = found.get(t) as readonly [number, number];
        expect(Math.abs(bound[0] - positionM), `${name} at ${t} s`).toBeLessThan(6e-4);
        expect(Math.abs(bound[1] - velocityMps), `${name} at ${t} s`).toBeLessThan(6e-6);
      }
    }
  },
);

function readRows(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
}

/** Each prior is of one sensor: it comes in at that sensor's first time, independent of the other. */
function boundsAlong(
  truth: readonly (readonly number[])[],
  metas: readonly CaseMeta[],
): Map<number, readonly [number, number]> {
  const found = new Map<number, readonly [number, number]>();
  let information: Float64Array | null = null;
  for (const [t = 0, ...state] of truth) {
    if (information !== null) {
      const before = (truth[t - 1] as readonly number[]).slice(1);
      information = moveInformation(information, {
        n: 6,
        transition: transitionJ2(before),
        processNoise: null,
      });
    }
    for (const one of metas) {
      if (t < one.first_t || t > one.last_t) continue;
      if (t === one.first_t) {
        const prior = priorOf(one);
        information = prior.map((v, i) => v + (information?.[i] ?? 0));
      }
      information = addMeasurement(information as Float64Array, looked(one, state));
    }
    if (information === null) continue;
    found.set(t, [
      boundOf(information, { from: 0, to: 3 }),
      boundOf(information, { from: 3, to: 6 }),
    ]);
  }
  return found;
}

function priorOf({ prior_sigma: sigma }: CaseMeta): Float64Array {
  return Float64Array.from({ length: 36 }, (_, k) => {
    if (k % 7 !== 0) return 0;
    return 1 / (k < 21 ? sigma.pos_m : sigma.vel_mps) ** 2;
  });
}

/** Derivatives of range, azimuth and elevation in degrees, by central differences of their definition. */
function looked(
  one: CaseMeta,
  state: readonly number[],
): { readonly derivatives: number[]; readonly variances: number[] } {
  const site = geodeticFromDegrees(one.site.lat_deg, one.site.lon_deg, one.site.height_m);
  const derivatives = new Array<number>(18).fill(0);
  for (let i = 0; i < 3; i += 1) {
    const at = (step: number): readonly number[] =>
      lookOf(
        site,
        state.map((v, k) => (k === i ? v + step : v)),
      );
    const [minus, plus] = [at(-1), at(1)];
    for (let k = 0; k < 3; k += 1) {
      derivatives[k * 6 + i] = ((plus[k] as number) - (minus[k] as number)) / 2;
    }
  }
  const { range_m, az_deg, el_deg } = one.sigma;
  return { derivatives, variances: [range_m ** 2, az_deg ** 2, el_deg ** 2] };
}

function lookOf(site: Geodetic, state: readonly number[]): readonly number[] {
  const origin = ecefFromGeodetic(site);
  const d = [0, 1, 2].map((i) => (state[i] as number) - (origin[i] as number));
  const [sinLat, cosLat] = [Math.sin(site.latitudeRad), Math.cos(site.latitudeRad)];
  const [sinLon, cosLon] = [Math.sin(site.longitudeRad), Math.cos(site.longitudeRad)];
  const [x, y, z] = d as [number, number, number];
  const east = -sinLon * x + cosLon * y;
  const north = -sinLat * cosLon * x - sinLat * sinLon * y + cosLat * z;
  const up = cosLat * cosLon * x + cosLat * sinLon * y + sinLat * z;
  const degrees = 180 / Math.PI;
  return [
    Math.sqrt(x * x + y * y + z * z),
    Math.atan2(east, north) * degrees,
    Math.atan2(up, Math.sqrt(east * east + north * north)) * degrees,
  ];
}

/** One second of two-body and J2 motion, the oracle's own model, by central differences. */
function transitionJ2(state: readonly number[]): Float64Array {
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) {
    const step = i < 3 ? 100 : 1;
    const at = (sign: number): Float64Array =>
      secondLater(state.map((v, k) => (k === i ? v + sign * step : v)));
    const [minus, plus] = [at(-1), at(1)];
    for (let k = 0; k < 6; k += 1) {
      out[k * 6 + i] = ((plus[k] as number) - (minus[k] as number)) / (2 * step);
    }
  }
  return out;
}

function secondLater(state: readonly number[]): Float64Array {
  const start = Float64Array.from(state);
  const k1 = slope(start);
  const k2 = slope(start.map((v, i) => v + 0.5 * (k1[i] as number)));
  const k3 = slope(start.map((v, i) => v + 0.5 * (k2[i] as number)));
  const k4 = slope(start.map((v, i) => v + (k3[i] as number)));
  return start.map((v, i) => {
    const ends = (k1[i] as number) + (k4[i] as number);
    return v + (ends + 2 * (k2[i] as number) + 2 * (k3[i] as number)) / 6;
  });
}

function slope(state: Float64Array): Float64Array {
  const [x, y, z, vx, vy, vz] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const r2 = x * x + y * y + z * z;
  const pull = -EARTH_MU_M3PS2 / (r2 * Math.sqrt(r2));
  const flat = 1.5 * 0.00108262668 * (WGS84_SEMI_MAJOR_AXIS_M ** 2 / r2);
  const ratio = (5 * z * z) / r2;
  const w = EARTH_ROTATION_RADPS;
  return Float64Array.of(
    vx,
    vy,
    vz,
    pull * x * (1 + flat * (1 - ratio)) + w * w * x + 2 * w * vy,
    pull * y * (1 + flat * (1 - ratio)) + w * w * y - 2 * w * vx,
    pull * z * (1 + flat * (3 - ratio)),
  );
}
