// SPDX-License-Identifier: Apache-2.0
// What is in a scenario, as its own truth flies it: for `scenario check`, in words and as JSON.

import {
  addSeconds,
  degreesFromRadians,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  geodesicInverse,
  geodeticFromEcef,
  secondsBetween,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import {
  buildTruth,
  type Scenario,
  sideNames,
  sideSensors,
  type Truth,
  type TruthObject,
} from '@isthmus/sim/scenario';

/** Figures of one launch; null where there is none: it never comes down, or not within the run. */
export interface LaunchSummary {
  readonly id: string;
  readonly kind: string;
  readonly liftoffS: number;
  /** False for a template that waits for a recorded flight: it has no figures. */
  readonly flown: boolean;
  readonly apogeeKm: number | null;
  readonly perigeeKm: number | null;
  readonly rangeKm: number | null;
  readonly azimuthDeg: number | null;
  readonly timeS: number | null;
}

export interface ScenarioSummary {
  readonly name: string;
  readonly title: string;
  readonly start: string;
  readonly durationS: number;
  /** Ids by side. */
  readonly sensors: Readonly<Record<string, readonly string[]>>;
  readonly launches: readonly LaunchSummary[];
  readonly satellites: readonly string[];
  /** Seconds after the start at which it is on the ground; null when that is after the end. */
  readonly decays: readonly { readonly id: string; readonly downS: number | null }[];
  readonly aircraft: readonly string[];
}

/**
 * Builds the truth and reads the figures off it.
 *
 * @throws SimError `no-solution` with the path of the launch that cannot be flown.
 */
export function summariseScenario(scenario: Scenario): ScenarioSummary {
  const truth = buildTruth(withoutWaiting(scenario), 1);
  const decays = truth.objects.filter((object) => object.kind === 'decay');
  return {
    name: scenario.name,
    title: scenario.title,
    start: scenario.start,
    durationS: scenario.durationS,
    sensors: Object.fromEntries(
      sideNames(scenario).map((side) => [side, sideSensors(scenario, side).map(({ id }) => id)]),
    ),
    launches: scenario.launches.map((launch) => launchSummary(launch, truth)),
    satellites: scenario.satellites.map(({ id }) => id),
    decays: decays.map(({ id, to }) => ({
      id,
      downS: to < truth.end ? Math.round(secondsBetween(truth.start, to)) : null,
    })),
    aircraft: (scenario.aircraft ?? []).map(({ id }) => id),
  };
}

/**
 * The launches that can be flown; one that waits for a recorded flight is left out. The launch of a
 * path in an error keeps its place when nothing waits before it.
 */
function withoutWaiting(scenario: Scenario): Scenario {
  const waits = (launch: Scenario['launches'][number]): boolean =>
    launch.kind === 'recorded' && launch.flight === null;
  return scenario.launches.some(waits)
    ? { ...scenario, launches: scenario.launches.filter((launch) => !waits(launch)) }
    : scenario;
}

function launchSummary(launch: Scenario['launches'][number], truth: Truth): LaunchSummary {
  const { id, kind, liftoffS } = launch;
  const flown = truth.launches.find((one) => one.id === id);
  const payload = truth.objects.find((object) => object.id === flown?.payload);
  const nothing = { perigeeKm: null, rangeKm: null, azimuthDeg: null, timeS: null };
  if (flown === undefined || payload === undefined) {
    return { id, kind, liftoffS, flown: false, apogeeKm: null, ...nothing };
  }
  if (kind === 'orbital') {
    return { id, kind, liftoffS, flown: true, ...nothing, ...orbitOf(payload, truth) };
  }
  const apogeeKm = round(highestKm(payload), 1);
  if (flown.impact === null) return { id, kind, liftoffS, flown: true, ...nothing, apogeeKm };
  const line = geodesicInverse(flown.site, flown.impact.point);
  return {
    id,
    kind,
    liftoffS,
    flown: true,
    ...nothing,
    apogeeKm,
    rangeKm: round(line.distanceM / 1000, 1),
    azimuthDeg: round((degreesFromRadians(line.azimuthRad) + 360) % 360, 1),
    timeS: round(secondsBetween(flown.liftoff, flown.impact.time), 1),
  };
}

function highestKm(payload: TruthObject): number {
  let top = 0;
  for (let t = 0; t <= secondsBetween(payload.from, payload.to); t += 1) {
    const state = payload.stateAt(addSeconds(payload.from, t)) as Float64Array;
    const [x, y, z] = state as unknown as readonly [number, number, number];
    top = Math.max(top, geodeticFromEcef([x, y, z]).heightM);
  }
  return top / 1000;
}

/** Perigee and apogee over the equatorial radius at cut-off, as orbits are quoted. */
function orbitOf(
  payload: TruthObject,
  truth: Truth,
): { readonly perigeeKm: number | null; readonly apogeeKm: number | null } {
  const cutOff = payload.burns.at(-1)?.to ?? truth.end;
  const state = payload.stateAt(cutOff);
  if (state === null) return { perigeeKm: null, apogeeKm: null };
  const [x, y, z, vx, vy, vz] = state as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [ux, uy] = [vx - EARTH_ROTATION_RADPS * y, vy + EARTH_ROTATION_RADPS * x];
  const r = Math.hypot(x, y, z);
  const v2 = ux * ux + uy * uy + vz * vz;
  const radial = (x * ux + y * uy + z * vz) / r;
  const a = 1 / (2 / r - v2 / EARTH_MU_M3PS2);
  const parameter = (r * r * (v2 - radial * radial)) / EARTH_MU_M3PS2;
  const e = Math.sqrt(Math.max(0, 1 - parameter / a));
  const heightKm = (radiusM: number): number => round((radiusM - WGS84_SEMI_MAJOR_AXIS_M) / 1e3, 1);
  return { perigeeKm: heightKm(a * (1 - e)), apogeeKm: heightKm(a * (1 + e)) };
}

/** Several lines, without the file. */
export function describeScenario(summary: ScenarioSummary): string {
  const { durationS, start, satellites, decays, aircraft } = summary;
  const lines = [`a scenario of ${number(durationS)} s from ${start}: ${summary.title}`];
  for (const [side, ids] of Object.entries(summary.sensors)) {
    lines.push(`  ${side} has ${ids.join(', ')}`);
  }
  for (const launch of summary.launches) lines.push(`  ${describeLaunch(launch)}`);
  if (summary.launches.length === 0) lines.push('  nothing is launched');
  for (const { id, downS } of decays) {
    const when = downS === null ? 'still up at the end' : `down at ${number(downS)} s`;
    lines.push(`  ${id} comes down from orbit: ${when}`);
  }
  lines.push(`  ${counted(satellites, 'satellite')}, ${counted(aircraft, 'aircraft', '')}`);
  return lines.join('\n');
}

function describeLaunch(launch: LaunchSummary): string {
  const { id, kind, liftoffS, apogeeKm, perigeeKm, rangeKm, azimuthDeg, timeS } = launch;
  const head = `${id} (${kind}) lifts off at ${number(liftoffS)} s:`;
  if (!launch.flown) return `${head} waits for a recorded flight (--flight FILE)`;
  if (perigeeKm !== null) return `${head} to an orbit of ${perigeeKm} by ${apogeeKm} km`;
  const apogee = apogeeKm === null ? '' : `apogee ${number(apogeeKm)} km`;
  if (rangeKm === null || azimuthDeg === null || timeS === null) {
    return `${head} ${apogee}, not down before the end`;
  }
  return `${head} ${apogee}, range ${number(rangeKm)} km along ${azimuthDeg} degrees, down after ${number(timeS)} s`;
}

function counted(list: readonly string[], noun: string, plural = 's'): string {
  return list.length === 0
    ? `no ${noun}${plural}`
    : `${list.length} ${noun}${list.length === 1 ? '' : plural} (${list.join(', ')})`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
