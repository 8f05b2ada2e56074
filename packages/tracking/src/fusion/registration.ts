// SPDX-License-Identifier: Apache-2.0
// Registration across the border: how a partner's frame and clock lie to ours, from objects both
// follow in free flight. A small rotation, a translation and a time offset, by weighted least squares
// in information form (Gauss-Newton; the linear case is that of Lin, Bar-Shalom, Kirubarajan, IEEE
// T-AES 40, 2004, and Fortunati et al., IEEE TSP 59, 2011), within a stated prior: what the objects
// do not show stays at the prior, with the prior's covariance.
//
// Nothing is used twice. The newest estimate of an object holds all that was seen of it, so each
// object stands once; and to correct the very object, what it said itself is taken out first
// (`registrationFor`), or its own error would come back as if it were the partner's.

import {
  coastAcceleration,
  cross,
  type Ecef,
  invertPositive,
  multiply,
  packSymmetric,
  secondsBetween,
  transpose,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { TrackingError } from '../errors.ts';
import { propagateWithTransition } from '../models/coast.ts';
import { quadratic } from './information.ts';

const SIX = 6;
/** Rotation about the Earth-fixed axes (rad), translation (m), time (s): three, three, one. */
const SEVEN = 7;
const ITERATIONS_MAX = 8;
/** In units of the prior's sigmas: a step this small changes nothing that matters. */
const SETTLED = 1e-6;

/** One sigma of what may lie between the two sides; each > 0. */
export interface RegistrationPrior {
  readonly rotationRad: number;
  readonly translationM: number;
  readonly timeS: number;
  /** The point the rotation is about, Earth-fixed: near the objects, or the Earth's centre. */
  readonly pivotM: Vector3<Ecef>;
}

/** One body in free flight as both hold it. The two estimates share nothing. */
export interface CommonObject {
  readonly id: string;
  readonly ours: Estimate;
  readonly theirs: Estimate;
}

/**
 * What is known of the offset. A body at position p, velocity v and time t of ours is told by the
 * partner at pivot + R (p - pivot) + translation, R v, with the time t - timeS written on it.
 */
export interface Offset {
  readonly rotationRad: Vector3<Ecef>;
  readonly translationM: Vector3<Ecef>;
  readonly timeS: number;
  /** 7 x 7 row-major, in the order of the fields above. */
  readonly covariance: readonly number[];
  readonly pivotM: Vector3<Ecef>;
}

export interface Registration extends Offset {
  /** What each object used says of the offset, as information at this offset. */
  readonly used: readonly ObjectInformation[];
  /** Objects that contradict the others: wrongly taken for one, or manoeuvring. */
  readonly rejected: readonly string[];
  readonly prior: RegistrationPrior;
}

/** Normal equations of one object about the offset: 7 x 7 row-major and 7. */
interface ObjectInformation {
  readonly id: string;
  readonly information: readonly number[];
  readonly pull: readonly number[];
}

/**
 * Estimates the offset from common objects, each at most once, its newest estimates.
 *
 * An object whose distance from what the others say is beyond the gate is left out, worst first. The
 * offset stays at its prior unless more objects agree than were left out: of two that contradict
 * each other nobody knows which is wrong.
 *
 * @param gate squared distance, chi-square of 6 degrees of freedom, above which an object is no
 *   evidence, 22.46 for 99.9 %.
 * @throws TrackingError `not-positive-definite` when a covariance is not.
 */
export function register(
  objects: readonly CommonObject[],
  prior: RegistrationPrior,
  gate: number,
): Registration {
  const kept = [...objects];
  const rejected: string[] = [];
  for (;;) {
    const found = solve(kept, prior);
    let worst = -1;
    let farthest = gate;
    kept.forEach((object, i) => {
      const distance = distanceFrom(registrationFor(found, object.id), object);
      if (distance <= farthest) return;
      farthest = distance;
      worst = i;
    });
    const [out] = worst < 0 ? [] : kept.splice(worst, 1);
    if (out !== undefined) {
      rejected.push(out.id);
      continue;
    }
    const agreed = rejected.length === 0 || kept.length > rejected.length;
    return { ...(agreed ? found : solve([], prior)), rejected };
  }
}

/**
 * The offset without what one object said of it: what is to be applied to that object, so that its
 * corrected estimate is still independent of ours. Of an object not used it is the offset itself.
 */
export function registrationFor(registration: Registration, id: string): Offset {
  const others = registration.used.filter((one) => one.id !== id);
  if (others.length === registration.used.length) return registration;
  return offsetOf(others, registration, registration.prior);
}

/**
 * A partner's estimate of a body in free flight in our frame and time, at the time written on it.
 *
 * What is still unknown of the offset is added as a consider covariance, so that fusing stays honest.
 */
export function applyRegistration(told: Estimate, offset: Offset): Estimate {
  const { state, covariance } = corrected(told, offset);
  const slope = derivatives(state, offset);
  const unknown = congruence(slope, offset.covariance, { n: SIX, m: SEVEN });
  return {
    time: told.time,
    state: Array.from(state),
    covariance: packSymmetric(covariance.map((v, i) => v + (unknown[i] as number))),
  };
}

/** Gauss-Newton from the prior; the linear case takes one step and one to see that it has. */
function solve(objects: readonly CommonObject[], prior: RegistrationPrior): Registration {
  let offset = offsetOf([], null, prior);
  let used: ObjectInformation[] = [];
  for (let i = 0; i < ITERATIONS_MAX; i += 1) {
    const at = offset;
    used = objects.map((object) => informationOf(object, at));
    offset = offsetOf(used, at, prior);
    const [before, after, sigmas] = [vectorOf(at), vectorOf(offset), sigmasOf(prior)];
    const moved = after.map((v, k) => Math.abs(v - (before[k] as number)) / (sigmas[k] as number));
    if (Math.max(...moved) <= SETTLED) break;
  }
  // What `used` says is about the offset it was taken at, which is the last one to within SETTLED.
  return { ...offset, used, rejected: [], prior };
}

/** The offset that prior and objects give together; `at` is where the objects were linearised. */
function offsetOf(
  used: readonly ObjectInformation[],
  at: Offset | null,
  prior: RegistrationPrior,
): Offset {
  const sigmas = sigmasOf(prior);
  const start = at === null ? sigmas.map(() => 0) : vectorOf(at);
  const information = new Float64Array(SEVEN * SEVEN);
  const pull = new Float64Array(SEVEN);
  sigmas.forEach((sigma, i) => {
    information[i * (SEVEN + 1)] = 1 / (sigma * sigma);
    pull[i] = -(start[i] as number) / (sigma * sigma);
  });
  for (const one of used) {
    one.information.forEach((v, i) => {
      information[i] = (information[i] as number) + v;
    });
    one.pull.forEach((v, i) => {
      pull[i] = (pull[i] as number) + v;
    });
  }
  const covariance = inverseOrThrow(information, SEVEN);
  const step = multiply(covariance, pull, { n: SEVEN, m: SEVEN, p: 1 });
  const [rx = 0, ry = 0, rz = 0, tx = 0, ty = 0, tz = 0, timeS = 0] = start.map(
    (v, i) => v + (step[i] as number),
  );
  return {
    rotationRad: [rx, ry, rz],
    translationM: [tx, ty, tz],
    timeS,
    covariance: Array.from(covariance),
    pivotM: prior.pivotM,
  };
}

/** Hᵀ S⁻¹ H and Hᵀ S⁻¹ d of one object at an offset. */
function informationOf(object: CommonObject, at: Offset): ObjectInformation {
  const { difference, spread, slope } = compare(object, at);
  const weight = inverseOrThrow(spread, SIX);
  const back = multiply(transpose(slope, SIX, SEVEN), weight, { n: SEVEN, m: SIX, p: SIX });
  return {
    id: object.id,
    information: Array.from(multiply(back, slope, { n: SEVEN, m: SIX, p: SEVEN })),
    pull: Array.from(multiply(back, difference, { n: SEVEN, m: SIX, p: 1 })),
  };
}

/** Squared distance of an object from an offset that it had no part in. */
function distanceFrom(offset: Offset, object: CommonObject): number {
  const { difference, spread, slope } = compare(object, offset);
  const unknown = congruence(slope, offset.covariance, { n: SIX, m: SEVEN });
  return quadratic(
    inverseOrThrow(
      spread.map((v, i) => v + (unknown[i] as number)),
      SIX,
    ),
    difference,
  );
}

/** Partner's corrected estimate less ours, at the partner's time; how wide that is, and why. */
function compare(
  object: CommonObject,
  offset: Offset,
): {
  readonly difference: Float64Array;
  readonly spread: Float64Array;
  readonly slope: Float64Array;
} {
  const theirs = corrected(object.theirs, offset);
  const { time, state, covariance } = object.ours;
  const ours = carried(
    { state, covariance: unpackSymmetric(covariance) },
    secondsBetween(time, object.theirs.time),
  );
  return {
    difference: Float64Array.from(theirs.state, (v, i) => v - (ours.state[i] as number)),
    spread: theirs.covariance.map((v, i) => v + (ours.covariance[i] as number)),
    slope: derivatives(theirs.state, offset),
  };
}

/** A state and its full 6 x 6 covariance. */
interface Moved {
  readonly state: ArrayLike<number>;
  readonly covariance: Float64Array;
}

/** A partner's estimate with an offset taken out; the covariance is turned and carried alone. */
function corrected(told: Estimate, offset: Offset): Moved {
  const { pivotM, translationM, timeS } = offset;
  const back = rotation(offset.rotationRad.map((v) => -v));
  const place = Float64Array.from(
    { length: 3 },
    (_, i) => (told.state[i] as number) - (pivotM[i] as number) - (translationM[i] as number),
  );
  const turned = multiply(back, place, { n: 3, m: 3, p: 1 });
  const speed = multiply(back, told.state.slice(3), { n: 3, m: 3, p: 1 });
  const turn = new Float64Array(SIX * SIX);
  for (let i = 0; i < 3; i += 1) {
    for (let j = 0; j < 3; j += 1) {
      turn[i * SIX + j] = back[i * 3 + j] as number;
      turn[(i + 3) * SIX + j + 3] = back[i * 3 + j] as number;
    }
  }
  const state = [...turned.map((v, i) => v + (pivotM[i] as number)), ...speed];
  const covariance = congruence(turn, unpackSymmetric(told.covariance), { n: SIX, m: SIX });
  // What they wrote t on is the body at t + timeS.
  return carried({ state, covariance }, -timeS);
}

/** Free flight without noise, for some seconds. */
function carried(from: Moved, seconds: number): Moved {
  const { state, transition } = propagateWithTransition(from.state, seconds);
  return { state, covariance: congruence(transition, from.covariance, { n: SIX, m: SIX }) };
}

/** d(told)/d(offset) at a state in our frame, 6 x 7. */
function derivatives(state: ArrayLike<number>, offset: Offset): Float64Array {
  const out = new Float64Array(SIX * SEVEN);
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = Array.from(state);
  const [px, py, pz] = offset.pivotM;
  const arm: Vector3<Ecef> = [x - px, y - py, z - pz];
  const velocity: Vector3<Ecef> = [vx, vy, vz];
  const axes: readonly Vector3<Ecef>[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  axes.forEach((axis, k) => {
    const [byPlace, bySpeed] = [cross(axis, arm), cross(axis, velocity)];
    for (let i = 0; i < 3; i += 1) {
      out[i * SEVEN + k] = byPlace[i] as number;
      out[(i + 3) * SEVEN + k] = bySpeed[i] as number;
    }
    out[k * SEVEN + k + 3] = 1;
  });
  const fall = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  coastAcceleration(state, fall, false);
  for (let i = 0; i < 3; i += 1) {
    out[i * SEVEN + 6] = velocity[i] as number;
    out[(i + 3) * SEVEN + 6] = fall.acceleration[i] as number;
  }
  return out;
}

/** The matrix of a rotation vector (Rodrigues), 3 x 3. */
function rotation(vectorRad: readonly number[]): Float64Array {
  const [x = 0, y = 0, z = 0] = vectorRad;
  const angle = Math.hypot(x, y, z);
  const sine = angle < 1e-9 ? 1 : Math.sin(angle) / angle;
  const versine = angle < 1e-9 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
  const skew = [0, -z, y, z, 0, -x, -y, x, 0];
  const square = multiply(skew, skew, { n: 3, m: 3, p: 3 });
  return square.map((v, i) => (i % 4 === 0 ? 1 : 0) + sine * (skew[i] as number) + versine * v);
}

/** a b aᵀ of a (n x m) and b (m x m). */
function congruence(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { n, m }: { readonly n: number; readonly m: number },
): Float64Array {
  return multiply(multiply(a, b, { n, m, p: m }), transpose(a, n, m), { n, m, p: n });
}

function vectorOf({ rotationRad, translationM, timeS }: Offset): number[] {
  return [...rotationRad, ...translationM, timeS];
}

function sigmasOf({ rotationRad: r, translationM: t, timeS }: RegistrationPrior): number[] {
  return [r, r, r, t, t, t, timeS];
}

function inverseOrThrow(matrix: ArrayLike<number>, n: number): Float64Array {
  const inverse = invertPositive(matrix, n);
  if (inverse === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  return inverse;
}
