// SPDX-License-Identifier: Apache-2.0
// A two-stage ascent and the free flight after it, found by numeric search so that the declared
// burn-out, and apogee and impact or orbit, are met. Thrust follows the Earth-relative velocity (a gravity turn)
// after a kick, with a small constant pitch of the second stage; mass falls linearly.

import {
  add,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodesicInverse,
  geodeticFromEcef,
  scale,
  type Vector3,
} from '@isthmus/earth';
import type { Knot } from './ephemeris.ts';
import { SimError } from './errors.ts';
import {
  type DayOfAir,
  earthFixedFromInertial,
  type Forces,
  inertialFromEarthFixed,
  stepInertial,
  type Thrust,
} from './motion.ts';
import { approach, approachSlowly, type Search } from './search.ts';

export interface AscentStage {
  /** Unpowered seconds before ignition; 0 for the first stage. */
  readonly gapS: number;
  readonly burnS: number;
  /** Mass at ignition over mass at burn-out, of everything still attached; > 1. */
  readonly massRatio: number;
  /** Of everything still attached, kg/m^2. */
  readonly ballisticCoefficientKgPm2: number;
}

/** What the flight must reach; metres, seconds, radians. */
export interface AscentPlan {
  readonly site: Geodetic;
  readonly kickStartS: number;
  readonly kickS: number;
  readonly stages: readonly [AscentStage, AscentStage];
  readonly payloadBallisticCoefficientKgPm2: number;
  readonly burnoutAltitudeM: number;
  /** Relative to the turning Earth; null leaves it to apogee and range. */
  readonly burnoutSpeedMps: number | null;
  readonly goal: AscentGoal;
  /** Of the geodesic from the site to the impact point; of an orbital ascent, at lift-off. */
  readonly azimuthRad: number;
}

/** What must become of it after burn-out: an arc back to the ground, or an orbit. */
export type AscentGoal =
  /** Range of the geodesic to the impact point; null leaves it to the rest. */
  | { readonly kind: 'impact'; readonly apogeeM: number; readonly rangeM: number | null }
  /** Climb of the Earth-relative velocity at burn-out. */
  | { readonly kind: 'orbit'; readonly climbRad: number };

/** What the search is free to choose. */
export interface AscentControls {
  /** Thrust acceleration at ignition, m/s^2. */
  readonly first: number;
  readonly second: number;
  readonly kickRad: number;
  /** Thrust above the velocity in the second burn. */
  readonly pitchRad: number;
  readonly headingRad: number;
}

export interface Ascent {
  readonly controls: AscentControls;
  /** From lift-off to impact, or to burn-out for an orbit. */
  readonly knots: readonly Knot[];
  readonly stagingS: number;
  readonly burnoutS: number;
  /** Seconds from lift-off in which it burns. */
  readonly burns: readonly (readonly [number, number])[];
}

const BOOST_STEP_S = 0.25;
const REENTRY_STEP_S = 0.1;
const COAST_STEP_S = 1;
const REENTRY_BELOW_M = 120e3;
/** Beyond any flight a launch document may ask for; it bounds a search that went astray. */
const LONGEST_FALL_S = 7200;

/**
 * Finds the ascent of a plan: Newton's method with difference quotients, as many controls as there
 * are targets. From a guess that suits a flight of medium range at first; where that leads nowhere,
 * from one scaled to the stages, its targets moved step by step from what it reaches to the plan's.
 *
 * @throws SimError `no-solution` when it does not come within 50 m, 0.1 m/s and 0.1 mrad.
 */
export function solveAscent(plan: AscentPlan): Ascent {
  const search = searchOf(plan);
  const known = [15.3, 37.5, 0.075, 0, plan.azimuthRad + 0.015];
  const direct = plan.goal.kind === 'impact' ? approach(search, known, search.targets) : null;
  const x = direct ?? approachSlowly(search, scaledGuess(plan));
  if (x !== null) return flyAscent(plan, controlsOf(x));
  throw new SimError(
    'no-solution',
    '',
    'no gravity turn of these stages meets these targets; without rangeKm it may',
  );
}

/** Of the difference quotients, and the longest stride, for each control in its order. */
const STEPS = [1e-4, 1e-4, 1e-5, 1e-5, 1e-5] as const;
const STRIDES = [0.5, 2, 0.008, 0.03, 0.05] as const;

/** Accelerations that give stages of any length and ratio the speeds of a flight like the plan's. */
function scaledGuess(plan: AscentPlan): readonly number[] {
  const [one, two] = plan.stages;
  const { goal } = plan;
  const top = goal.kind === 'impact' ? goal.apogeeM : 0;
  // The speed that reaches the top, and what gravity takes from it in the climb.
  const arcMps = Math.sqrt((2 * 9.81 * top) / (1 + top / 6371e3));
  const wantedMps = (plan.burnoutSpeedMps ?? arcMps) + 5 * (one.burnS + two.burnS);
  const ignition = (stage: AscentStage, speedMps: number): number =>
    (speedMps * (1 - 1 / stage.massRatio)) / (stage.burnS * Math.log(stage.massRatio));
  // A rocket must at least leave the ground with some vigour.
  const first = Math.max(14, ignition(one, 0.43 * wantedMps));
  const firstMps = (first * wantedMps) / ignition(one, wantedMps);
  const second = ignition(two, Math.max(0.3 * wantedMps, wantedMps - firstMps));
  return [first, second, kickGuessRad(goal), 0, plan.azimuthRad];
}

/** In proportion to how far from vertical a throw over a flat Earth would leave. */
function kickGuessRad(goal: AscentGoal): number {
  if (goal.kind === 'orbit' || goal.rangeM === null) return 0.1;
  return 0.09 * Math.atan(goal.rangeM / (4 * goal.apogeeM));
}

function searchOf(plan: AscentPlan): Search {
  const { goal, burnoutSpeedMps } = plan;
  const altitude = { unit: 50, target: plan.burnoutAltitudeM };
  const speed = burnoutSpeedMps === null ? [] : [{ unit: 0.1, target: burnoutSpeedMps }];
  if (goal.kind === 'orbit') {
    const wanted = [altitude, ...speed, { unit: 1e-4, target: goal.climbRad }];
    return {
      // The first stage as it is; the second is what must come out right.
      free: [1, 2, 3],
      targets: wanted.map((w) => w.target),
      units: wanted.map((w) => w.unit),
      steps: STEPS,
      strides: STRIDES,
      outcomeOf: (x) => {
        const burnout = flyAscent(plan, controlsOf(x)).knots.at(-1) as Knot;
        return [heightOf(burnout.state), speedOf(burnout.state), climbOf(burnout.state)];
      },
    };
  }
  const range = goal.rangeM === null ? [] : [{ unit: 50, target: goal.rangeM }];
  const apogee = { unit: 50, target: goal.apogeeM };
  const wanted = [altitude, ...speed, apogee, ...range, { unit: 50, target: 0 }];
  return {
    // Without a speed or a range the pitch stays 0, and four controls meet four targets.
    free: wanted.length === 5 ? [0, 1, 2, 3, 4] : [0, 1, 2, 4],
    targets: wanted.map((w) => w.target),
    units: wanted.map((w) => w.unit),
    steps: STEPS,
    strides: STRIDES,
    outcomeOf: (x) => arcOf(plan, x, { speed: speed.length > 0, range: range.length > 0 }),
  };
}

/** Altitude and speed at burn-out, apogee, range, and how far across the plan's line it fell. */
function arcOf(
  plan: AscentPlan,
  x: readonly number[],
  asked: { readonly speed: boolean; readonly range: boolean },
): number[] {
  const { knots, burnoutS, apogeeM } = flyAscent(plan, controlsOf(x));
  const burnout = knots.find((knot) => knot.timeS === burnoutS) as Knot;
  const impact = geodeticFromEcef(positionOf((knots.at(-1) as Knot).state));
  const line = geodesicInverse(plan.site, impact);
  return [
    heightOf(burnout.state),
    ...(asked.speed ? [speedOf(burnout.state)] : []),
    apogeeM,
    ...(asked.range ? [line.distanceM] : []),
    wrap(line.azimuthRad - plan.azimuthRad) * line.distanceM,
  ];
}

/**
 * Flies one set of controls to the ground, or to burn-out when the goal is an orbit. What the plan
 * wants is not looked at: the flight is what the controls make of its stages.
 */
export function flyAscent(
  plan: AscentPlan,
  controls: AscentControls,
): Ascent & { readonly apogeeM: number } {
  const [one, two] = plan.stages;
  const stagingS = one.gapS + one.burnS;
  const ignitionS = stagingS + two.gapS;
  const burnoutS = ignitionS + two.burnS;
  const knots: Knot[] = [
    { timeS: 0, state: Float64Array.of(...ecefFromGeodetic(plan.site), 0, 0, 0) },
  ];
  const legs: readonly (readonly [number, Forces])[] = [
    [stagingS, { ...one, thrust: firstThrust(plan, controls) }],
    [ignitionS, { ...two, thrust: null }],
    [burnoutS, { ...two, thrust: secondThrust(plan, controls, ignitionS) }],
  ];
  for (const [untilS, forces] of legs) flyTo(knots, untilS, forces);
  const apogeeM =
    plan.goal.kind === 'orbit' ? 0 : flyToGround(knots, plan.payloadBallisticCoefficientKgPm2);
  return {
    controls,
    knots,
    stagingS,
    burnoutS,
    apogeeM,
    burns: [
      [one.gapS, stagingS],
      [ignitionS, burnoutS],
    ],
  };
}

/**
 * Adds knots of unpowered flight from the last one until height 0, the last knot on the ground, or
 * until `untilS`.
 *
 * @returns the greatest height met, metres, refined by a parabola through the three highest knots.
 */
export function flyToGround(
  knots: Knot[],
  ballisticCoefficientKgPm2: number,
  untilS = Number.POSITIVE_INFINITY,
  air?: DayOfAir,
): number {
  const forces: Forces = {
    ballisticCoefficientKgPm2,
    thrust: null,
    ...(air === undefined ? {} : { air }),
  };
  const heights: number[] = [heightOf((knots.at(-1) as Knot).state)];
  let last = knots.at(-1) as Knot;
  let state = inertialFromEarthFixed(last.state, last.timeS);

  for (const endS = Math.min(untilS, last.timeS + LONGEST_FALL_S); last.timeS < endS; ) {
    const height = heights.at(-1) as number;
    const stepS = height < REENTRY_BELOW_M ? REENTRY_STEP_S : COAST_STEP_S;
    const timeS = nextMark(last.timeS, stepS);
    const next = stepInertial(state, last.timeS, timeS - last.timeS, forces);
    const knot = { timeS, state: earthFixedFromInertial(next, timeS) };
    const reached = heightOf(knot.state);
    if (reached <= 0) {
      knots.push(touchDown(last, knot, height / (height - reached)));
      break;
    }
    heights.push(reached);
    knots.push(knot);
    state = next;
    last = knot;
  }
  return highest(heights);
}

function controlsOf(x: readonly number[]): AscentControls {
  const [first, second, kickRad, pitchRad, headingRad] = x as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { first, second, kickRad, pitchRad, headingRad };
}

function firstThrust(plan: AscentPlan, controls: AscentControls): Thrust {
  const [east, north, up] = enuAxes(plan.site);
  const heading = add(
    scale(east, Math.sin(controls.headingRad)),
    scale(north, Math.cos(controls.headingRad)),
  );
  const stage = plan.stages[0];
  return (timeS, state, out) => {
    const size = thrustSize(controls.first, stage, timeS);
    const kicked = timeS - plan.kickStartS;
    if (kicked >= plan.kickS) return pointAlongVelocity(state, size, 0, out);
    const angle = Math.max(0, kicked / plan.kickS) * controls.kickRad;
    write(add(scale(up, size * Math.cos(angle)), scale(heading, size * Math.sin(angle))), out);
  };
}

function secondThrust(plan: AscentPlan, controls: AscentControls, ignitionS: number): Thrust {
  const stage = plan.stages[1];
  return (timeS, state, out) =>
    pointAlongVelocity(
      state,
      thrustSize(controls.second, stage, timeS - ignitionS),
      controls.pitchRad,
      out,
    );
}

function thrustSize(atIgnition: number, stage: AscentStage, burningS: number): number {
  return atIgnition / (1 - (1 - 1 / stage.massRatio) * (burningS / stage.burnS));
}

/** Thrust of `size` along the velocity, lifted by `pitchRad` in the vertical plane. */
function pointAlongVelocity(
  state: Float64Array,
  size: number,
  pitchRad: number,
  out: Float64Array,
): void {
  const velocity: Vector3<Ecef> = [state[3] as number, state[4] as number, state[5] as number];
  const along = scale(velocity, 1 / Math.sqrt(sum(velocity, velocity)));
  if (pitchRad === 0) return write(scale(along, size), out);
  const position = positionOf(state);
  const up = scale(position, 1 / Math.sqrt(sum(position, position)));
  const lift = add(up, scale(along, -sum(up, along)));
  const liftSize = Math.max(1e-9, Math.sqrt(sum(lift, lift)));
  write(
    add(
      scale(along, size * Math.cos(pitchRad)),
      scale(lift, (size * Math.sin(pitchRad)) / liftSize),
    ),
    out,
  );
}

function sum(a: Vector3<Ecef>, b: Vector3<Ecef>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function write(vector: Vector3<Ecef>, out: Float64Array): void {
  out[0] = vector[0];
  out[1] = vector[1];
  out[2] = vector[2];
}

function flyTo(knots: Knot[], untilS: number, forces: Forces): void {
  let last = knots.at(-1) as Knot;
  let state = inertialFromEarthFixed(last.state, last.timeS);
  while (last.timeS < untilS) {
    // The step ends on the event exactly: thrust jumps there, and a knot must stand on the jump.
    const timeS = Math.min(untilS, nextMark(last.timeS, BOOST_STEP_S));
    state = stepInertial(state, last.timeS, timeS - last.timeS, forces);
    last = { timeS, state: earthFixedFromInertial(state, timeS) };
    knots.push(last);
  }
}

/** The next multiple of `stepS`, so that rounding never piles up. */
function nextMark(timeS: number, stepS: number): number {
  const marks = Math.round(1 / stepS);
  return (Math.floor(timeS * marks + 1e-6) + 1) / marks;
}

function touchDown(before: Knot, after: Knot, share: number): Knot {
  const state = new Float64Array(6);
  for (let i = 0; i < 6; i += 1) {
    const from = before.state[i] as number;
    state[i] = from + share * ((after.state[i] as number) - from);
  }
  return { timeS: before.timeS + share * (after.timeS - before.timeS), state };
}

function highest(heights: readonly number[]): number {
  let top = 0;
  heights.forEach((height, i) => {
    if (height > (heights[top] as number)) top = i;
  });
  const [a, b, c] = [heights[top - 1], heights[top] as number, heights[top + 1]];
  if (a === undefined || c === undefined || a + c - 2 * b >= 0) return b;
  return b + (a - c) ** 2 / (8 * (2 * b - a - c));
}

function heightOf(state: Float64Array): number {
  return geodeticFromEcef(positionOf(state)).heightM;
}

function speedOf(state: Float64Array): number {
  const [, , , vx, vy, vz] = state as unknown as number[];
  return Math.sqrt((vx as number) ** 2 + (vy as number) ** 2 + (vz as number) ** 2);
}

/** Angle of the Earth-relative velocity above the horizontal, over a round Earth. */
function climbOf(state: Float64Array): number {
  const position = positionOf(state);
  const velocity: Vector3<Ecef> = [state[3] as number, state[4] as number, state[5] as number];
  return Math.asin(
    sum(position, velocity) / Math.sqrt(sum(position, position) * sum(velocity, velocity)),
  );
}

function positionOf(state: Float64Array): Vector3<Ecef> {
  return [state[0] as number, state[1] as number, state[2] as number];
}

function wrap(angleRad: number): number {
  return Math.atan2(Math.sin(angleRad), Math.cos(angleRad));
}
