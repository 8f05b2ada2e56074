// SPDX-License-Identifier: Apache-2.0
// Bodies that fall, and pull up in the air, glide, or burn again above it: drawn, and flown with
// gravity, drag, lift and thrust as forces. A truth for the studies of this folder: of the tracker's
// models nothing is in it.

import {
  airDensityKgpm3,
  coastAcceleration,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Random,
  type Vector3,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';

const STEP_S = 0.1;
/** From here on it counts as a manoeuvre. */
const FORCE_COUNTS_MPS2 = 3;
const LIFT_MPS2_MAX = 150;
/** A flight ends so long after its manoeuvre began, and a manoeuvre leaves so much of it. */
export const WATCHED_AFTER_S = 60;
const LEFT_AFTER_S = 15;
const FLIGHT_S_MAX = 500;
const COAST_S_MAX = 120;
/** No engine is lit again on the way down through the air. */
const BURNS_AGAIN_ABOVE_M = 100e3;

export const KINDS = ['pull-up', 'glide', 're-ignition'] as const;
export type Kind = (typeof KINDS)[number];

/** One drawn flight: states at every second, and when its manoeuvre began; null for none. */
export interface Flown {
  readonly states: readonly Float64Array[];
  readonly beganS: number | null;
  readonly plan: Plan;
}

/** What a body does besides falling. */
interface Plan {
  readonly kind: Kind | 'none';
  readonly ballisticCoefficientKgpm2: number;
  /** Pull-up: below this height, metres. */
  readonly belowM: number;
  readonly liftOverDrag: number;
  /** Turn of the lift about the velocity, from straight up. */
  readonly bankRad: number;
  readonly burnsFromS: number;
  readonly burnsForS: number;
  readonly thrust: Vector3<Ecef>;
}

/** A flight with a manoeuvre of a kind that can be seen to begin and to go on, or of 120 s without. */
export function drawFlight(random: Random, kind: Kind | 'none'): Flown {
  for (;;) {
    const untilS = kind === 'none' ? COAST_S_MAX : FLIGHT_S_MAX;
    const flown = fly(drawStart(random, kind), drawPlan(random, kind), untilS);
    const { beganS } = flown;
    // A manoeuvre in the last seconds over the ground, or before a track can be, tests nothing.
    const isUsable =
      kind === 'none'
        ? flown.states.length > 60
        : beganS !== null &&
          beganS > 45 &&
          flown.states.length > beganS + LEFT_AFTER_S &&
          (kind !== 're-ignition' || heightAt(flown, beganS) > BURNS_AGAIN_ABOVE_M);
    if (isUsable) return flown;
  }
}

function heightAt(flown: Flown, s: number): number {
  return heightOf(flown.states[Math.floor(s)] as Float64Array);
}

/** Over the ellipsoid to some tens of metres: whose air it is matters, and not how high it begins. */
function heightOf(position: ArrayLike<number>): number {
  const [x, y, z] = [position[0] as number, position[1] as number, position[2] as number];
  const r = Math.hypot(x, y, z);
  return r - WGS84_SEMI_MAJOR_AXIS_M * (1 - WGS84_FLATTENING * (z / r) ** 2);
}

/** Coming down into the air, flatter for what glides; or anywhere on a free arc for what burns again. */
function drawStart(random: Random, kind: Kind | 'none'): Float64Array {
  const between = (a: number, b: number): number => a + (b - a) * random.uniform();
  const inSpace = kind === 're-ignition' || (kind === 'none' && random.chance(1, 3));
  const heightM = inSpace ? between(130e3, 700e3) : between(110e3, 260e3);
  const speed = between(1600, 6500);
  const down = kind === 'glide' ? between(6, 18) : between(12, 50);
  const climbRad = ((inSpace ? between(-35, 35) : -down) * Math.PI) / 180;
  const azimuth = 2 * Math.PI * random.uniform();
  const place = geodeticFromDegrees(between(-60, 60), between(-180, 180), heightM);
  const velocity = ecefFromEnu(place, [
    speed * Math.cos(climbRad) * Math.sin(azimuth),
    speed * Math.cos(climbRad) * Math.cos(azimuth),
    speed * Math.sin(climbRad),
  ]);
  return Float64Array.of(...ecefFromGeodetic(place), ...velocity);
}

function drawPlan(random: Random, kind: Kind | 'none'): Plan {
  const between = (a: number, b: number): number => a + (b - a) * random.uniform();
  const towards = [random.normal(), random.normal(), random.normal()];
  const size = Math.hypot(...towards);
  const thrustMps2 = 5 * 10 ** random.uniform();
  return {
    kind,
    ballisticCoefficientKgpm2: 2000 * 5 ** random.uniform(),
    belowM: between(20e3, 60e3),
    liftOverDrag: between(0.8, 3),
    bankRad: between(-1, 1),
    burnsFromS: between(50, 120),
    burnsForS: between(15, 60),
    thrust: towards.map((t) => (t / size) * thrustMps2) as unknown as Vector3<Ecef>,
  };
}

/** Flies a plan from an Earth-fixed state, to the ground or for `secondsMax`. */
export function fly(start: Float64Array, plan: Plan, secondsMax = FLIGHT_S_MAX): Flown {
  const states: Float64Array[] = [start.slice()];
  const state = start.slice();
  let beganS: number | null = null;
  for (let i = 0; i < secondsMax / STEP_S; i += 1) {
    const force = step(state, i * STEP_S, plan);
    if (force >= FORCE_COUNTS_MPS2 && beganS === null) beganS = i * STEP_S;
    if (heightOf(state) < 0) break;
    if ((i + 1) % Math.round(1 / STEP_S) === 0) states.push(state.slice());
    if (beganS !== null && (i + 1) * STEP_S > beganS + WATCHED_AFTER_S) break;
  }
  return { states, beganS, plan };
}

const field = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };

/** One midpoint step in place; returns the size of lift and thrust. */
function step(state: Float64Array, timeS: number, plan: Plan): number {
  const slope = new Float64Array(6);
  const middle = new Float64Array(6);
  const size = slopes(state, timeS, plan, slope);
  for (let i = 0; i < 6; i += 1) {
    middle[i] = (state[i] as number) + (STEP_S / 2) * (slope[i] as number);
  }
  slopes(middle, timeS + STEP_S / 2, plan, slope);
  for (let i = 0; i < 6; i += 1) {
    state[i] = (state[i] as number) + STEP_S * (slope[i] as number);
  }
  return size;
}

function slopes(state: Float64Array, timeS: number, plan: Plan, slope: Float64Array): number {
  coastAcceleration(state, field, false);
  const r = [state[0] as number, state[1] as number, state[2] as number] as const;
  const v = [state[3] as number, state[4] as number, state[5] as number] as const;
  const radius = Math.hypot(...r);
  const speed = Math.hypot(...v);
  const heightM = heightOf(r);
  const drag = (0.5 * airDensityKgpm3(heightM) * speed * speed) / plan.ballisticCoefficientKgpm2;
  const up = r.map((x) => x / radius);
  const along = v.map((x) => x / speed);
  const climb = up.reduce((sum, u, i) => sum + u * (along[i] as number), 0);
  const force = forceOf({ heightM, drag, climb, speed, radius, timeS }, plan, { up, along });
  for (let i = 0; i < 3; i += 1) {
    slope[i] = v[i] as number;
    slope[i + 3] =
      (field.acceleration[i] as number) - drag * (along[i] as number) + (force[i] as number);
  }
  return Math.hypot(...force);
}

interface Here {
  readonly heightM: number;
  readonly drag: number;
  /** Sine of the climb. */
  readonly climb: number;
  readonly speed: number;
  readonly radius: number;
  readonly timeS: number;
}

/** Lift across the velocity, banked, or thrust. */
function forceOf(
  here: Here,
  plan: Plan,
  axes: { readonly up: readonly number[]; readonly along: readonly number[] },
): Vector3<Ecef> {
  if (plan.kind === 're-ignition') {
    const burns = here.timeS >= plan.burnsFromS && here.timeS < plan.burnsFromS + plan.burnsForS;
    return burns ? plan.thrust : [0, 0, 0];
  }
  const most = Math.min(LIFT_MPS2_MAX, plan.liftOverDrag * here.drag);
  let lift = 0;
  if (plan.kind === 'pull-up' && here.heightM < plan.belowM) lift = most;
  if (plan.kind === 'glide') {
    // What holds the height, and damps the climb or the sink that is left.
    const level = 9.81 - (here.speed * here.speed) / here.radius;
    lift = Math.min(most, Math.max(0, level - 0.04 * here.climb * here.speed));
  }
  if (lift === 0) return [0, 0, 0];
  const { up, along } = axes;
  const lifted = up.map((u, i) => u - here.climb * (along[i] as number));
  const length = Math.hypot(...lifted);
  const normal = lifted.map((x) => x / length);
  const bank = plan.kind === 'glide' ? 0 : plan.bankRad;
  const side = [0, 1, 2].map(
    (i) =>
      (along[(i + 1) % 3] as number) * (normal[(i + 2) % 3] as number) -
      (along[(i + 2) % 3] as number) * (normal[(i + 1) % 3] as number),
  );
  return normal.map(
    (n, i) => lift * (Math.cos(bank) * n + Math.sin(bank) * (side[i] as number)),
  ) as unknown as Vector3<Ecef>;
}

/** Between the whole seconds by a cubic through places and velocities: to a metre at 15 g. */
export function placeAt(flown: Flown, t: number): Vector3<Ecef> {
  const s = Math.floor(t);
  const [a, b] = [flown.states[s] as Float64Array, flown.states[s + 1] as Float64Array];
  const u = t - s;
  const [u2, u3] = [u * u, u * u * u];
  return [0, 1, 2].map(
    (i) =>
      (2 * u3 - 3 * u2 + 1) * (a[i] as number) +
      (u3 - 2 * u2 + u) * (a[i + 3] as number) +
      (3 * u2 - 2 * u3) * (b[i] as number) +
      (u3 - u2) * (b[i + 3] as number),
  ) as unknown as Vector3<Ecef>;
}
