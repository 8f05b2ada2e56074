// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import {
  addSeconds,
  cholesky,
  createRandom,
  ecefFromLookAngles,
  geodeticFromDegrees,
  instant,
  invertPositive,
  lookAngles,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { RadarPlot, RadarSensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { combine, quadratic, trackletBetween } from '../fusion/information.ts';
import { propagateState } from '../models/coast.ts';
import { lookDifference, predictLook } from '../sensors/radar.ts';
import {
  estimateOf,
  followFilter,
  openFilter,
  predictFilter,
  type RadarFilter,
  updateFilter,
} from './radar-filter.ts';

const degree = Math.PI / 180;

function radarAt(
  site: RadarSensor['site'],
  sigma: { readonly rangeM: number; readonly angleRad: number; readonly bias: number },
): RadarSensor {
  const noise = {
    rangeM: sigma.rangeM,
    azimuthRad: sigma.angleRad,
    elevationRad: sigma.angleRad,
  };
  const bias = {
    rangeM: noise.rangeM * sigma.bias,
    azimuthRad: sigma.angleRad * sigma.bias,
    elevationRad: sigma.angleRad * sigma.bias,
  };
  return {
    kind: 'radar',
    id: 'radar',
    site,
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: 0,
    elevationMaxRad: Math.PI / 2,
    rangeMaxM: 6e6,
    revisitS: 1,
    noise,
    bias,
  };
}

function plotOf(time: number, id: number, look: readonly [number, number, number]): RadarPlot {
  const at = instant(Math.round(time * 1e6));
  return {
    kind: 'radar',
    id,
    sensor: 'radar',
    time: at,
    arrival: at,
    rangeM: look[0],
    azimuthRad: look[1],
    elevationRad: look[2],
  };
}

test('the derivatives of a look agree with central differences, all round the compass', () => {
  const random = createRandom('radar-model');
  const sensor = radarAt(geodeticFromDegrees(41, 47, 500), { rangeM: 1, angleRad: 1, bias: 0 });
  for (let run = 0; run < 40; run += 1) {
    const position = ecefFromLookAngles(sensor.site, {
      rangeM: 2e5 + 3e6 * random.uniform(),
      azimuthRad: 2 * Math.PI * random.uniform(),
      elevationRad: 0.03 + 1.4 * random.uniform(),
    });
    const state = [...position, -2000, 3000, 1500];
    const { byPosition, byErrors, look } = predictLook(sensor, state);
    expect(Math.abs(lookDifference(look, lookAngles(sensor.site, position))[1] ?? 1)).toBeLessThan(
      1e-12,
    );
    for (let i = 0; i < 3; i += 1) {
      const at = (k: number) =>
        predictLook(
          sensor,
          state.map((v, j) => (j === i ? v + 10 * k : v)),
        ).look;
      const numeric = lookDifference(at(1), at(-1)).map((v) => v / 20);
      const scale = [1, 1e-5, 1e-5];
      for (let k = 0; k < 3; k += 1) {
        const error = Math.abs((numeric[k] as number) - (byPosition[k * 3 + i] as number));
        expect(error / (scale[k] as number)).toBeLessThan(1e-3);
      }
    }
    // The clock error moves the body along its path.
    const moved = propagateState(state, 0.01);
    const numeric = lookDifference(predictLook(sensor, moved).look, look);
    expect((numeric[0] as number) / 0.01).toBeCloseTo(byErrors[4] as number, 0);
  }
});

const folder = new URL('../../../../../shared/oracles/tracking/', import.meta.url);

interface Case {
  readonly site: { readonly lat_deg: number; readonly lon_deg: number; readonly height_m: number };
  readonly sigma: { readonly range_m: number; readonly az_deg: number };
}

function numbersOf(name: string): number[][] {
  const lines = readFileSync(new URL(name, folder), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}

test.skipIf(!existsSync(folder)).each([
  ['a_1200', 116.32, 18.13],
  ['a_3000', 226.71, 27.86],
] as const)(
  'on %s the filter is as exact as the reference filter (skips without the data)',
  (name, meanM, finalM) => {
    const meta = JSON.parse(readFileSync(new URL('meta.json', folder), 'utf8')) as Record<
      string,
      Case
    >;
    const { site, sigma } = meta[name] as Case;
    const sensor = radarAt(geodeticFromDegrees(site.lat_deg, site.lon_deg, site.height_m), {
      rangeM: sigma.range_m,
      angleRad: sigma.az_deg * degree,
      bias: 0,
    });
    const truth = new Map(numbersOf(`${name}_truth.csv`).map((row) => [row[0], row.slice(1)]));
    const priors = numbersOf(`${name}_prior.csv`);
    const bySecond = new Map<number, { sum: number; nees: number; count: number }>();
    let run = -1;
    let filter: RadarFilter | null = null;
    for (const [inRun, t, range, az, el] of numbersOf(`${name}_meas.csv`) as [
      number,
      number,
      number,
      number,
      number,
    ][]) {
      const plot = plotOf(t, 0, [range, radiansFromDegrees(az), radiansFromDegrees(el)]);
      if (inRun !== run) {
        run = inRun;
        const covariance = new Array<number>(36).fill(0);
        for (let i = 0; i < 6; i += 1) covariance[i * 7] = i < 3 ? 5000 ** 2 : 200 ** 2;
        const state = (priors[run] as number[]).slice(2);
        filter = { time: plot.time, motion: 'vacuum', state, covariance, spread: 1, cross: [] };
      }
      const updated = updateFilter(predictFilter(filter as RadarFilter, plot.time), {
        sensor,
        plot,
        iterations: 1,
      });
      filter = (updated as { filter: RadarFilter }).filter;
      const error = filter.state.map((v, i) => v - (truth.get(t)?.[i] as number));
      const entry = bySecond.get(t) ?? { sum: 0, nees: 0, count: 0 };
      const [x, y, z] = error as [number, number, number];
      entry.sum += x * x + y * y + z * z;
      entry.nees += quadratic(invertPositive(filter.covariance, 6) as Float64Array, error) / 6;
      entry.count += 1;
      bySecond.set(t, entry);
    }
    const rmse = [...bySecond.values()].map((entry) => Math.sqrt(entry.sum / entry.count));
    const mean = rmse.reduce((sum, v) => sum + v, 0) / rmse.length;
    expect(mean / meanM).toBeGreaterThan(0.98);
    expect(mean / meanM).toBeLessThan(1.02);
    expect((rmse.at(-1) as number) / finalM).toBeLessThan(1.03);
    const nees = [...bySecond.values()].map((entry) => entry.nees / entry.count);
    const anees = nees.reduce((sum, v) => sum + v, 0) / nees.length;
    expect(anees).toBeGreaterThan(0.89);
    expect(anees).toBeLessThan(1.116);
  },
);

/** A biased radar on one flight; errors of the flight's state with what the filter claims. */
function flight(seed: string): {
  readonly filters: RadarFilter[];
  readonly nees: number;
} {
  const random = createRandom(seed);
  const sensor = radarAt(geodeticFromDegrees(40.87, 47.81, 100), {
    rangeM: 50,
    angleRad: 0.001,
    bias: 1,
  });
  const { bias, noise } = sensor;
  const b = [bias.rangeM, bias.azimuthRad, bias.elevationRad].map((s) => s * random.normal());
  const start = [3.2e6, 4.6e6, 3.6e6, -2500, -1200, 4000];
  let filter: RadarFilter | null = null;
  const filters: RadarFilter[] = [];
  let truth = Float64Array.from(start);
  for (let k = 0; k < 60; k += 1) {
    truth = propagateState(start, k) as Float64Array<ArrayBuffer>;
    const look = lookAngles(sensor.site, [truth[0] ?? 0, truth[1] ?? 0, truth[2] ?? 0]);
    const plot = plotOf(k, k, [
      look.rangeM + (b[0] as number) + noise.rangeM * random.normal(),
      look.azimuthRad + (b[1] as number) + noise.azimuthRad * random.normal(),
      look.elevationRad + (b[2] as number) + noise.elevationRad * random.normal(),
    ]);
    filter =
      filter === null
        ? openFilter(sensor, plot)
        : (updateFilter(predictFilter(filter, plot.time), {
            sensor,
            plot,
            iterations: k < 5 ? 3 : 1,
          })?.filter ?? null);
    if (filter === null) throw new Error(`seed ${seed}: the filter refused a plot`);
    filters.push(filter);
  }
  const error = (filter as RadarFilter).state.map((v, i) => v - (truth[i] as number));
  const inverse = invertPositive((filter as RadarFilter).covariance, 6) as Float64Array;
  return { filters, nees: quadratic(inverse, error) / 6 };
}

test('with constant radar errors the covariance still tells the truth', () => {
  let sum = 0;
  for (let run = 0; run < 100; run += 1) sum += flight(`bias/${run}`).nees;
  // 95 % band of 100 runs of 6 degrees of freedom, widened downwards: refraction and clock errors
  // are allowed for and not drawn.
  expect(sum / 100).toBeLessThan(1.116);
  expect(sum / 100).toBeGreaterThan(0.7);
});

test('the tracklets of a track, added to its first state, give the track: biases included', () => {
  const { filters } = flight('tracklets');
  let partner = estimateOf(filters[9] as RadarFilter);
  let base = partner;
  let sent = 0;
  for (let k = 14; k < 60; k += 5) {
    const current = estimateOf(filters[k] as RadarFilter);
    const tracklet = trackletBetween(base, current);
    if (tracklet === null) continue;
    partner = combine(partner, tracklet);
    base = current;
    sent += 1;
  }
  expect(sent).toBeGreaterThan(5);
  partner.state.forEach((v, i) => {
    const sigma = Math.sqrt(base.covariance[[0, 6, 11, 15, 18, 20][i] as number] as number);
    expect(Math.abs(v - (base.state[i] as number)) / sigma).toBeLessThan(1e-6);
  });
  for (const k of [0, 6, 11, 15, 18, 20]) {
    const ratio = (partner.covariance[k] as number) / (base.covariance[k] as number);
    expect(Math.abs(ratio - 1)).toBeLessThan(1e-6);
  }
});

test('a late plot used where it belongs gives what the plots in order give', () => {
  const { filters } = flight('late');
  const sensor = radarAt(geodeticFromDegrees(40.87, 47.81, 100), {
    rangeM: 50,
    angleRad: 0.001,
    bias: 1,
  });
  const from = filters[40] as RadarFilter;
  const use = (filter: RadarFilter, plot: RadarPlot): RadarFilter =>
    (
      updateFilter(predictFilter(filter, plot.time), { sensor, plot, iterations: 1 }) as {
        filter: RadarFilter;
      }
    ).filter;
  const plots = [41, 42].map((t) => {
    const state = propagateState(from.state, t - 40);
    const look = lookAngles(sensor.site, [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0]);
    return plotOf(t, t, [look.rangeM + 20, look.azimuthRad, look.elevationRad]);
  });
  const [one, two] = plots as [RadarPlot, RadarPlot];
  const inOrder = use(use(from, one), two);
  const late = predictFilter(use(use(from, two), one), addSeconds(from.time, 2));
  late.state.forEach((v, i) => {
    expect(Math.abs(v - (inOrder.state[i] as number))).toBeLessThan(i < 3 ? 0.2 : 0.01);
  });
  late.covariance.forEach((v, i) => {
    const scale = Math.sqrt(
      (inOrder.covariance[Math.floor(i / 6) * 7] as number) *
        (inOrder.covariance[(i % 6) * 7] as number),
    );
    expect(Math.abs(v - (inOrder.covariance[i] as number)) / scale).toBeLessThan(1e-4);
  });
});

test('a filter followed in legs is the filter predicted at once, whenever it was asked before', () => {
  const filter = flight('follow').filters.at(-1) as RadarFilter;
  const at = addSeconds(filter.time, 200);
  const direct = predictFilter(filter, addSeconds(filter.time, 180));
  const legs = followFilter(filter, at);
  expect(legs.time).toBe(direct.time);
  legs.state.forEach((v, i) => {
    expect(Math.abs(v - (direct.state[i] as number))).toBeLessThan(1e-3);
  });
  followFilter(filter, addSeconds(filter.time, 400));
  expect(followFilter(filter, at)).toEqual(legs);
  expect(followFilter(filter, addSeconds(filter.time, 59))).toBe(filter);
});

test('covariances stay symmetric and positive over many random looks', () => {
  for (let run = 0; run < 10; run += 1) {
    for (const filter of flight(`positive/${run}`).filters) {
      expect(cholesky(filter.covariance, 6), `seed positive/${run}`).not.toBeNull();
      for (let i = 0; i < 6; i += 1) {
        for (let j = 0; j < i; j += 1) {
          expect(filter.covariance[i * 6 + j]).toBe(filter.covariance[j * 6 + i]);
        }
      }
    }
  }
});
