// SPDX-License-Identifier: Apache-2.0
// How the body of a radar track moves, as its looks tell: under power or not, since when, and whether
// the track has gone over to another body.

import type { RadarPlot, RadarSensor, Sensor } from '@isthmus/picture';
import { approximateHeightM } from '../models/coast.ts';
import { drifts, noDrift } from './drift.ts';
import { climbs, mayBurn, perigeeAbove } from './kinematics.ts';
import { LIMITS } from './limits.ts';
import {
  logOddsOfManoeuvre,
  manoeuvreFound,
  openManoeuvreWatch,
  strongestTest,
  watchManoeuvre,
  withManoeuvre,
} from './manoeuvre-test.ts';
import {
  type Correction,
  estimateOf,
  predictFilter,
  type RadarFilter,
  updateFilter,
} from './radar-filter.ts';
import { singleFilter } from './single-body.ts';
import type { RadarRecord } from './state.ts';
import { openThrustTest, testThrust, thrustFound, verdictOf } from './thrust-test.ts';

interface Look {
  readonly sensor: RadarSensor;
  readonly plot: RadarPlot;
  readonly correction: Correction;
  /** No other body of the launch is near. */
  readonly isAlone: boolean;
  /** All that may have seen the track. */
  readonly sensors: readonly Sensor[];
}

/** Judges the motion of a track that has just taken a look; changes `record`. */
export function noteMotion(record: RadarRecord, look: Look): void {
  if (record.filter.motion === 'coast') {
    // Coast that may be thrust counts for nothing yet.
    if (record.thrust === null) {
      record.coastFirst ??= look.plot.time;
      record.coastLast = record.lastSeen;
    }
  }
  if (record.looks >= 3 && record.looks < LIMITS.youngLooks) beginPowered(record);
  if (record.id === '') return;
  if (record.filter.motion === 'coast') {
    if (burns(record, look) || leavesPath(record, look)) return;
    judgeCoast(record, look.sensor);
  } else if (record.filter.motion === 'powered') {
    judgePowered(record, look);
  }
}

/** Begins to ask whether a new track burns, where that is possible at all. */
export function beginThrustTest(record: RadarRecord): void {
  if (record.filter.motion !== 'coast' || !mayBurn(record.filter.state)) return;
  record.thrust = openThrustTest(record.lastSeen);
  record.coastFirst = null;
  record.coastLast = null;
}

/** Carries the test of a coasting track on by a look; true when it has become powered. */
function burns(record: RadarRecord, { plot, correction }: Look): boolean {
  const test = record.thrust;
  if (test === null) return false;
  testThrust(test, correction, plot.time);
  const verdict = verdictOf(test);
  if (verdict === 'burns') {
    const { thrustMps2, sigmaMps2 } = thrustFound(test);
    const s = test.sensitivity;
    const spread = Math.hypot(sigmaMps2, thrustMps2 / 2);
    const above = perigeeAbove(estimateOf(record.filter), LIMITS.groundPerigeeM);
    if (above < -LIMITS.openLaunchSigmas) record.rose = true;
    const state = record.filter.state.map((v, i) => v + (s[i] as number) * thrustMps2);
    const covariance = record.filter.covariance.map(
      (v, k) => v + (s[Math.floor(k / 6)] as number) * (s[k % 6] as number) * spread ** 2,
    );
    becomePowered(record, { state, covariance, positionM: 500, velocityMps: 50 });
    return true;
  }
  if (verdict === 'coasts' || (record.looks % 4 === 0 && !mayBurn(record.filter.state))) {
    record.thrust = null;
    record.coastFirst = test.since;
    record.coastLast = record.lastSeen;
  }
  return false;
}

/** Carries the watch over a coasting track on by a look; true when it has left its path. */
function leavesPath(record: RadarRecord, look: Look): boolean {
  if (record.thrust !== null || record.looks <= LIMITS.manoeuvreAfterLooks) return false;
  if (!look.isAlone) {
    record.manoeuvre = null;
    return false;
  }
  if (record.manoeuvre === null) {
    record.manoeuvre = openManoeuvreWatch(singleFilter(record.filter, look.sensors), look.sensors);
    return false;
  }
  const watch = record.manoeuvre;
  watchManoeuvre(watch, look);
  const found = manoeuvreFound(watch);
  if (found === null) return false;
  record.filter = watch.single;
  const { state, covariance } = withManoeuvre(watch, found, watch.at);
  becomePowered(record, { state, covariance, positionM: 500, velocityMps: 50 });
  return true;
}

/** Leaves ballistic flight when innovations say so, and notes that another body is followed. */
function judgeCoast(record: RadarRecord, sensor: RadarSensor): void {
  if (record.looks <= 12) return;
  if (record.nis < ballisticNis(record)) {
    // Of a lone body what its radars are known to be off by is no drift; and one that drifts as a force
    // would have it is no other body: widened, it would hide the force.
    const drift = record.manoeuvre?.drift ?? record.drift;
    if (drifts(drift) && !mayBeForced(record)) followAnother(record, sensor);
    return;
  }
  const { state, covariance } = record.filter;
  becomePowered(record, { state, covariance, positionM: 2_000, velocityMps: 200 });
}

/** Whether it is likelier than not that a lone body is under a force that matters. */
function mayBeForced({ manoeuvre }: RadarRecord): boolean {
  if (manoeuvre === null || logOddsOfManoeuvre(manoeuvre) < 0) return false;
  const acceleration = strongestTest(manoeuvre)?.found.acceleration ?? [];
  return Math.hypot(...acceleration) > LIMITS.thrustMps2Min;
}

/** Goes on as powered flight from a state, whose covariance is widened on each axis by so much. */
function becomePowered(
  record: RadarRecord,
  from: {
    readonly state: number[];
    readonly covariance: readonly number[];
    readonly positionM: number;
    readonly velocityMps: number;
  },
): void {
  const covariance = [...from.covariance];
  for (let i = 0; i < 3; i += 1) {
    covariance[i * 7] = (covariance[i * 7] as number) + from.positionM ** 2;
    covariance[(i + 3) * 7] = (covariance[(i + 3) * 7] as number) + from.velocityMps ** 2;
  }
  record.filter = { ...record.filter, motion: 'powered', state: from.state, covariance };
  record.epoch += 1;
  record.nis = 1;
  record.drift = noDrift();
  record.thrust = null;
  record.manoeuvre = null;
  record.shadow = null;
  record.coastFirst = null;
  record.coastLast = null;
}

/** Comes back to ballistic flight when a shadow that flies so fits, and thrust is ruled out. */
function judgePowered(record: RadarRecord, { sensor, plot }: Look): void {
  const shadow = record.shadow;
  if (shadow === null) {
    record.shadow = shadowOf(record);
    return;
  }
  const updated = updateFilter(predictFilter(shadow.filter, plot.time), {
    sensor,
    plot,
    iterations: 1,
  });
  if (updated === null) {
    record.shadow = null;
    return;
  }
  shadow.filter = updated.filter;
  shadow.nisSum += updated.innovation.distance / 3;
  shadow.looks += 1;
  testThrust(shadow.thrust, updated.correction, plot.time);
  if (shadow.looks < LIMITS.cutOffLooks) return;
  const verdict = verdictOf(shadow.thrust);
  const fits = shadow.nisSum / shadow.looks < LIMITS.cutOffNis;
  if (verdict === 'coasts' && fits) {
    record.filter = { ...shadow.filter, motion: 'coast' };
    record.rise = record.rise.filter(({ time }) => time < shadow.thrust.since);
    record.epoch += 1;
    record.nis = 1;
    record.coastFirst = plot.time;
    record.coastLast = plot.time;
    record.shadow = null;
    return;
  }
  const old = (plot.time - shadow.thrust.since) / 1e6 > LIMITS.shadowSecondsMax;
  if (!fits || verdict === 'burns' || old) record.shadow = null;
}

function shadowOf(record: RadarRecord): NonNullable<RadarRecord['shadow']> {
  // Without the allowance for drag on the way up: weak thrust would hide in it.
  // On the way down without lift: a glide would hide in an allowance on every axis.
  const motion = climbs(estimateOf(record.filter)) ? 'vacuum' : 'falling';
  const filter: RadarFilter = { ...record.filter, motion };
  return { filter, nisSum: 0, looks: 0, thrust: openThrustTest(filter.time) };
}

/** A climbing body this low may burn again after a staging gap: less speaks for it than elsewhere. */
function ballisticNis(record: RadarRecord): number {
  const low = approximateHeightM(record.filter.state) < LIMITS.stagingBelowM;
  const may = low && climbs(estimateOf(record.filter), LIMITS.risingMpsMin);
  return may ? LIMITS.stagingNis : LIMITS.notBallisticNis;
}

/** The track has gone over to another body of the same cloud: its past is worth less than claimed. */
export function followAnother(record: RadarRecord, sensor: RadarSensor): void {
  const covariance = [...record.filter.covariance];
  const apart = (LIMITS.splitRangeNoises * sensor.noise.rangeM) ** 2;
  for (let i = 0; i < 3; i += 1) {
    covariance[i * 7] = (covariance[i * 7] as number) + apart;
    covariance[(i + 3) * 7] = (covariance[(i + 3) * 7] as number) + LIMITS.splitSpeedMps ** 2;
  }
  record.filter = { ...record.filter, covariance };
  record.epoch += 1;
  record.drift = noDrift();
  if (record.manoeuvre !== null) record.manoeuvre.drift = noDrift();
}

/**
 * What rises this low left the ground within two minutes, and most likely burns: taken for coast it
 * would be lost and found again every ten looks. Asked while a track is young.
 */
function beginPowered(record: RadarRecord): void {
  if (
    record.filter.motion === 'powered' ||
    approximateHeightM(record.filter.state) > LIMITS.risingBelowM
  ) {
    return;
  }
  if (!climbs(estimateOf(record.filter), LIMITS.risingMpsMin)) return;
  record.filter.motion = 'powered';
  record.rose = true;
  record.coastFirst = null;
  record.coastLast = null;
}
