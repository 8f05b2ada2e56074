// SPDX-License-Identifier: Apache-2.0
// Flights with known answers (`shared/oracles/tracking`, skipped where it is absent): trajectories
// and radar looks made by other code, the bound for exactly these priors, the figures of a reference
// filter.

import { existsSync, readFileSync } from 'node:fs';
import { geodeticFromDegrees, invertPositive, radiansFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { quadratic } from '../fusion/information.ts';
import { type Gaussian, minus } from '../gaussian.ts';
import { coastModel } from '../models/coast-model.ts';
import { independent } from '../sensors/measurement-model.ts';
import { radarModel } from '../sensors/radar-model.ts';
import { fitBatch, type TimedLook } from './batch.ts';
import { predictExtended, updateExtended } from './extended.ts';

const folder = new URL('../../../../../shared/oracles/tracking/', import.meta.url);

function table(name: string): readonly (readonly number[])[] {
  const [, ...rows] = readFileSync(new URL(name, folder), 'utf8').trim().split('\n');
  return rows.map((row) => row.split(',').map(Number));
}

interface Case {
  readonly site: { readonly lat_deg: number; readonly lon_deg: number; readonly height_m: number };
  readonly sigma: { readonly range_m: number; readonly az_deg: number; readonly el_deg: number };
  readonly first_t: number;
  readonly runs: number;
}

/** RMSE of position, mean over the seconds and at the last, of the reference (README there). */
const REFERENCE = { a_1200: [116.32, 18.13], a_3000: [226.71, 27.86] } as const;

test.skipIf(!existsSync(folder)).each(['a_1200', 'a_3000'] as const)(
  '%s: the coast is that of the truth, the filter on the reference, the batch where the filter ends',
  { timeout: 60_000 },
  (name) => {
    const meta = JSON.parse(readFileSync(new URL('meta.json', folder), 'utf8')) as Record<
      string,
      Case
    >;
    const { site, sigma, first_t: first } = meta[name] as Case;
    const truth = new Map(table(`${name}_truth.csv`).map(([t, ...state]) => [t as number, state]));
    const motion = coastModel(0);
    const radar = radarModel({
      site: geodeticFromDegrees(site.lat_deg, site.lon_deg, site.height_m),
      noise: {
        rangeM: sigma.range_m,
        azimuthRad: radiansFromDegrees(sigma.az_deg),
        elevationRad: radiansFromDegrees(sigma.el_deg),
      },
      refracted: false,
    });
    const start = truth.get(first) as number[];
    for (const seconds of [60, 300]) {
      const miss = minus(
        motion.advance(start, seconds).state,
        truth.get(first + seconds) as number[],
      );
      // The truth has J2 alone: J3 and J4 are worth 1e-4 m/s² and less.
      expect(Math.hypot(...miss.subarray(0, 3))).toBeLessThan(0.5e-4 * seconds ** 2);
    }
    const priors = table(`${name}_prior.csv`);
    const plots = Map.groupBy(table(`${name}_meas.csv`), ([run]) => run as number);
    const runs = 25;
    const mse = new Map<number, number>();
    let [nees, count] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      const mean = priors.find(([one]) => one === run)?.slice(2) as number[];
      const prior = { mean, covariance: independent([5e3, 5e3, 5e3, 200, 200, 200]) };
      let belief: Gaussian = prior;
      let at = first;
      const looks: TimedLook[] = [];
      for (const [, t, range, azimuth, elevation] of plots.get(run) as number[][] as [
        number,
        number,
        number,
        number,
        number,
      ][]) {
        const measured = [range, radiansFromDegrees(azimuth), radiansFromDegrees(elevation)];
        if (t > at) belief = predictExtended(motion, belief, t - at).belief;
        belief = updateExtended(radar, belief, measured).belief;
        at = t;
        looks.push({ seconds: t - first, model: radar, measured });
        const error = minus(belief.mean, truth.get(t) as number[]);
        const square = error.subarray(0, 3).reduce((sum, value) => sum + value * value, 0);
        mse.set(t, (mse.get(t) ?? 0) + square / runs);
        nees += quadratic(invertPositive(belief.covariance, 6) as Float64Array, error) / 6;
        count += 1;
      }
      if (run > 0) continue;
      const fit = fitBatch({ motion, looks, prior, start: mean });
      const end = predictExtended(motion, fit.belief, at - first).belief;
      minus(end.mean, belief.mean).forEach((difference, i) => {
        const spread = Math.sqrt(belief.covariance[i * 7] as number);
        expect(Math.abs(difference)).toBeLessThan(0.1 * spread);
        expect(Math.sqrt(end.covariance[i * 7] as number) / spread).toBeCloseTo(1, 2);
      });
      expect(Math.abs(fit.chiSquare / fit.degreesOfFreedom - 1)).toBeLessThan(0.15);
    }
    const rmse = [...mse.values()].map(Math.sqrt);
    const mean = rmse.reduce((sum, value) => sum + value, 0) / rmse.length;
    const bound = new Map(
      table(`pcrlb_${name}.csv`).map(([t, position]) => [t as number, position as number]),
    );
    const best = [...mse.keys()].reduce((sum, t) => sum + (bound.get(t) as number), 0) / mse.size;
    expect(mean / best).toBeLessThan(1.15);
    expect(mean / best).toBeGreaterThan(0.85);
    expect(Math.abs(mean / REFERENCE[name][0] - 1)).toBeLessThan(0.15);
    expect(nees / count).toBeLessThan(1.15);
    expect(nees / count).toBeGreaterThan(0.85);
  },
);
