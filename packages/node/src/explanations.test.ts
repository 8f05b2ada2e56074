// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import { createMemoryStorage } from '@isthmus/ledger';
import type { FeedTick, Sensor, SensorReport } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { readSnapshot, takeSnapshot, writeSnapshot } from './snapshot.ts';
import { createNodeState, type NodeState, ownStateHash, stateHash } from './state.ts';
import { step } from './step.ts';

const START = instantFromIso('2012-06-01T11:40:00Z');
const at = (seconds: number): Instant => addSeconds(START, seconds);
const SENSORS: readonly Sensor[] = [
  {
    kind: 'infrared',
    id: 'geo',
    site: geodeticFromDegrees(0, 20, 35_786_000),
    revisitS: 5,
    noiseRad: 4e-5,
    biasRad: 2e-5,
  },
];
const create = (): NodeState =>
  createNodeState({ side: 'west', partner: 'east', sensors: SENSORS });

function said(id: number, second: number, state: SensorReport['state']): SensorReport {
  return { kind: 'state', id, sensor: 'geo', time: at(second), arrival: at(second), state };
}

function tick(state: NodeState, second: number, sensors: readonly SensorReport[]): FeedTick {
  const link = { up: false, heard: null, configured: false };
  const turn = { at: at(second), plots: [], sensors, entries: [], link, recording: true };
  const effects = step(state, null, turn);
  const last = effects.at(-1);
  if (last?.kind !== 'feed' || last.record.kind !== 'tick') throw new RangeError('no tick');
  return last.record;
}

test('what sensors say of themselves is a line of the feed, reaches the officer and is part of what is own', () => {
  const state = create();
  const before = ownStateHash(state);
  expect(tick(state, 0, []).sensors).toEqual([]);
  const told = tick(state, 1, [said(0, 0, 'working'), said(1, 1, 'working')]);
  expect(told.sensors).toEqual([{ sensor: 'geo', state: 'working', since: at(0), heardAt: at(1) }]);
  expect(state.plotsTaken).toBe(2);
  expect(ownStateHash(state)).not.toBe(before);
  expect(tick(state, 40, []).sensors[0]?.state).toBe('not known');
  expect(tick(state, 41, [said(2, 41, 'down')]).sensors[0]?.state).toBe('down');
});

test('a snapshot of a build that knew no states of sensors begins with none heard', async () => {
  const storage = createMemoryStorage();
  const { sensorStates: _, ...older } = create();
  await writeSnapshot(storage, { text: JSON.stringify(older), hash: stateHash(older) }, 0);
  expect(await readSnapshot(storage, 'west')).toEqual(create());
  await writeSnapshot(storage, takeSnapshot(create()), 0);
  expect(await readSnapshot(storage, 'west')).toEqual(create());
});
