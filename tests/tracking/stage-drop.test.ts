// SPDX-License-Identifier: Apache-2.0
// What a launch leaves behind: spent stages that fly on by themselves, and which of the bodies the
// warning is about.

import { expect, test } from 'vitest';
import { impactMiss, nearestTo, type Play, play, scenarioOf } from './play.ts';

/** 99.9 % of a region, and the 90 % that it is drawn with. */
const FAR = 13.8;
const WITHIN = 4.6;

const stage = { gapS: 0, burnS: 110, massRatio: 2.8, ballisticCoefficientKgPm2: 12_000 };
const spent = { ballisticCoefficientKgPm2: 600, separationMps: 3 };
/** The default exercise without debris, its last stage too small to be seen, a radar of West's nearby. */
const dropped = scenarioOf('black-sea', [
  { at: '/launches/launch-1/debris/count', to: 0 },
  {
    at: '/launches/launch-1/stages',
    to: [
      { ...stage, spent: { ...spent, sizeM2: 5 } },
      { ...stage, gapS: 4, burnS: 61, massRatio: 3.2, spent: { ...spent, sizeM2: 1e-6 } },
    ],
  },
  {
    at: '/sides/west/sensors/kurecik/site',
    to: { latitudeDeg: 24, longitudeDeg: 54, heightM: 100 },
  },
  { at: '/sides/west/sensors/kurecik/limits/azimuthFromDeg', to: 0 },
  { at: '/sides/west/sensors/kurecik/limits/azimuthToDeg', to: 0 },
  { at: '/sides/west/sensors/kurecik/limits/rangeMaxKm', to: 4000 },
  { at: '/sides/west/sensors/kurecik/detection/referenceRangeKm', to: 2500 },
]);
const parted = scenarioOf('black-sea', [{ at: '/launches/launch-1/debris/count', to: 0 }]);

interface Told {
  readonly launches: Set<string>;
  readonly warned: Set<string>;
  /** Bodies of the truth, nearest to an object and within 2 km of it. */
  readonly followed: Set<string>;
  /** Distance of the main object from the payload, by second, metres. */
  readonly offM: Map<number, number>;
  readonly misses: number[];
}

function told(run: Play): Told {
  const all: Told = {
    launches: new Set(),
    warned: new Set(),
    followed: new Set(),
    offM: new Map(),
    misses: [],
  };
  play(run, ({ s, now, picture, warnings, mainObject }, truth) => {
    const payload = truth.objects.find(({ id }) => id === 'launch-1-payload')?.stateAt(now) ?? null;
    for (const { id } of warnings) all.warned.add(id);
    for (const { id, category, objects } of picture.events) {
      if (category !== 'launch') continue;
      all.launches.add(id);
      for (const { id: object, estimate } of objects) {
        if (estimate === null) continue;
        const near = nearestTo(truth, now, estimate.state);
        if (near.distanceM < 2000) all.followed.add(near.id);
        if (object !== mainObject || payload === null) continue;
        const off = [0, 1, 2].map((i) => (estimate.state[i] ?? 0) - (payload[i] ?? 0));
        all.offM.set(s, Math.hypot(...off));
      }
    }
    const miss = impactMiss(warnings, truth);
    if (miss >= 0) all.misses.push(miss);
  });
  return all;
}

// A naive tracker calls the spent stage a second launch, or warns of where that falls: it is the larger
// of the two, and is seen coasting before the payload is.
test.each([1, 2, 3])('stage drop: the warning stays with the payload; seed %d', (seed) => {
  const { launches, warned, followed, offM, misses } = told({
    scenario: dropped,
    side: 'west',
    seed,
    untilS: 500,
  });
  expect([...launches]).toEqual(['E1']);
  expect([...warned]).toEqual(['own-1']);
  expect([...followed]).toEqual(expect.arrayContaining(['launch-1-payload', 'launch-1-stage-1']));
  const late = [...offM].filter(([s]) => s >= 220).map(([, metres]) => metres);
  expect(late.length).toBe(281);
  // The stage is over 200 km behind by then, and the radar is worth some hundred metres.
  expect(Math.max(...late)).toBeLessThan(2000);
  expect(Math.max(...misses)).toBeLessThan(FAR);
  expect(misses.at(-1)).toBeLessThan(WITHIN);
});

// A naive tracker takes what a spring has pushed off at burn-out for another launch, or draws the region
// of one body where the other may be the one that matters: nothing in how they fly tells which it is.
test.each([
  ['west', 1],
  ['east', 1],
  ['east', 2],
] as const)(
  'burn-out: two bodies, one launch, and a region that holds the payload; %s, seed %d',
  (side, seed) => {
    const { launches, warned, followed, misses } = told({
      scenario: parted,
      side,
      seed,
      untilS: 900,
    });
    expect([...launches]).toEqual(['E1']);
    expect([...warned]).toEqual(['own-1']);
    expect([...followed].sort()).toEqual(['launch-1-payload', 'launch-1-stage-2']);
    expect(misses.length).toBeGreaterThan(200);
    expect(Math.max(...misses)).toBeLessThan(FAR);
    expect(misses.at(-1)).toBeLessThan(WITHIN);
  },
);
