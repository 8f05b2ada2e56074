// SPDX-License-Identifier: Apache-2.0
// Seeded scenes for the air tracker: nearly-constant-velocity targets, one sensor, Poisson clutter.
// The same kind as the recorded cases, with every size, density and probability free.

import { createRandom, type Random } from '@isthmus/earth';

/** What makes a scene. */
export interface AirSceneOptions {
  readonly seed: string;
  readonly targets: number;
  readonly scans: number;
  /** Targets begin, and clutter lies, within this of the origin in x and in y, metres. */
  readonly targetHalfWidthM: number;
  readonly clutterHalfWidthM: number;
  readonly clutterPerScan: number;
  readonly detectionProbability: number;
  readonly sigmaM: number;
  readonly periodS: number;
  readonly accelDensityM2S3: number;
  /** Mean time in view, seconds; one that leaves is replaced by another elsewhere. Default: for ever. */
  readonly meanLifeS?: number;
}

/** The targets and plots of each scan: x, y in turn, metres. */
export interface AirScene {
  readonly truth: readonly Float64Array[];
  readonly plots: readonly Float64Array[];
  /** Target number of each plot, -1 for a false one. */
  readonly sources: readonly Int32Array[];
}

interface Target {
  readonly xM: number;
  readonly yM: number;
  readonly vxMps: number;
  readonly vyMps: number;
}

/** Draws the scene of a seed. */
export function airScene(options: AirSceneOptions): AirScene {
  const random = createRandom(options.seed);
  let targets = Array.from({ length: options.targets }, () => begin(random, options));
  const survival = Math.exp(-options.periodS / (options.meanLifeS ?? Number.POSITIVE_INFINITY));
  const scene = {
    truth: [] as Float64Array[],
    plots: [] as Float64Array[],
    sources: [] as Int32Array[],
  };
  for (let scan = 0; scan < options.scans; scan += 1) {
    if (scan > 0) {
      targets = targets.map((one) =>
        random.uniform() < survival ? moved(one, random, options) : begin(random, options),
      );
    }
    scene.truth.push(Float64Array.from(targets.flatMap(({ xM, yM }) => [xM, yM])));
    const plots = plotsOf(targets, random, options);
    scene.plots.push(Float64Array.from(plots.flatMap(({ xM, yM }) => [xM, yM])));
    scene.sources.push(Int32Array.from(plots, ({ source }) => source));
  }
  return scene;
}

function begin(random: Random, { targetHalfWidthM }: AirSceneOptions): Target {
  const speed = 80 + 180 * random.uniform();
  const course = 2 * Math.PI * random.uniform();
  return {
    xM: targetHalfWidthM * (2 * random.uniform() - 1),
    yM: targetHalfWidthM * (2 * random.uniform() - 1),
    vxMps: speed * Math.cos(course),
    vyMps: speed * Math.sin(course),
  };
}

/** One period on, by the exact discretisation of white acceleration on each axis. */
function moved(target: Target, random: Random, options: AirSceneOptions): Target {
  const { periodS, accelDensityM2S3 } = options;
  const velocitySigma = Math.sqrt(accelDensityM2S3 * periodS);
  const axis = (): { readonly position: number; readonly velocity: number } => {
    const velocity = velocitySigma * random.normal();
    // Given the change of velocity, position is normal about half of it with a quarter of the variance.
    const spread = velocitySigma * periodS * Math.sqrt(1 / 12);
    return { velocity, position: 0.5 * periodS * velocity + spread * random.normal() };
  };
  const x = axis();
  const y = axis();
  return {
    xM: target.xM + periodS * target.vxMps + x.position,
    yM: target.yM + periodS * target.vyMps + y.position,
    vxMps: target.vxMps + x.velocity,
    vyMps: target.vyMps + y.velocity,
  };
}

interface Plot {
  readonly xM: number;
  readonly yM: number;
  readonly source: number;
}

function plotsOf(targets: readonly Target[], random: Random, options: AirSceneOptions): Plot[] {
  const plots: Plot[] = [];
  targets.forEach(({ xM, yM }, source) => {
    if (random.uniform() >= options.detectionProbability) return;
    const { sigmaM } = options;
    plots.push({ xM: xM + sigmaM * random.normal(), yM: yM + sigmaM * random.normal(), source });
  });
  const half = options.clutterHalfWidthM;
  for (let left = random.poisson(options.clutterPerScan); left > 0; left -= 1) {
    const place = (): number => half * (2 * random.uniform() - 1);
    plots.push({ xM: place(), yM: place(), source: -1 });
  }
  // Shuffled (Fisher & Yates), so that the order tells nothing.
  for (let i = plots.length - 1; i > 0; i -= 1) {
    const j = random.integer(i + 1);
    [plots[i], plots[j]] = [plots[j] as Plot, plots[i] as Plot];
  }
  return plots;
}
