// SPDX-License-Identifier: Apache-2.0
// Whether two infrared sensors see one flame: their lines of sight meet, look after look, at a height
// where flames are, and what both say of the launch agrees. Without it every further satellite of a
// side would make another launch of the same one.

import {
  cross,
  dot,
  type Ecef,
  geodesicDistanceM,
  norm,
  scale,
  secondsBetween,
  subtract,
  type Vector3,
} from '@isthmus/earth';
import type { InfraredSensor } from '@isthmus/picture';
import { approximateHeightM } from '../models/coast.ts';
import type { Look } from './ascent-looks.ts';
import { LIMITS } from './limits.ts';
import { sightLine } from './sight.ts';
import type { EventRecord, InfraredRecord, TrackingState } from './state.ts';

/** The launch whose flame another sensor sees already, or undefined. */
export function sightedBefore(
  state: TrackingState,
  track: InfraredRecord,
): EventRecord | undefined {
  const seers = (event: EventRecord): readonly InfraredRecord[] =>
    state.infrared.filter((other) => other.event === event.id);
  return state.events.find((event) => {
    if (event.category !== 'launch') return false;
    const others = seers(event);
    if (others.length === 0 || others.some((other) => other.sensor === track.sensor)) return false;
    return others.every((other) => isOneFlame(state, track, other));
  });
}

function isOneFlame(state: TrackingState, one: InfraredRecord, other: InfraredRecord): boolean {
  const mine = infraredSensor(state, one);
  const theirs = infraredSensor(state, other);
  if (mine === undefined || theirs === undefined || !launchesAgree(one, other)) return false;
  let sum = 0;
  let count = 0;
  for (const look of one.looks) {
    const there = lookAt(other.looks, look);
    if (there === null) continue;
    const met = meeting(sightLine(mine, look), sightLine(theirs, there));
    // Sensors side by side give lines that say nothing of where they meet.
    if (met === null) continue;
    if (met.heightM < -LIMITS.flameHeightSlackM || met.heightM > LIMITS.flameHeightMMax)
      return false;
    const errorM = Math.hypot(
      met.rangesM[0] * Math.hypot(mine.noiseRad, mine.biasRad),
      met.rangesM[1] * Math.hypot(theirs.noiseRad, theirs.biasRad),
      LIMITS.flameSwerveM,
    );
    sum += (met.apartM / errorM) ** 2;
    count += 1;
  }
  return count >= 2 && sum / count < LIMITS.flameApart;
}

function infraredSensor(state: TrackingState, track: InfraredRecord): InfraredSensor | undefined {
  const sensor = state.sensors.find(({ id }) => id === track.sensor);
  return sensor?.kind === 'infrared' ? sensor : undefined;
}

function launchesAgree({ launch: a }: InfraredRecord, { launch: b }: InfraredRecord): boolean {
  if (a === null || b === null) return false;
  const seconds = Math.abs(secondsBetween(a.time, b.time));
  if (seconds > LIMITS.flameSigmas * Math.hypot(a.timeSigmaS, b.timeSigmaS)) return false;
  const spread = [a, b].map(({ pointCovarianceM2: [ee, , nn] }) => ee + nn);
  const sigmaM = Math.sqrt((spread[0] as number) + (spread[1] as number));
  return geodesicDistanceM(a.point, b.point) < LIMITS.flameSigmas * sigmaM;
}

/** The angles of a track at the time of another's look, between two looks of its own; else null. */
function lookAt(looks: readonly Look[], { time }: Look): Look | null {
  const k = looks.findIndex((look) => look.time >= time);
  const after = looks[k];
  const before = looks[k - 1] ?? after;
  if (after === undefined || before === undefined) return null;
  if (before.time > time) return null;
  const whole = secondsBetween(before.time, after.time);
  const share = whole === 0 ? 0 : secondsBetween(before.time, time) / whole;
  return {
    ...after,
    time,
    eastRad: before.eastRad + share * (after.eastRad - before.eastRad),
    northRad: before.northRad + share * (after.northRad - before.northRad),
  };
}

type Line = ReturnType<typeof sightLine>;

/** How far apart two lines pass, where, and how far from either end; null when nearly parallel. */
function meeting(
  one: Line,
  other: Line,
): {
  readonly apartM: number;
  readonly heightM: number;
  readonly rangesM: readonly [number, number];
} | null {
  const normal = cross<Ecef>(one.along, other.along);
  const sine = norm(normal);
  if (sine < LIMITS.flameLinesSine) return null;
  const between = subtract<Ecef>(other.from, one.from);
  const range = (along: Vector3<Ecef>): number =>
    dot(cross<Ecef>(between, along), normal) / (sine * sine);
  const rangesM = [range(other.along), range(one.along)] as const;
  const place = one.from.map((v, i) => v + rangesM[0] * (one.along[i] as number));
  return {
    apartM: Math.abs(dot(between, scale(normal, 1 / sine))),
    heightM: approximateHeightM(place),
    rangesM,
  };
}
