// SPDX-License-Identifier: Apache-2.0
// What catches a naive tracker, each over the real one. Bodies here coast by the tracker's own model
// of gravity, so these are cases of association and track life; those that need a truth of its own
// (thrust, staging, resolution, clocks) are in tests/tracking.

import {
  addSeconds,
  createRandom,
  type Instant,
  lookAngles,
  secondsBetween,
  solvePositive,
} from '@isthmus/earth';
import type { Plot } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { propagateState } from '../models/coast.ts';
import { predictSatellite } from '../satellites/catalogue.ts';
import type { ElementSet } from '../satellites/element-sets.ts';
import type { TrackingState } from './state.ts';
import { MISSILE, radar, radarPlots, SATELLITE, START } from './synthetic-feed.fixture.ts';
import { createTracking, ownPicture, stepTracking } from './tracking.ts';

const north = radar('north', 41, 47);

/** Plays plots a second at a time; calls `each` after every step. */
function played(
  plots: readonly Plot[],
  seconds: number,
  catalogue: readonly ElementSet[] = [],
  each: (state: TrackingState, now: Instant) => void = () => {},
): TrackingState {
  const state = createTracking([north], catalogue);
  const ordered = [...plots].sort((a, b) => a.arrival - b.arrival || a.id - b.id);
  let next = 0;
  for (let s = 1; s <= seconds; s += 1) {
    const now = addSeconds(START, s);
    const due: Plot[] = [];
    for (; (ordered[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(ordered[next] as Plot);
    }
    stepTracking(state, due, now);
    each(state, now);
  }
  return state;
}

// A naive tracker gates a lost track from its last look alone: the gate grows without end, and clutter
// finds the body again long after it came down.
test('clutter never finds again what has come down', () => {
  const seen = radarPlots(north, [MISSILE], { seconds: 80, falseRate: 0, seed: 'down' });
  const clutter = radarPlots(north, [], { seconds: 2400, falseRate: 3, seed: 'clutter' });
  const plots = [...seen, ...clutter].map((plot, id) => ({ ...plot, id }));
  const state = played(plots, 2400);
  const last = state.events.find(({ category }) => category === 'launch')?.lastSeen ?? START;
  expect(secondsBetween(START, last)).toBeLessThan(81);
  expect(ownPicture(state, addSeconds(START, 2400)).events).toHaveLength(1);
});

/** A made-up satellite at that place at that time: elements are moved until SGP4 has it there. */
function satelliteThrough(place: readonly number[], at: Instant, number: string): ElementSet {
  const radius = Math.hypot(...place);
  let free = [Math.sqrt(3.986e14 / radius ** 3) * (86_400 / (2 * Math.PI)), 0, 0];
  const made = ([motion, node, anomaly]: readonly number[]): ElementSet => ({
    number,
    name: 'TEST',
    epoch: addSeconds(at, -7200),
    meanMotionRevPerDay: motion as number,
    eccentricity: 0.0005,
    inclinationDeg: 65,
    nodeDeg: node as number,
    argumentOfPerigeeDeg: 0,
    meanAnomalyDeg: anomaly as number,
    bstar: 1e-5,
  });
  const miss = (of: readonly number[]): number[] =>
    (predictSatellite(made(of), at)?.state ?? []).slice(0, 3).map((v, i) => v - (place[i] ?? 0));
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < 360; node += 5) {
    for (let anomaly = 0; anomaly < 360; anomaly += 5) {
      const distance = Math.hypot(...miss([free[0] ?? 0, node, anomaly]));
      if (distance < least) {
        least = distance;
        free = [free[0] ?? 0, node, anomaly];
      }
    }
  }
  for (let round = 0; round < 15; round += 1) {
    const here = miss(free);
    const steps = [1e-4, 1e-3, 1e-3];
    const slopes = steps.map((step, k) =>
      miss(free.with(k, (free[k] as number) + step)).map((v, i) => (v - (here[i] ?? 0)) / step),
    );
    const normal = new Float64Array(9);
    const pull = new Float64Array(3);
    for (let k = 0; k < 3; k += 1) {
      for (let l = 0; l < 3; l += 1) {
        normal[k * 3 + l] = (slopes[k] ?? []).reduce(
          (sum, v, i) => sum + v * (slopes[l]?.[i] ?? 0),
          0,
        );
      }
      pull[k] = -(slopes[k] ?? []).reduce((sum, v, i) => sum + v * (here[i] ?? 0), 0);
    }
    const shift = solvePositive(normal, pull, 3);
    free = free.map((v, k) => v + (shift?.[k] ?? 0));
  }
  return made(free);
}

/** Plots of a satellite where SGP4 has it, by the radar of the other tests. */
function satellitePlots(elements: ElementSet, seconds: number, seed: string): Plot[] {
  const random = createRandom(seed);
  const { noise } = north;
  const plots: Plot[] = [];
  for (let t = 0; t < seconds; t += north.revisitS) {
    // Half a scan beside the other feed: a radar that turns looks in other directions at other times.
    const time = addSeconds(START, t + 0.1);
    const state = predictSatellite(elements, time)?.state ?? [];
    const look = lookAngles(north.site, [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0]);
    if (look.elevationRad < north.elevationMinRad || look.rangeM > north.rangeMaxM) continue;
    plots.push({
      kind: 'radar',
      id: t,
      sensor: north.id,
      time,
      arrival: addSeconds(time, 0.4),
      rangeM: look.rangeM + noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + noise.azimuthRad * random.normal(),
      elevationRad: look.elevationRad + noise.elevationRad * random.normal(),
    });
  }
  return plots;
}

/** Catalogue numbers of what the picture has in orbit. */
function satellitesIn(state: TrackingState, at: Instant): readonly string[] {
  return ownPicture(state, at).events.flatMap(({ orbiting }) => orbiting?.satellite ?? []);
}

describe('satellites of a catalogue', () => {
  const above = [4_000_000, 3_900_000, 4_100_000];

  // A naive tracker judges each arc by itself, and sooner or later one young arc of thousands a day
  // looks like one that meets the ground.
  test('one that passes is told by its number, and is never a launch', () => {
    const elements = satelliteThrough(above, addSeconds(START, 60), '90001');
    const plots = satellitePlots(elements, 120, 'pass');
    const seen = new Set<string>();
    let known = Number.POSITIVE_INFINITY;
    const state = played(plots, 120, [elements], (now, at) => {
      for (const { category } of ownPicture(now, at).events) seen.add(category);
      if (satellitesIn(now, at).length > 0) known = Math.min(known, secondsBetween(START, at));
    });
    expect(plots.length).toBeGreaterThan(50);
    expect([...seen]).toEqual(['space-object']);
    expect(known).toBeLessThan(60);
    expect(satellitesIn(state, addSeconds(START, 120))).toEqual(['90001']);
  });

  // A naive tracker compares every new track with every satellite at once, and a crowd of them holds
  // up the warnings of that second.
  test('a crowd of new tracks is looked up over several steps, and every one is', () => {
    const crowd = Array.from({ length: 12 }, (_, i) =>
      MISSILE.map((v, k) => (k === 0 ? v + 60_000 * i : v)),
    );
    const plots = radarPlots(north, crowd, { seconds: 60, falseRate: 0, seed: 'crowd' });
    const other = satelliteThrough([-4_000_000, -3_900_000, 4_100_000], START, '90003');
    const catalogue = Array.from({ length: 10_000 }, () => other);
    const asked = new Map<string, number>();
    let most = 0;
    const state = played(plots, 60, catalogue, (then) => {
      const due = then.radar.filter(
        ({ id, screenedLooks }) => screenedLooks > (asked.get(id) ?? 0),
      );
      most = Math.max(most, due.length);
      for (const { id, screenedLooks } of due) asked.set(id, screenedLooks);
    });
    expect(state.radar.length).toBeGreaterThanOrEqual(12);
    expect(most).toBe(5);
    expect(state.radar.filter(({ screenedLooks }) => screenedLooks < 4)).toEqual([]);
  });

  // A naive tracker gates by place alone: what passes near a satellite is screened away with it.
  test.each([
    ['in the catalogue', true],
    ['in no catalogue', false],
  ])('a missile that passes within 5 km of one %s stays a launch, and one', (_, listed) => {
    const there = propagateState(MISSILE, 60);
    const elements = satelliteThrough(
      [(there[0] ?? 0) + 3000, (there[1] ?? 0) - 2000, (there[2] ?? 0) + 2000],
      addSeconds(START, 60),
      '90002',
    );
    const plots = [
      ...radarPlots(north, [MISSILE], { seconds: 120, falseRate: 0, seed: 'crossing' }),
      ...satellitePlots(elements, 120, 'crossing satellite'),
    ].map((plot, id) => ({ ...plot, id }));
    const launches = new Set<string>();
    const state = played(plots, 120, listed ? [elements] : [], (now, at) => {
      for (const { id, category } of ownPicture(now, at).events) {
        if (category === 'launch') launches.add(id);
      }
    });
    expect(launches.size).toBe(1);
    const { events } = ownPicture(state, addSeconds(START, 120));
    expect(events.map(({ category }) => category).sort()).toEqual(['launch', 'space-object']);
    const launch = events.find(({ category }) => category === 'launch')?.objects ?? [];
    expect(launch).toHaveLength(1);
    const real = propagateState(MISSILE, 120);
    const error = [0, 1, 2].map((i) => (launch[0]?.estimate?.state[i] ?? 0) - (real[i] ?? 0));
    expect(Math.hypot(...error)).toBeLessThan(3000);
    expect(satellitesIn(state, addSeconds(START, 120))).toEqual(listed ? ['90002'] : []);
  });
});

// A naive tracker takes whatever burns for a launch: a satellite that raises its orbit, and one that drops
// out of it, become missiles as soon as the thrust is seen.
test.each([
  ['raises its orbit', 5],
  ['drops out of its orbit', -5],
])('a satellite that %s is a space object while it burns', (_, accelerationMps2) => {
  const categories = new Set<string>();
  let powered = false;
  played(burningPlots(accelerationMps2), 130, [], (state, now) => {
    for (const { category, objects } of ownPicture(state, now).events) {
      categories.add(category);
      powered ||= objects.some(({ phase }) => phase === 'boost');
    }
  });
  expect(powered).toBe(true);
  expect([...categories]).toEqual(['undetermined', 'space-object']);
});

/** Plots of the satellite of the fixture, which burns along its velocity from 70 s on. */
function burningPlots(accelerationMps2: number): Plot[] {
  const random = createRandom('burn');
  let state: ArrayLike<number> = SATELLITE;
  const plots: Plot[] = [];
  for (let s = 0; s < 130; s += 1) {
    const [x, y, z, vx, vy, vz] = Array.from(state) as unknown as readonly [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const look = lookAngles(north.site, [x, y, z]);
    const time = addSeconds(START, s);
    plots.push({
      kind: 'radar',
      id: s,
      sensor: north.id,
      time,
      arrival: addSeconds(time, 0.4),
      rangeM: look.rangeM + north.noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + north.noise.azimuthRad * random.normal(),
      elevationRad: look.elevationRad + north.noise.elevationRad * random.normal(),
    });
    const factor = s < 70 ? 1 : 1 + accelerationMps2 / Math.hypot(vx, vy, vz);
    state = propagateState([x, y, z, vx * factor, vy * factor, vz * factor], 1);
  }
  return plots;
}

// Seed 77 of the benchmark's day of satellites: two that no radar had seen for 52 and 56 s each took one
// plot of another body, in a gate that a force of 6 g had opened to 90 km, and were called launches.
test('one stray plot after a minute out of sight makes no launch of a satellite', () => {
  const slow = { ...north, revisitS: 6 };
  const seen = radarPlots(slow, [SATELLITE], { seconds: 120, falseRate: 0, seed: 'pass' });
  const random = createRandom('stray');
  const there = propagateState(SATELLITE, 172);
  for (let i = 0; i < 10; i += 1) {
    const away = [0, 1, 2].map((k) => (there[k] ?? 0) + 40_000 * random.normal());
    const look = lookAngles(slow.site, [away[0] ?? 0, away[1] ?? 0, away[2] ?? 0]);
    const time = addSeconds(START, 172);
    const stray = { ...look, kind: 'radar', sensor: slow.id, time, arrival: time } as const;
    const state = createTracking([slow]);
    const plots: Plot[] = [...seen, { ...stray, id: seen.length }];
    for (let s = 6; s <= 204; s += 6) {
      const due = plots.filter(
        ({ arrival }) => Math.ceil(secondsBetween(START, arrival) / 6) * 6 === s,
      );
      stepTracking(state, due, addSeconds(START, s));
      expect(
        state.events.filter(({ category }) => category === 'launch'),
        `${i}`,
      ).toEqual([]);
    }
    expect(state.events.map(({ category }) => category)).toEqual(['space-object']);
  }
});
