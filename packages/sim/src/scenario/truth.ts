// SPDX-License-Identifier: Apache-2.0
// What is really there: every object of a scenario over time. The flight of a launch does not
// depend on the seed; what scatters at separation does.

import {
  addSeconds,
  createRandom,
  type Ecef,
  type Geodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  instantFromIso,
  type Random,
  radiansFromDegrees,
  secondsBetween,
  type Vector3,
} from '@isthmus/earth';
import {
  type Ascent,
  type AscentControls,
  type AscentGoal,
  type AscentPlan,
  flyAscent,
  flyToGround,
  solveAscent,
} from './ascent.ts';
import { createPath, type Knot, type Path } from './ephemeris.ts';
import { SimError } from './errors.ts';
import { recordedPath } from './flight.ts';
import type { DayOfAir } from './motion.ts';
import { aircraftPath, decayPath, satellitePath } from './orbit.ts';
import type { GuidedLaunch, OrbitalLaunch, RecordedLaunch, Scenario } from './schema.ts';

export type TruthKind = 'payload' | 'stage' | 'debris' | 'satellite' | 'decay' | 'aircraft';

/** One real object. `payload` is the object that a launch is scored by. */
export interface TruthObject {
  readonly id: string;
  readonly kind: TruthKind;
  /** The launch it belongs to; null for what no launch of the scenario brought there. */
  readonly launch: string | null;
  readonly from: Instant;
  readonly to: Instant;
  /** When it burns, as half-open intervals; empty for what never does. */
  readonly burns: readonly { readonly from: Instant; readonly to: Instant }[];
  /** [x, y, z, vx, vy, vz] Earth-fixed, m and m/s relative to the Earth; null outside its life. */
  stateAt(at: Instant): Float64Array | null;
  /** Mean radar cross-section, m^2. */
  sizeAt(at: Instant): number;
}

export interface TruthImpact {
  readonly time: Instant;
  readonly point: Geodetic;
}

export interface TruthLaunch {
  readonly id: string;
  readonly liftoff: Instant;
  readonly site: Geodetic;
  /** The id of the object it is scored by. */
  readonly payload: string;
  readonly impact: TruthImpact | null;
}

export interface Truth {
  readonly start: Instant;
  readonly end: Instant;
  readonly objects: readonly TruthObject[];
  readonly launches: readonly TruthLaunch[];
  /** Of the first launch; the start where there is none. */
  readonly liftoff: Instant;
  /** Of the first launch's payload; null when the run ends before it, or it never comes down. */
  readonly impact: TruthImpact | null;
}

/**
 * Everything a scenario says is there.
 *
 * @throws SimError `no-solution` or `flight-mismatch`, with a pointer to the launch.
 */
export function buildTruth(scenario: Scenario, seed: number | string): Truth {
  const start = instantFromIso(scenario.start);
  const end = addSeconds(start, scenario.durationS);
  const random = createRandom(seed).fork('truth');
  const built = scenario.launches.map((launch, i) => {
    const path = `/launches/${i}`;
    return launch.kind === 'recorded'
      ? recorded(launch, { start, end, path })
      : guided(launch, ascentAt(launch, path), { start, end, random: random.fork(launch.id) });
  });
  const others = otherObjects(scenario, start);
  const first = built[0]?.launch;
  return {
    start,
    end,
    objects: [...built.flatMap((b) => b.objects), ...others],
    launches: built.map((b) => b.launch),
    liftoff: first?.liftoff ?? start,
    impact: first?.impact ?? null,
  };
}

interface Built {
  readonly launch: TruthLaunch;
  readonly objects: readonly TruthObject[];
}

/** One search per document object: a hundred seeds of one scenario share it. */
const solved = new WeakMap<AscentLaunch, Ascent>();

type AscentLaunch = GuidedLaunch | OrbitalLaunch;

/** The flight of a launch, which no seed changes; seconds count from lift-off. */
function ascentOf(launch: AscentLaunch): Ascent {
  const known = solved.get(launch);
  if (known !== undefined) return known;
  const ascent = solveAscent(planOf(launch));
  solved.set(launch, ascent);
  return ascent;
}

/** The same, with the pointer to the launch in what it throws. */
function ascentAt(launch: AscentLaunch, path: string): Ascent {
  try {
    return ascentOf(launch);
  } catch (error) {
    if (error instanceof SimError) throw new SimError(error.code, path, error.message);
    throw error;
  }
}

function planOf(launch: AscentLaunch): AscentPlan {
  const speedKmps = launch.targets.burnoutSpeedKmps;
  return {
    site: siteOf(launch.site),
    kickStartS: launch.kickStartS,
    kickS: launch.kickS,
    // The schema asks for exactly two.
    stages: launch.stages as [GuidedLaunch['stages'][number], GuidedLaunch['stages'][number]],
    payloadBallisticCoefficientKgPm2: launch.payload.ballisticCoefficientKgPm2,
    burnoutAltitudeM: launch.targets.burnoutAltitudeKm * 1000,
    burnoutSpeedMps: speedKmps === null ? null : speedKmps * 1000,
    goal: goalOf(launch),
    azimuthRad: radiansFromDegrees(launch.azimuthDeg),
  };
}

/**
 * The powered part of a launch under given controls, up to burn-out: for studies that draw flights
 * by the thousand and take where they come down. What the document wants is not looked at.
 */
export function ascendBy(launch: GuidedLaunch, controls: AscentControls): Ascent {
  return flyAscent({ ...planOf(launch), goal: { kind: 'orbit', climbRad: 0 } }, controls);
}

/**
 * The truth of one launch whose powered part was flown by `ascendBy`: the payload falls on to the
 * ground through the air of a day, what left it is followed for `partsForS` after burn-out.
 */
export function truthOfAscent(
  launch: GuidedLaunch,
  ascent: Ascent,
  setting: {
    readonly start: Instant;
    readonly seed: number | string;
    readonly air: DayOfAir;
    readonly partsForS: number;
  },
): Truth {
  const { start } = setting;
  const built = guided(launch, ascent, {
    start,
    end: addSeconds(start, LONGEST_RUN_S),
    random: createRandom(setting.seed).fork('truth'),
    air: setting.air,
    partsUntilS: ascent.burnoutS + setting.partsForS,
  });
  const { impact, liftoff } = built.launch;
  return {
    start,
    end: impact?.time ?? addSeconds(start, LONGEST_RUN_S),
    objects: built.objects,
    launches: [built.launch],
    liftoff,
    impact,
  };
}

/** No lofted flight lasts as long. */
const LONGEST_RUN_S = 7200;

function goalOf(launch: AscentLaunch): AscentGoal {
  if (launch.kind === 'orbital') {
    return { kind: 'orbit', climbRad: radiansFromDegrees(launch.targets.climbDeg) };
  }
  const { apogeeKm, rangeKm } = launch.targets;
  return {
    kind: 'impact',
    apogeeM: apogeeKm * 1000,
    rangeM: rangeKm === null ? null : rangeKm * 1000,
  };
}

interface Setting {
  readonly start: Instant;
  readonly end: Instant;
  readonly random: Random;
  readonly air?: DayOfAir;
  /** Seconds after lift-off to which what left the launch is followed; absent: to the ground. */
  readonly partsUntilS?: number;
}

function guided(launch: AscentLaunch, ascent: Ascent, setting: Setting): Built {
  const liftoff = addSeconds(setting.start, launch.liftoffS);
  const at = (timeS: number): Instant => addSeconds(liftoff, timeS);
  const untilS = secondsBetween(liftoff, setting.end);
  const stackSize = launch.stages.reduce((size, s) => size + s.spent.sizeM2, launch.payload.sizeM2);
  const burnout = at(ascent.burnoutS);
  const knots = [...ascent.knots];
  if ((knots.at(-1) as Knot).timeS === ascent.burnoutS) {
    flyToGround(knots, launch.payload.ballisticCoefficientKgPm2, untilS, setting.air);
  }
  const payload: TruthObject = {
    ...onPath({ id: `${launch.id}-payload`, path: createPath(knots), origin: liftoff }),
    kind: 'payload',
    launch: launch.id,
    burns: ascent.burns.map(([from, to]) => ({ from: at(from), to: at(to) })),
    sizeAt: (when) => (when < burnout ? stackSize : launch.payload.sizeM2),
  };
  // What is left in orbit is followed to the end of the run; what falls, to the ground.
  const partsUntilS =
    setting.partsUntilS ?? (launch.kind === 'orbital' ? untilS : Number.POSITIVE_INFINITY);
  const bodies = separated(launch, ascent, { random: setting.random, untilS: partsUntilS }).map(
    ({ id, kind, sizeM2, path }): TruthObject => ({
      ...onPath({ id, path, origin: liftoff }),
      kind,
      launch: launch.id,
      burns: [],
      sizeAt: () => sizeM2,
    }),
  );
  return {
    objects: [payload, ...bodies],
    launch: {
      id: launch.id,
      liftoff,
      site: siteOf(launch.site),
      payload: payload.id,
      impact: launch.kind === 'orbital' ? null : impactOf(knots, liftoff, setting.end),
    },
  };
}

/** Where a flight that comes down does so; null when that is after the end of the run. */
function impactOf(knots: readonly Knot[], liftoff: Instant, end: Instant): TruthImpact | null {
  const last = knots.at(-1) as Knot;
  const time = addSeconds(liftoff, last.timeS);
  return time > end ? null : { time, point: pointOf(last.state) };
}

interface Separated {
  readonly id: string;
  readonly kind: TruthKind;
  readonly sizeM2: number;
  readonly path: Path;
}

/** The spent stages, pushed back along the flight, and debris in every direction. */
function separated(
  launch: AscentLaunch,
  ascent: Ascent,
  setting: { readonly random: Random; readonly untilS: number },
): Separated[] {
  const { random, untilS } = setting;
  const leaves = (timeS: number, push: readonly number[], coefficient: number): Path => {
    const knot = ascent.knots.find((k) => k.timeS === timeS) as Knot;
    const state = knot.state.map((v, i) => (i < 3 ? v : v + (push[i - 3] as number)));
    const knots: Knot[] = [{ timeS, state }];
    flyToGround(knots, coefficient, untilS);
    return createPath(knots);
  };
  const stages = launch.stages.map(({ spent }, i): Separated => {
    const timeS = i === 0 ? ascent.stagingS : ascent.burnoutS;
    const { state } = ascent.knots.find((k) => k.timeS === timeS) as Knot;
    const velocity = [state[3] as number, state[4] as number, state[5] as number];
    const speed = Math.sqrt(velocity.reduce((total, v) => total + v * v, 0));
    const back = velocity.map((v) => (-spent.separationMps * v) / speed);
    // A tenth of the push goes astray, otherwise stages would trail exactly in line.
    const push = back.map((v) => v + 0.1 * spent.separationMps * random.normal());
    return {
      id: `${launch.id}-stage-${i + 1}`,
      kind: 'stage',
      sizeM2: spent.sizeM2,
      path: leaves(timeS, push, spent.ballisticCoefficientKgPm2),
    };
  });
  const { debris } = launch;
  const pieces = Array.from({ length: debris.count }, (_, i): Separated => {
    const push = [0, 1, 2].map(() => debris.speedSigmaMps * random.normal());
    return {
      id: `${launch.id}-debris-${i + 1}`,
      kind: 'debris',
      sizeM2: debris.sizeM2,
      path: leaves(ascent.burnoutS, push, debris.ballisticCoefficientKgPm2),
    };
  });
  return [...stages, ...pieces];
}

function recorded(
  launch: RecordedLaunch,
  setting: { readonly start: Instant; readonly end: Instant; readonly path: string },
): Built {
  const { flight } = launch;
  if (flight === null) {
    throw new SimError(
      'flight-mismatch',
      `${setting.path}/flight`,
      `launch "${launch.id}" waits for a recorded flight: give one (--flight FILE)`,
    );
  }
  const liftoff = addSeconds(setting.start, launch.liftoffS);
  const { path, burns } = recordedPath(flight, {
    pad: siteOf(launch.site),
    azimuthRad: radiansFromDegrees(launch.azimuthDeg),
    untilS: secondsBetween(liftoff, setting.end),
  });
  const payload: TruthObject = {
    ...onPath({ id: `${launch.id}-payload`, path, origin: liftoff }),
    kind: 'payload',
    launch: launch.id,
    burns: burns.map(([from, to]) => ({
      from: addSeconds(liftoff, from),
      to: addSeconds(liftoff, to),
    })),
    sizeAt: () => launch.sizeM2,
  };
  const last = path.at(path.toS) as Float64Array;
  const point = pointOf(last);
  // A record that ends in flight has no impact, and none is made up.
  const landed = point.heightM < 2000 && payload.to <= setting.end;
  return {
    objects: [payload],
    launch: {
      id: launch.id,
      liftoff,
      site: siteOf(launch.site),
      payload: payload.id,
      impact: landed ? { time: payload.to, point: { ...point, heightM: 0 } } : null,
    },
  };
}

function otherObjects(scenario: Scenario, start: Instant): TruthObject[] {
  const satellites = scenario.satellites.map(
    (satellite): TruthObject => ({
      ...onPath({
        id: satellite.id,
        path: satellitePath(satellite, scenario.durationS),
        origin: start,
      }),
      kind: 'satellite',
      launch: null,
      burns: [],
      sizeAt: () => satellite.sizeM2,
    }),
  );
  const decays = (scenario.decays ?? []).map(
    (one): TruthObject => ({
      ...onPath({ id: one.id, path: decayPath(one, scenario.durationS), origin: start }),
      kind: 'decay',
      launch: null,
      burns: [],
      sizeAt: () => one.sizeM2,
    }),
  );
  const aircraft = (scenario.aircraft ?? []).map(
    (one): TruthObject => ({
      ...onPath({ id: one.id, path: aircraftPath(one, scenario.durationS), origin: start }),
      kind: 'aircraft',
      launch: null,
      burns: [],
      sizeAt: () => one.sizeM2,
    }),
  );
  return [...satellites, ...decays, ...aircraft];
}

function onPath(options: {
  readonly id: string;
  readonly path: Path;
  readonly origin: Instant;
}): Pick<TruthObject, 'id' | 'from' | 'to' | 'stateAt'> {
  const { id, path, origin } = options;
  return {
    id,
    from: addSeconds(origin, path.fromS),
    to: addSeconds(origin, path.toS),
    // The ends are rounded to a microsecond as instants, so they are clamped rather than missed.
    stateAt: (at) => {
      const timeS = secondsBetween(origin, at);
      if (timeS < path.fromS - 1e-6 || timeS > path.toS + 1e-6) return null;
      return path.at(Math.min(path.toS, Math.max(path.fromS, timeS)));
    },
  };
}

function siteOf(site: Scenario['launches'][number]['site']): Geodetic {
  return geodeticFromDegrees(site.latitudeDeg, site.longitudeDeg, site.heightM);
}

function pointOf(state: Float64Array): Geodetic {
  const position: Vector3<Ecef> = [state[0] as number, state[1] as number, state[2] as number];
  return geodeticFromEcef(position);
}
