// SPDX-License-Identifier: Apache-2.0
// Flights of a kind, drawn: stages, burns and place at random, then the two controls that decide
// where a rocket comes down, its thrust and its kick out of the vertical, found so that the arc after
// burn-out has about the range and the apogee drawn. The simulator flies it; this only chooses.

import { EARTH_MU_M3PS2, EARTH_ROTATION_RADPS, type Random } from '@isthmus/earth';
import {
  type Ascent,
  type AscentControls,
  ascendBy,
  type GuidedLaunch,
} from '@isthmus/sim/scenario';
import { drawLaunch, type FlightKind } from './mix.ts';

export interface DrawnAscent {
  readonly launch: GuidedLaunch;
  readonly ascent: Ascent;
}

const EARTH_RADIUS_M = 6_371_000;
const ROUNDS_MAX = 12;
/** An arc is near enough to what was drawn within this share: kinds are wider by far. */
const NEAR = 0.03;
const TRIES_MAX = 40;

/** A flight of a kind; throws when forty sets of stages give none, which is a mistake in the table. */
export function drawAscent(kind: FlightKind, random: Random): DrawnAscent {
  for (let i = 0; i < TRIES_MAX; i += 1) {
    const launch = drawLaunch(kind, random);
    const ascent = ascentTo(launch, random);
    if (ascent === null) continue;
    const heightKm = heightM(burnOut(ascent)) / 1000;
    if (heightKm >= kind.burnoutKm[0] && heightKm <= kind.burnoutKm[1]) return { launch, ascent };
  }
  throw new RangeError(`no flight of the kind "${kind.name}" was found`);
}

/** Newton's method on the logarithms of thrust and kick; null where it leads nowhere. */
function ascentTo(launch: GuidedLaunch, random: Random): Ascent | null {
  const share = 0.75 + 0.5 * random.uniform();
  const controlsOf = ([thrust, kick]: readonly [number, number]): AscentControls => ({
    first: 15 * Math.exp(thrust),
    second: 15 * share * Math.exp(thrust) * ignitionRatio(launch),
    kickRad: Math.exp(kick),
    pitchRad: 0,
    headingRad: (launch.azimuthDeg * Math.PI) / 180,
  });
  let x: readonly [number, number] = [0.1, Math.log(0.08)];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const ascent = ascendBy(launch, controlsOf(x));
    const miss = missOf(ascent, launch);
    if (miss === null) return null;
    if (Math.hypot(...miss) < NEAR) return ascent;
    const step = 1e-3;
    const thrust = missOf(ascendBy(launch, controlsOf([x[0] + step, x[1]])), launch);
    const kick = missOf(ascendBy(launch, controlsOf([x[0], x[1] + step])), launch);
    if (thrust === null || kick === null) return null;
    const [a, b] = [(thrust[0] - miss[0]) / step, (kick[0] - miss[0]) / step];
    const [c, d] = [(thrust[1] - miss[1]) / step, (kick[1] - miss[1]) / step];
    const det = a * d - b * c;
    const move = [(d * miss[0] - b * miss[1]) / det, (a * miss[1] - c * miss[0]) / det] as const;
    const part = Math.min(1, 0.15 / Math.abs(move[0]), 0.3 / Math.abs(move[1]));
    x = [x[0] - part * move[0], x[1] - part * move[1]];
    if (!x.every(Number.isFinite)) return null;
  }
  return null;
}

/** A second stage begins about where the first one left off, in g. */
function ignitionRatio(launch: GuidedLaunch): number {
  return launch.stages[0]?.gapS === 0 && launch.stages[1]?.gapS === 0 ? 1.8 : 1.6;
}

/** Logarithms of range and apogee of the arc after burn-out over those wanted; null without an arc. */
function missOf(ascent: Ascent, launch: GuidedLaunch): readonly [number, number] | null {
  const [x, y, z, vx, vy, vz] = burnOut(ascent) as unknown as Six;
  const r = Math.hypot(x, y, z);
  const [ux, uy] = [vx - EARTH_ROTATION_RADPS * y, vy + EARTH_ROTATION_RADPS * x];
  const v2 = ux * ux + uy * uy + vz * vz;
  const climb = (x * ux + y * uy + z * vz) / r;
  const momentum2 = r * r * v2 - (r * climb) ** 2;
  const parameter = momentum2 / EARTH_MU_M3PS2;
  const energy = v2 / 2 - EARTH_MU_M3PS2 / r;
  const e = Math.sqrt(Math.max(0, 1 + (2 * energy * parameter) / EARTH_MU_M3PS2));
  const apogee = parameter / (1 - e) - EARTH_RADIUS_M;
  const [site] = ascent.knots;
  if (climb <= 0 || e >= 1 || apogee <= 0 || site === undefined) return null;
  // From the burn-out up over the top and down to the ground, and the way flown until burn-out.
  const from = Math.acos(Math.min(1, Math.max(-1, (parameter / r - 1) / e)));
  const to = Math.acos(Math.min(1, Math.max(-1, (parameter / EARTH_RADIUS_M - 1) / e)));
  const [sx, sy, sz] = site.state as unknown as Six;
  const flown = Math.acos((x * sx + y * sy + z * sz) / (r * Math.hypot(sx, sy, sz)));
  const rangeKm = ((2 * Math.PI - from - to + flown) * EARTH_RADIUS_M) / 1000;
  return [
    Math.log(rangeKm / (launch.targets.rangeKm as number)),
    Math.log(apogee / 1000 / launch.targets.apogeeKm),
  ];
}

type Six = readonly [number, number, number, number, number, number];

function burnOut(ascent: Ascent): Float64Array {
  const last = ascent.knots.at(-1);
  if (last === undefined) throw new RangeError('an ascent has knots');
  return last.state;
}

function heightM(state: Float64Array): number {
  return Math.hypot(state[0] as number, state[1] as number, state[2] as number) - EARTH_RADIUS_M;
}
