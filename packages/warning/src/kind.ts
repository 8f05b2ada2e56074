// SPDX-License-Identifier: Apache-2.0
// What it is. A launch is undetermined until it has been seen to coast, and then as long as an upper
// stage on its way to orbit could be flying the same arc.
//
// Space launch: P(perigee above 100 km) is 0.99 or more. Missile: it is 0.01 or less, and no stage
// waits like that: the burn that is still missing is larger than any stage gives after so long a wait
// (`LONGEST_WAITS`), or the top of the arc, where it costs least, is behind it and the price has risen
// (`WASTED_MPS`), or it has come down into the air. So a short or a lofted missile is told some 90 s
// after its coast is first seen, one of 3,000 km some minutes on, and one that flies farther than
// about 5,000 km on the arc of least energy about two minutes after the top of its arc: until then a
// launcher of solid stages flies the same way, and there are about as many of those in a year.
// Where it comes down, should it not burn again, is said all the while.

import { geodesicInverse } from '@isthmus/earth';
import type {
  Estimate,
  FlightAccount,
  FlightKind,
  PictureEvent,
  PictureObject,
  Warning,
} from '@isthmus/picture';
import { radialHeightM } from './descent.ts';
import { reachOf } from './energy.ts';
import { divideDifferences, orbitProbabilityOf, perigeeHeightM } from './impact.ts';
import {
  AIR_BENDS_BELOW_M,
  GLIDE_ANGLE_MAX_RAD,
  LEFT_ORBIT_PROBABILITY,
  LONGEST_WAITS,
  SOUNDING_APOGEE_MAX_M,
  SPACE_PROBABILITY_MIN,
  SURE_SIGMAS,
  WASTED_MPS,
} from './limits.ts';
import { orbitCost } from './orbit-cost.ts';

/** What an estimate of free flight says of missile or space launch, by itself. */
export interface Verdict {
  readonly verdict: 'space launch' | 'comes down' | 'undetermined';
  readonly orbitProbability: number;
}

/** What is known of a flight at one instant. */
export interface Seen {
  readonly object: PictureObject & { readonly estimate: Estimate };
  /** Seen to coast, for long enough and well enough to say where it comes down. */
  readonly isCoasting: boolean;
  /** Seen under power now. */
  readonly isPowered: boolean;
  /** The same body as was judged before. */
  readonly isSame: boolean;
}

/** What a warning says of the kind, and the sentence that goes with a change of it. */
export interface Judgement {
  readonly assessment: Warning['assessment'];
  readonly flight: FlightAccount;
  readonly because: string | null;
}

export const NOTHING_KNOWN: FlightAccount = {
  kind: 'not yet known',
  orbitProbability: null,
  range: null,
  apogeeM: null,
  reach: null,
};

/**
 * Missile or space launch, from an estimate of a body that was seen to coast for `coastSeenS`
 * seconds by radar; see the head of this file.
 */
export function verdictOf(estimate: Estimate, coastSeenS: number): Verdict {
  const moments = divideDifferences(estimate, (state) => {
    const { topMps, nowMps, climbMps } = orbitCost(state);
    return [perigeeHeightM(state), climbMps > 0 ? topMps : nowMps, nowMps - topMps, climbMps];
  });
  if (moments === null) return { verdict: 'undetermined', orbitProbability: 0 };
  const probability = orbitProbabilityOf(moments);
  const said = (verdict: Verdict['verdict']): Verdict => ({
    verdict,
    orbitProbability: probability,
  });
  if (probability >= SPACE_PROBABILITY_MIN) return said('space launch');
  if (probability > 1 - SPACE_PROBABILITY_MIN) return said('undetermined');
  const sigma = (i: number): number => Math.sqrt(Math.max(0, moments.covariance[i * 5] as number));
  const atLeast = (i: number): number => (moments.mean[i] as number) - SURE_SIGMAS * sigma(i);
  const isFalling = (moments.mean[3] as number) + SURE_SIGMAS * sigma(3) < 0;
  const isWaiting = !LONGEST_WAITS.some(
    ({ moreThanMps, forS }) => coastSeenS >= forS && atLeast(1) > moreThanMps,
  );
  const isPast = isFalling && (atLeast(2) > WASTED_MPS || isInAir(estimate));
  return said(isPast || !isWaiting ? 'comes down' : 'undetermined');
}

/** What a warning says now, from what it said before and what is seen of the body it is about. */
export function judge(before: Warning, seen: Seen): Judgement {
  const { assessment, flight: told = NOTHING_KNOWN } = before;
  const { object } = seen;
  const flight = { ...told, range: rangeOf(before) };
  if (object.phase === 'air') return unchanged(before, { ...flight, kind: 'aircraft' });
  if (object.phase === 'orbit') return unchanged(before, { ...flight, kind: 'space object' });
  if (seen.isPowered) return powered(before, flight, object.estimate);
  // A lower stage comes down whatever became of the one that went on to orbit.
  const isOther = assessment === 'space launch' && !seen.isSame;
  if (!seen.isCoasting || isOther) return unchanged(before, flight);
  return coasting(before, flight, object);
}

/** Of an event that is no launch: its kind; null where that is open. */
export function kindOfOther({ category, orbiting }: PictureEvent): FlightKind | null {
  if (category === 'aircraft') return 'aircraft';
  if (category !== 'space-object') return null;
  if (orbiting === undefined) return 'space object';
  if (orbiting.satellite !== null) return 'catalogued satellite';
  return orbiting.decays ? 'decaying object' : 'space object';
}

function unchanged({ assessment }: Warning, flight: FlightAccount): Judgement {
  return { assessment, flight, because: null };
}

/** It burns. After cut-off was seen that is news: the air bends the path of a missile, thrust any. */
function powered(before: Warning, flight: FlightAccount, estimate: Estimate): Judgement {
  const wasCoasting = flight.orbitProbability !== null;
  if (!wasCoasting) return unchanged(before, { ...flight, kind: 'under power' });
  if (isInAir(estimate) && before.assessment !== 'space launch') {
    return unchanged(before, { ...flight, kind: isLevel(estimate) ? 'gliding' : 'manoeuvring' });
  }
  const again = { ...flight, kind: 'powered again', apogeeM: null, reach: null } as const;
  const isOpen = before.assessment === 'space launch' || before.assessment === 'undetermined';
  if (isOpen) return unchanged(before, again);
  return {
    assessment: 'undetermined',
    flight: again,
    because: 'It burns again: what it is is open until it coasts.',
  };
}

/** It coasts: the verdict of the arc, but for what it was before. */
function coasting(
  before: Warning,
  told: FlightAccount,
  object: PictureObject & { readonly estimate: Estimate },
): Judgement {
  const { estimate, coastSeenS } = object;
  const found = verdictOf(estimate, coastSeenS);
  const orbit = found.orbitProbability;
  if (found.verdict === 'space launch') {
    return {
      assessment: 'space launch',
      flight: { ...NOTHING_KNOWN, kind: 'space launch', orbitProbability: orbit },
      because:
        before.assessment === 'space launch' ? null : 'Space launch: its perigee is above 100 km.',
    };
  }
  if (before.assessment === 'space launch') {
    if (orbit > LEFT_ORBIT_PROBABILITY) return unchanged(before, told);
    return {
      assessment: 'undetermined',
      flight: { ...arcOf(estimate, told), kind: 'left its orbit', orbitProbability: orbit },
      because: 'It left its orbit: it comes down unless it burns again, and what it is is open.',
    };
  }
  // In the air drag has taken of the energy, and there is no more to learn of the arc above.
  const arc = isInAir(estimate) && told.reach !== null ? told : arcOf(estimate, told);
  const flight = { ...arc, orbitProbability: orbit };
  // A stage brought down and a warhead sent down fly alike.
  if (told.kind === 'left its orbit') return unchanged(before, flight);
  const wasDecided = before.assessment !== 'undetermined';
  if (found.verdict === 'undetermined' && !wasDecided) {
    return unchanged(before, { ...flight, kind: 'suborbital so far' });
  }
  const isSteep = mayBeSounding(flight);
  const assessment = isSteep ? 'suborbital rocket' : 'missile';
  const kind: FlightKind = isSteep ? 'steep flight' : 'ballistic missile';
  return {
    assessment,
    flight: { ...flight, kind },
    because: before.assessment === assessment ? null : sentenceOf(isSteep),
  };
}

function sentenceOf(isSteep: boolean): string {
  return isSteep
    ? 'Suborbital, and higher than far: a sounding rocket, or a missile on a lofted arc.'
    : 'Missile: it coasts below orbit, and no launcher would still wait to burn.';
}

function arcOf(estimate: Estimate, told: FlightAccount): FlightAccount {
  const { apogeeM } = orbitCost(estimate.state);
  return { ...told, apogeeM: Number.isFinite(apogeeM) ? apogeeM : null, reach: reachOf(estimate) };
}

/** Thrown higher than far, as far as the range is known, and not above every sounding rocket. */
function mayBeSounding({ apogeeM, range }: FlightAccount): boolean {
  if (apogeeM === null || range === null || apogeeM > SOUNDING_APOGEE_MAX_M) return false;
  return apogeeM > range.metres - range.sigmaM;
}

/** Ground range of the flight, from the two ends that the warning states. */
function rangeOf({ launch, impact, flight }: Warning): FlightAccount['range'] {
  if (launch === null || impact.statement !== 'region') return flight?.range ?? null;
  const { distanceM, azimuthRad } = geodesicInverse(launch.point, impact.centre);
  const along = [Math.sin(azimuthRad), Math.cos(azimuthRad)] as const;
  const variance = [launch.pointCovarianceM2, impact.covarianceM2].reduce(
    (sum, [ee, en, nn]) =>
      sum + ee * along[0] ** 2 + 2 * en * along[0] * along[1] + nn * along[1] ** 2,
    0,
  );
  return { metres: distanceM, sigmaM: Math.sqrt(Math.max(0, variance)) };
}

function isInAir(estimate: Estimate): boolean {
  return radialHeightM(estimate.state) < AIR_BENDS_BELOW_M;
}

function isLevel({ state }: Estimate): boolean {
  const [x, y, z, vx, vy, vz] = state as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const climb = (x * vx + y * vy + z * vz) / (Math.hypot(x, y, z) * Math.hypot(vx, vy, vz));
  return Math.abs(Math.asin(climb)) < GLIDE_ANGLE_MAX_RAD;
}
