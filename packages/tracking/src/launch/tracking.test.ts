// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { Picture, Plot, Sensor } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import type { TrackingState } from './state.ts';
import {
  EYE,
  infraredPlots,
  MISSILE,
  radar,
  radarPlots,
  SATELLITE,
  START,
} from './synthetic-feed.fixture.ts';
import { createTracking, ownPicture, ownTracks, stepTracking } from './tracking.ts';

const north = radar('north', 41, 47);

/** Steps once a second; calls `each` after every step. */
function play(
  state: TrackingState,
  plots: readonly Plot[],
  span: { readonly from: number; readonly to: number },
  each: (now: Instant, second: number) => void = () => {},
): void {
  for (let s = span.from + 1; s <= span.to; s += 1) {
    const [after, now] = [addSeconds(START, s - 1), addSeconds(START, s)];
    const due = plots.filter((plot) => plot.arrival > after && plot.arrival <= now);
    stepTracking(state, due, now);
    each(now, s);
  }
}

function start(sensors: readonly Sensor[]): TrackingState {
  return createTracking(sensors);
}

test('one radar finds a flight in a few looks and calls it a launch from where it came', () => {
  const state = start([north]);
  const plots = radarPlots(north, [MISSILE], { seconds: 60, falseRate: 1, seed: 'one' });
  let firm = Number.POSITIVE_INFINITY;
  play(state, plots, { from: 0, to: 60 }, (_, second) => {
    if (ownTracks(state).length > 0) firm = Math.min(firm, second);
  });
  expect(firm - secondsBetween(START, plots[0]?.time ?? START)).toBeLessThan(20);
  const tracks = ownTracks(state);
  expect(tracks).toHaveLength(1);
  const truth = propagateState(MISSILE, ((tracks[0]?.estimate.time ?? 0) - START) / 1e6);
  const position = tracks[0]?.estimate.state.slice(0, 3) ?? [];
  expect(Math.hypot(...position.map((v, i) => v - (truth[i] as number)))).toBeLessThan(5_000);
  const picture = ownPicture(state, addSeconds(START, 60));
  expect(picture.events.map(({ category }) => category)).toEqual(['launch']);
  expect(picture.events[0]?.launch?.method).toBe('back-propagated');
  expect(picture.events[0]?.evidence[0]).toMatchObject({ party: 'own', source: 'radar' });
});

test('false plots alone never make a track', () => {
  const state = start([north]);
  const plots = radarPlots(north, [], { seconds: 800, falseRate: 4, seed: 'false' });
  expect(plots.length).toBeGreaterThan(1000);
  play(state, plots, { from: 0, to: 800 });
  expect(ownTracks(state)).toEqual([]);
});

test('several bodies of one launch are objects of one event', () => {
  const state = start([north]);
  const stage = MISSILE.map((v, i) => v + ([1500, -800, -1900, -6, 3, -5][i] as number));
  const plots = radarPlots(north, [MISSILE, stage], { seconds: 60, falseRate: 0, seed: 'two' });
  play(state, plots, { from: 0, to: 60 });
  const { events } = ownPicture(state, addSeconds(START, 60));
  expect(events).toHaveLength(1);
  expect(events[0]?.objects).toHaveLength(2);
});

test('an orbiting body is an event of its own kind and never a launch', () => {
  const state = start([north]);
  const plots = radarPlots(north, [SATELLITE], { seconds: 200, falseRate: 0, seed: 'orbit' });
  const seen = new Set<string>();
  play(state, plots, { from: 0, to: 200 }, (now) => {
    for (const event of ownPicture(state, now).events) seen.add(event.category);
  });
  expect(seen).not.toContain('launch');
  expect(seen).toContain('space-object');
});

test('infrared alone gives a launch, then a coast of a new epoch once looks stop', () => {
  const state = start([EYE]);
  const phases: string[] = [];
  play(state, infraredPlots('eye'), { from: 0, to: 220 }, () => {
    const track = ownTracks(state)[0];
    if (track !== undefined) phases.push(`${track.phase} ${track.epoch}`);
  });
  expect([...new Set(phases)]).toEqual(['boost 0', 'coast 1']);
  const event = ownPicture(state, addSeconds(START, 220)).events[0];
  expect(event?.category).toBe('launch');
  expect(event?.launch?.method).toBe('infrared');
  expect(event?.objects[0]?.phase).toBe('coast');
});

test('infrared and radar of one launch meet in one event and one object', () => {
  const gulf = radar('gulf', 26, 57);
  const state = start([EYE, gulf]);
  play(state, infraredPlots('eye'), { from: 0, to: 200 });
  const infrared = ownTracks(state)[0];
  const lastS = secondsBetween(START, infrared?.estimate.time ?? START);
  const seen = propagateState(infrared?.estimate.state ?? [], 200 - lastS);
  const feed = { seconds: 300, falseRate: 0, seed: 'both', fromS: 200 };
  const plots = radarPlots(gulf, [Array.from(seen)], feed);
  play(state, plots, { from: 200, to: 300 });
  const { events } = ownPicture(state, addSeconds(START, 300));
  expect(events).toHaveLength(1);
  expect(events[0]?.objects).toHaveLength(1);
  expect(events[0]?.objects[0]?.tracks).toEqual(['I1', 'R1']);
  expect(events[0]?.evidence.map(({ source }) => source)).toEqual(['infrared', 'radar']);
});

test('a state that went through JSON goes on to the same pictures, bit for bit', () => {
  const sensors = [EYE, north];
  const plots = [
    ...infraredPlots('json'),
    ...radarPlots(north, [MISSILE, SATELLITE], { seconds: 120, falseRate: 2, seed: 'json' }),
  ].sort((a, b) => a.arrival - b.arrival);
  const straight = start(sensors);
  let again = start(sensors);
  const expected: Picture[] = [];
  const got: Picture[] = [];
  play(straight, plots, { from: 0, to: 120 }, (now) => expected.push(ownPicture(straight, now)));
  for (let s = 0; s < 120; s += 1) {
    again = JSON.parse(JSON.stringify(again)) as TrackingState;
    play(again, plots, { from: s, to: s + 1 }, (now) => got.push(ownPicture(again, now)));
  }
  expect(JSON.stringify(got)).toBe(JSON.stringify(expected));
  expect(JSON.stringify(again)).toBe(JSON.stringify(straight));
});

test('plots of no declared sensor and plots far too late are counted and change nothing', () => {
  const state = start([north]);
  const before = JSON.stringify(state.radar);
  const [plot] = radarPlots(north, [MISSILE], { seconds: 60, falseRate: 0, seed: 'late' });
  stepTracking(state, [plot as Plot], addSeconds(START, 200));
  stepTracking(state, [{ ...(plot as Plot), sensor: 'nobody' }], addSeconds(START, 201));
  expect(state.counts).toEqual({ plots: 2, late: 1, ahead: 0, unknownSensor: 1 });
  expect(JSON.stringify(state.radar)).toBe(before);
});
