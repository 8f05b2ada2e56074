// SPDX-License-Identifier: Apache-2.0
// The default scenario through two whole nodes and the link between them: how large the stated
// launch and impact regions are beside bounds that were computed apart, for ideal sensors without
// biases; and the same runs with every bias switched off, which is what biases cost. Beside the launch
// region stands also the Cramér-Rao bound of the very looks that were there.

import { addSeconds, type Geodetic, type PlaneCovariance } from '@isthmus/earth';
import type { FeedTick, InfraredPlot, Warning } from '@isthmus/picture';
import {
  buildTruth,
  type Scenario,
  sampleLabelledPlots,
  sideSensors,
  type Truth,
} from '@isthmus/sim/scenario';
import { prepareRun, type RunDocuments, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import { reading } from './draw.ts';
import { climbOf, launchBounds, type SemiAxesKm, semiAxesKm } from './launch-bound.ts';
import type { Given } from './parts.ts';

/** Seeds at scale 1: with the scenario's biases, and without any. */
const SEEDS = 30;
const SEEDS_UNBIASED = 8;
/** The last reading and the tick after it; seconds from lift-off. */
const END_S = 422;

/** What is read: which region of whose warning, when, and the bound's semi-axes at 90 %, km. */
const READINGS = [
  {
    name: 'launch, infrared, 75 s',
    what: 'launch',
    side: 'west',
    linked: false,
    atS: 75,
    boundKm: [6, 2],
  },
  {
    name: 'impact, East alone, 330 s',
    what: 'impact',
    side: 'east',
    linked: false,
    atS: 330,
    boundKm: [257, 198],
  },
  {
    name: 'impact, East alone, 420 s',
    what: 'impact',
    side: 'east',
    linked: false,
    atS: 420,
    boundKm: [42, 25],
  },
  {
    name: 'impact, East linked, 330 s',
    what: 'impact',
    side: 'east',
    linked: true,
    atS: 330,
    boundKm: [72, 29],
  },
  {
    name: 'impact, East linked, 420 s',
    what: 'impact',
    side: 'east',
    linked: true,
    atS: 420,
    boundKm: [32, 13],
  },
] as const;

/** One region as stated: its semi-axes at 90 %, km, and whether it holds the truth. */
interface Stated {
  readonly semiAxesKm: SemiAxesKm;
  readonly isHeld: boolean;
}

/** Field `blackSea`: medians of semi-axes at 90 % over the seeds, beside the bounds (see `LaunchBounds`). */
export async function measureBlackSea(given: Given): Promise<Record<string, unknown>> {
  const documents = await readRun({ scenario: 'black-sea' });
  const unbiased = { ...documents, scenario: withoutBias(documents.scenario) };
  const seeds = (count: number): number[] =>
    Array.from({ length: Math.max(1, Math.round(count * given.scale)) }, (_, i) => given.seed + i);
  const biased = await readAll(documents, seeds(SEEDS));
  const ideal = await readAll(unbiased, seeds(SEEDS_UNBIASED));
  const bounds = boundsOfLaunch(documents.scenario, seeds(SEEDS));
  const rows = READINGS.map(({ name, boundKm, what }, i) => [
    name,
    {
      boundKm,
      ...(what === 'launch' && bounds),
      ...told(biased[i] ?? []),
      withoutBias: told(ideal[i] ?? []),
    },
  ]);
  return { blackSea: Object.fromEntries(rows) as unknown };
}

/** For each reading what was stated under each seed, null where nothing was. */
async function readAll(
  documents: RunDocuments,
  seeds: readonly number[],
): Promise<(Stated | null)[][]> {
  const found: (Stated | null)[][] = READINGS.map(() => []);
  for (const seed of seeds) {
    const run = prepareRun(documents, seed);
    const ticks: Record<string, readonly FeedTick[]> = {};
    await runInProcess(
      { ...run, lastTick: addSeconds(run.truth.liftoff, END_S) },
      {
        onTicks: (name, list) => {
          ticks[name] = list;
        },
      },
    );
    READINGS.forEach(({ side, linked, atS, what }, i) => {
      const at = addSeconds(run.truth.liftoff, atS);
      const tick = (ticks[side] ?? []).findLast((one) => one.at <= at);
      const warnings = (linked ? tick?.systemWarnings : tick?.ownWarnings) ?? [];
      const standing = warnings.find(({ stage }) => stage !== 'cancelled');
      found[i]?.push(standing === undefined ? null : statedIn(standing, what, run.truth));
    });
  }
  return found;
}

function statedIn(warning: Warning, what: 'launch' | 'impact', truth: Truth): Stated | null {
  const { launch, impact } = warning;
  const site = truth.launches[0]?.site;
  if (what === 'launch') {
    if (launch === null || site === undefined) return null;
    return stated(launch.point, launch.pointCovarianceM2, site);
  }
  if (impact.statement !== 'region' || truth.impact === null) return null;
  return stated(impact.centre, impact.covarianceM2, truth.impact.point);
}

function stated(centre: Geodetic, covarianceM2: PlaneCovariance, truth: Geodetic): Stated {
  return {
    semiAxesKm: semiAxesKm(covarianceM2),
    isHeld: reading(centre, covarianceM2, truth).distance2 <= -2 * Math.log(0.1),
  };
}

function told(all: readonly (Stated | null)[]): Record<string, unknown> {
  const there = all.filter((one) => one !== null);
  return {
    semiAxesKm: medians(there.map((one) => one.semiAxesKm)),
    held: there.filter(({ isHeld }) => isHeld).length,
    stated: there.length,
    of: all.length,
  };
}

/** Of the longer semi-axes and of the shorter ones, to 0.1 km. */
function medians(all: readonly SemiAxesKm[]): readonly (number | null)[] {
  return ([0, 1] as const).map((index) => {
    const sorted = all.map((axes) => axes[index]).sort((a, b) => a - b);
    const middle = sorted[(sorted.length - 1) >> 1];
    return middle === undefined ? null : Math.round(middle * 10) / 10;
  });
}

/** Medians over the seeds of the bounds of the launch that the looks of one satellite allow. */
function boundsOfLaunch(scenario: Scenario, seeds: readonly number[]): Record<string, unknown> {
  const [{ side, atS }] = READINGS;
  const [launch] = scenario.launches;
  const sensor = sideSensors(scenario, side).find(({ kind }) => kind === 'infrared');
  if (launch?.kind !== 'guided' || sensor?.kind !== 'infrared') return {};
  const climb = climbOf(launch, buildTruth(scenario, 0));
  const all = seeds.map((seed) => {
    const end = addSeconds(climb.truth.liftoff, atS);
    const plots = sampleLabelledPlots(scenario, { ...climb.truth, end }, seed)[side];
    const looks = plots.flatMap(({ plot, truth }): InfraredPlot[] =>
      plot.kind === 'infrared' && truth.length > 0 && plot.arrival <= end ? [plot] : [],
    );
    return launchBounds(climb, sensor, looks);
  });
  return {
    climbKnownKm: medians(all.map(({ climbKnownKm }) => climbKnownKm)),
    climbUnknownKm: medians(all.map(({ climbUnknownKm }) => climbUnknownKm)),
  };
}

/** The same scenario with sensors whose constant errors are nought, and declared to be. */
function withoutBias(scenario: Scenario): Scenario {
  const side = (one: Scenario['sides']['west']): Scenario['sides']['west'] => ({
    ...one,
    sensors: one.sensors.map((sensor) => {
      const timing = { ...sensor.timing, offsetSigmaS: 0 };
      if (sensor.kind === 'infrared') return { ...sensor, timing, boresightBiasMicroRad: 0 };
      const bias = { rangeM: 0, azimuthDeg: 0, elevationDeg: 0 };
      return { ...sensor, timing, bias, refractionResidueFraction: 0 };
    }),
  });
  return {
    ...scenario,
    sides: { west: side(scenario.sides.west), east: side(scenario.sides.east) },
  };
}
