// SPDX-License-Identifier: Apache-2.0
// Which own sensors work, by what they say of themselves. A sensor that says nothing is not taken to
// work, however quiet the sky may be.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Sensor, SensorReport, SensorState } from '@isthmus/picture';
import { SENSOR_SILENT_S } from './limits.ts';

/** Every sensor, none heard yet. */
export function createSensorStates(sensors: readonly Sensor[]): readonly SensorState[] {
  return sensors.map(({ id }) => ({ sensor: id, state: 'not known', since: null, heardAt: null }));
}

/**
 * The states after the reports of a turn: itself where nothing changed.
 *
 * A run of one state goes on while no two reports of it lie further apart than `SENSOR_SILENT_S`.
 * Reports of other sensors, older ones, and ones of the future (beyond `now`) are passed over.
 */
export function stepSensorStates(
  states: readonly SensorState[],
  reports: readonly SensorReport[],
  now: Instant,
): readonly SensorState[] {
  let isChanged = false;
  const next = states.map((state) => {
    const said = reports.filter((one) => one.sensor === state.sensor && one.time <= now);
    const after = silenced(said.reduce(heard, state), now);
    if (after !== state) isChanged = true;
    return after;
  });
  return isChanged ? next : states;
}

function heard(before: SensorState, report: SensorReport): SensorState {
  const { sensor, time, state } = report;
  if (before.heardAt !== null && time <= before.heardAt) return before;
  const goesOn =
    before.state === state &&
    before.heardAt !== null &&
    secondsBetween(before.heardAt, time) <= SENSOR_SILENT_S;
  return { sensor, state, since: goesOn ? before.since : time, heardAt: time };
}

/** A fault that was told stands until the sensor says otherwise; that it works does not. */
function silenced(state: SensorState, now: Instant): SensorState {
  if (state.state !== 'working' || state.heardAt === null) return state;
  if (secondsBetween(state.heardAt, now) <= SENSOR_SILENT_S) return state;
  return { ...state, state: 'not known', since: state.heardAt };
}
