// SPDX-License-Identifier: Apache-2.0
// Lines that point at a radar. A radar measures range well and angles badly, so that the shortest
// axis of what it knows lies along its line of sight; the same on every axis (a floor, a grid)
// makes the ellipsoid rounder and turns no axis.

import {
  cross,
  dot,
  type Ecef,
  type Instant,
  invertPositive,
  norm,
  subtract,
  unit,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import { principalAxes } from './principal-axes.ts';
import type { HeldState, KnownTerms } from './received.ts';

/** A line through a place, thought to go through the radar's site. */
export interface Pointing {
  readonly time: Instant;
  readonly from: Vector3<Ecef>;
  readonly velocityMps: Vector3<Ecef>;
  /** Unit vector; its sign means nothing. */
  readonly axis: Vector3<Ecef>;
  /** The line of sight turned for this long in what the axis was made of. */
  readonly overS: number;
  /** Part of that turn by which the axis may be off. */
  readonly partOfTurn: number;
  /** Lines within this of each other have one error between them. */
  readonly sharedS: number;
  /** One sigma of `from` on each axis, for what the grid did to it. */
  readonly roundedM: number;
}

/** An ellipsoid nearer to a sphere than this points nowhere. */
const LEAST_RATIO = 1 + 1e-6;
/** Looks take some seconds before there is a first state. */
const BEFORE_FIRST_S = 5;
/** One sigma of an axis from all that does not grow: biases of the two angles, rounding. */
const STEADY_RAD = 4e-4;
/** A state rests on old looks too, whose lines of sight were others. */
const STATE = { partOfTurn: 0.06, sharedS: 100 } as const;
/** What a few looks added points along their mean. */
const ADDED = { partOfTurn: 0.02, sharedS: 20 } as const;
/** A state that has turned farther than this says no less. */
const TURN_MAX_RAD = 1.5;

/** The pointings of the radar states of a stream: of each state, and of what was added to it. */
export function pointingsOf(
  states: readonly HeldState[],
  terms: KnownTerms,
): { readonly ofStates: readonly Pointing[]; readonly ofAdded: readonly Pointing[] } {
  const radar = states.filter(({ source }) => source === 'radar');
  return {
    ofStates: radar.flatMap((state) => ofState(state, terms)),
    ofAdded: radar.flatMap((state) => ofAdded(state, terms)),
  };
}

function ofState(state: HeldState, terms: KnownTerms): Pointing[] {
  const { estimate, ageS, isWhole } = state;
  // Under a floor what tracklets add up to is not what the sender had.
  if (terms.floorM > 0 && !isWhole) return [];
  const { sigmas, axes } = principalAxes(positionBlock(unpackSymmetric(estimate.covariance)));
  if (!(sigmas[1] >= LEAST_RATIO * sigmas[0])) return [];
  return [{ ...beginning(state, terms, 0), axis: axes[0], overS: ageS + BEFORE_FIRST_S, ...STATE }];
}

function ofAdded(state: HeldState, terms: KnownTerms): Pointing[] {
  if (state.added === null) return [];
  const { information, overS } = state.added;
  const inverse = invertPositive(positionBlock(information), 3);
  if (inverse === null) return [];
  const { sigmas, axes } = principalAxes(inverse);
  if (!(sigmas[1] >= LEAST_RATIO * sigmas[0])) return [];
  // Looks before the end were at where the body was then: information about the velocity says when.
  let position = 0;
  let both = 0;
  for (let i = 0; i < 3; i += 1) {
    position += information[i * 7] as number;
    both += information[i * 7 + 3] as number;
  }
  const lagS = Math.min(overS, Math.max(0, -both / position));
  return [{ ...beginning(state, terms, lagS), axis: axes[0], overS, ...ADDED }];
}

/** Where a line of a state begins, `lagS` before the time of the state. */
function beginning(
  { estimate, onGrid }: HeldState,
  terms: KnownTerms,
  lagS: number,
): Pick<Pointing, 'time' | 'from' | 'velocityMps' | 'roundedM'> {
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = estimate.state;
  return {
    time: estimate.time,
    from: [x - lagS * vx, y - lagS * vy, z - lagS * vz] as Vector3<Ecef>,
    velocityMps: [vx, vy, vz] as Vector3<Ecef>,
    roundedM: onGrid ? (terms.trackGridKm * 1000) / Math.sqrt(12) : 0,
  };
}

/** The 3x3 block of the position of a 6x6 matrix. */
export function positionBlock(full: Float64Array): Float64Array {
  return Float64Array.from(
    { length: 9 },
    (_, k) => full[Math.floor(k / 3) * 6 + (k % 3)] as number,
  );
}

/** How a pointing lies to a site: the angle it misses by, and one sigma of that angle, rad. */
export function missOf(
  pointing: Pointing,
  site: Vector3<Ecef>,
): { readonly missRad: number; readonly sigmaRad: number; readonly rangeM: number } {
  const sight = subtract(site, pointing.from);
  const rangeM = norm(sight);
  const along = unit(sight);
  const missRad = Math.atan2(
    norm(cross(along, pointing.axis)),
    Math.abs(dot(along, pointing.axis)),
  );
  const acrossMps = norm(cross(along, pointing.velocityMps));
  const turnRad = Math.min(TURN_MAX_RAD, (acrossMps * pointing.overS) / rangeM);
  const sigmaRad = Math.hypot(
    STEADY_RAD,
    pointing.partOfTurn * turnRad,
    pointing.roundedM / rangeM,
  );
  return { missRad, sigmaRad, rangeM };
}
