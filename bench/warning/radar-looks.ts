// SPDX-License-Identifier: Apache-2.0
// Estimates as a radar's track of some seconds of coast warrants them, drawn without flying a filter:
// the covariance of a straight-line fit to that many looks, along the line of sight and across it,
// with constant errors beside the noise; and one error drawn from it that changes as looks come in.

import { type Instant, instant, packSymmetric, type Random } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';

/** A radar that looks on: noise and constant error a look, how far away, in which direction. */
export interface Watcher {
  readonly rangeM: number;
  readonly noise: { readonly rangeM: number; readonly angleRad: number };
  readonly constant: { readonly rangeM: number; readonly angleRad: number };
  readonly everyS: number;
  /** Three axes of unit length: along the line of sight, and two across. */
  readonly axes: readonly (readonly [number, number, number])[];
}

/** The size of the radars of the ready-made scenarios, and somewhat worse ones. */
export function drawWatcher(random: Random): Watcher {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  return {
    rangeM: between(400e3, 3000e3),
    noise: { rangeM: between(30, 150), angleRad: between(4e-4, 1.5e-3) },
    constant: { rangeM: 20, angleRad: 2.6e-4 },
    everyS: between(1, 3),
    axes: drawAxes(random),
  };
}

/** Draws the errors of one watch, look after look: each value is correlated with the one before. */
export function createWatch(
  watcher: Watcher,
  random: Random,
): (state: ArrayLike<number>, seenS: number) => Estimate {
  let before = 0;
  let z = Array.from({ length: 6 }, () => random.normal());
  return (state, seenS) => {
    // Of the looks of this estimate the share `before / seenS` was in the one before.
    const kept = before === 0 ? 0 : Math.min(1, before / seenS);
    z = z.map((v) => kept * v + Math.sqrt(1 - kept * kept) * random.normal());
    before = seenS;
    return estimateOf(watcher, { state, seenS, z });
  };
}

function estimateOf(
  watcher: Watcher,
  of: { readonly state: ArrayLike<number>; readonly seenS: number; readonly z: readonly number[] },
): Estimate {
  const looks = Math.max(3, of.seenS / watcher.everyS);
  const speed = Math.hypot(of.state[3] as number, of.state[4] as number, of.state[5] as number);
  const state = Array.from({ length: 6 }, (_, i) => of.state[i] as number);
  const covariance = new Float64Array(36);
  watcher.axes.forEach((axis, k) => {
    const [noise, constant] =
      k === 0
        ? [watcher.noise.rangeM, watcher.constant.rangeM]
        : [watcher.noise.angleRad * watcher.rangeM, watcher.constant.angleRad * watcher.rangeM];
    // Straight-line fit of `looks` over `seenS`, read at its end; a wrong angle turns the velocity, too.
    const position = (4 * noise * noise) / looks + constant * constant;
    const cross = (6 * noise * noise) / (looks * of.seenS);
    const velocity =
      (12 * noise * noise) / (looks * of.seenS * of.seenS) +
      (watcher.constant.angleRad * speed) ** 2;
    const root = [Math.sqrt(position), cross / Math.sqrt(position)] as const;
    const rest = Math.sqrt(velocity - root[1] * root[1]);
    const [a, b] = [of.z[k] as number, of.z[k + 3] as number];
    for (let i = 0; i < 3; i += 1) {
      state[i] = (state[i] as number) + root[0] * a * (axis[i] as number);
      state[i + 3] = (state[i + 3] as number) + (root[1] * a + rest * b) * (axis[i] as number);
      for (let j = 0; j < 3; j += 1) {
        const along = (axis[i] as number) * (axis[j] as number);
        const add = (row: number, column: number, value: number): void => {
          covariance[row * 6 + column] = (covariance[row * 6 + column] as number) + value * along;
        };
        add(i, j, position);
        add(i, j + 3, cross);
        add(i + 3, j, cross);
        add(i + 3, j + 3, velocity);
      }
    }
  });
  return { time: START, state, covariance: packSymmetric(covariance) };
}

/** Nothing here depends on the date. */
const START: Instant = instant(1_338_541_200_000_000);

/** A direction even over the sphere, and two across it. */
function drawAxes(random: Random): Watcher['axes'] {
  const unit = (v: readonly number[]): [number, number, number] => {
    const size = Math.hypot(...v);
    return [(v[0] as number) / size, (v[1] as number) / size, (v[2] as number) / size];
  };
  const crossed = (a: readonly number[], b: readonly number[]): [number, number, number] =>
    unit([
      (a[1] as number) * (b[2] as number) - (a[2] as number) * (b[1] as number),
      (a[2] as number) * (b[0] as number) - (a[0] as number) * (b[2] as number),
      (a[0] as number) * (b[1] as number) - (a[1] as number) * (b[0] as number),
    ]);
  const along = unit([random.normal(), random.normal(), random.normal()]);
  const across = crossed(along, [random.normal(), random.normal(), random.normal()]);
  return [along, across, crossed(along, across)];
}
