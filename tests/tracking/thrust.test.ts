// SPDX-License-Identifier: Apache-2.0
// Powered flight that radar sees: what a naive tracker takes for coast, loses, finds again, and
// states an impact of.

import { addSeconds, geodesicDistanceM, secondsBetween } from '@isthmus/earth';
import { type Flight, type Truth, withFlight } from '@isthmus/sim/scenario';
import { describe, expect, test } from 'vitest';
import { impactMiss, nearestTo, play, scenarioOf } from './play.ts';

function burns(truth: Truth, s: number): boolean {
  const at = addSeconds(truth.start, s);
  const payload = truth.objects.find(({ id }) => id === truth.launches[0]?.payload);
  return payload?.burns.some(({ from, to }) => at >= from && at < to) ?? false;
}

describe('a body first seen by radar above 120 km while it burns (hwasong-15, East alone)', () => {
  const scenario = scenarioOf('hwasong-15');
  // A naive tracker takes what it first sees high up for coast: it loses and finds the body every ten
  // looks, and states where it comes down while it still climbs under power.
  test.each([1, 2, 3])(
    'is one powered track to cut-off, and no region before it; seed %d',
    (seed) => {
      const events = new Set<string>();
      let early = 0;
      let poweredS = 0;
      let miss = Number.NaN;
      let regionS = Number.NaN;
      const { state } = play({ scenario, side: 'east', seed, untilS: 300 }, (second, truth) => {
        const { s, now, picture, warnings } = second;
        for (const { id } of picture.events) events.add(id);
        const isStated = warnings.some(({ impact }) => impact.statement === 'region');
        if (isStated && burns(truth, s)) early += 1;
        if (isStated && !(regionS >= 0)) {
          regionS = s;
          miss = impactMiss(warnings, truth);
        }
        const powered = picture.events.flatMap(({ objects }) =>
          objects.filter(
            ({ phase, tracks }) => phase === 'boost' && tracks.some((id) => id.startsWith('R')),
          ),
        );
        const payload = powered.some(
          ({ estimate }) =>
            estimate !== null && nearestTo(truth, now, estimate.state).id === 'launch-1-payload',
        );
        if (s >= 180 && s < 244 && payload) poweredS += 1;
      });
      expect([...events]).toEqual(['E1']);
      expect(early).toBe(0);
      expect(poweredS).toBeGreaterThan(55);
      // Payload, two stages, and at most two more while they part: not one every ten looks.
      expect(state.radar.length).toBeLessThanOrEqual(5);
      expect(regionS).toBeLessThan(285);
      expect(miss).toBeLessThan(13.8);
    },
  );

  // A naive tracker has forgotten a missile that was above every radar for forty minutes, and warns anew
  // of what comes down.
  test('an apogee of 4,475 km: what comes back after 40 minutes is the launch that went up', () => {
    const launches = new Set<string>();
    const warned = new Set<string>();
    let miss = Number.NaN;
    play({ scenario, side: 'east', seed: 1, untilS: 3200 }, ({ picture, warnings }, truth) => {
      for (const { id, category } of picture.events) if (category === 'launch') launches.add(id);
      for (const { id, stage } of warnings) warned.add(`${id} ${stage}`);
      miss = impactMiss(warnings, truth);
    });
    expect([...launches]).toEqual(['E1']);
    expect([...warned]).toEqual(['own-1 tracked', 'own-1 confirmed']);
    expect(miss).toBeLessThan(13.8);
  });
});

// A naive tracker calls a rocket that it has seen burn all the way into orbit a false alarm, or loses
// it every ten looks under weak thrust and never learns what became of it.
const falcon = scenarioOf('falcon');
test.each([1, 2])('an upper stage seen under weak thrust is one space launch; seed %d', (seed) => {
  const events = new Set<string>();
  let last = '';
  const { state } = play(
    { scenario: falcon, side: 'east', seed, untilS: 600 },
    ({ picture, warnings }) => {
      for (const { id, category } of picture.events) events.add(`${id} ${category}`);
      last = warnings.map(({ stage, assessment }) => `${stage} ${assessment}`).join();
    },
  );
  expect([...events]).toEqual(['E1 launch']);
  expect(last).toBe('tracked space launch');
  expect(state.radar.length).toBeLessThanOrEqual(3);
});

// A naive tracker that loses a rocket under power and finds it again a minute on, faster than any coast
// allows, has found something else: a second event, and a launch that nobody knows the end of.
test('a rocket lost for 70 s under power and found in orbit is the same launch', () => {
  const events = new Set<string>();
  let last = '';
  play(
    {
      scenario: falcon,
      side: 'east',
      seed: 1,
      untilS: 620,
      plots: (plots, truth) =>
        plots.filter(({ time }) => {
          const s = secondsBetween(truth.start, time);
          return s < 435 || s > 505;
        }),
    },
    ({ picture, warnings }) => {
      for (const { id, category } of picture.events) events.add(`${id} ${category}`);
      last = warnings.map(({ stage, assessment }) => `${stage} ${assessment}`).join();
    },
  );
  expect([...events]).toEqual(['E1 launch']);
  expect(last).toBe('tracked space launch');
});

// A launch that fails after 40 s of thrust: up to some 20 km and down again 40 km away.
function failedFlight(): Flight {
  const flight: { timeS: number[]; speedMps: number[]; altitudeKm: number[] } = {
    timeS: [],
    speedMps: [],
    altitudeKm: [],
  };
  let [x, z, vx, vz] = [0, 0, 0.01, 0.1];
  for (let t = 0; z >= 0 && t < 400; t += 0.1) {
    const speed = Math.hypot(vx, vz);
    if (Math.abs(t - Math.round(t)) < 0.05) {
      flight.timeS.push(Math.round(t));
      flight.speedMps.push(speed);
      flight.altitudeKm.push(z / 1000);
    }
    const thrust = t < 40 ? 18 + 0.25 * t : 0;
    const angle = t < 8 ? Math.PI / 2 : t < 14 ? Math.PI / 2 - 0.15 : Math.atan2(vz, vx);
    const drag = (0.5 * 1.225 * Math.exp(-z / 7200) * speed) / 8000;
    vx += 0.1 * (thrust * Math.cos(angle) - drag * vx);
    vz += 0.1 * (thrust * Math.sin(angle) - 9.8 - drag * vz);
    x += 0.1 * vx;
    z += 0.1 * vz;
  }
  return flight;
}

// A naive tracker makes an aircraft of what is slow and low, or carries the thrust of a stage that has
// blown up on to another continent.
test('a boost that fails after 40 s is one launch, and comes down near where it went up', () => {
  const template = scenarioOf('falcon-flight', [
    {
      at: '/sides/west/sensors/gulf-coast/site',
      to: { latitudeDeg: 28, longitudeDeg: -81.5, heightM: 20 },
    },
    { at: '/sides/west/sensors/gulf-coast/limits/azimuthFromDeg', to: 0 },
    { at: '/sides/west/sensors/gulf-coast/limits/azimuthToDeg', to: 0 },
  ]);
  const scenario = withFlight(template, failedFlight());
  const events = new Set<string>();
  const stated: number[] = [];
  const assessments = new Set<string>();
  const { truth } = play({ scenario, side: 'west', seed: 1, untilS: 300 }, (second, real) => {
    for (const { id, category } of second.picture.events) events.add(`${id} ${category}`);
    for (const warning of second.warnings) {
      assessments.add(warning.assessment);
      const { impact } = warning;
      const there = real.launches[0]?.impact;
      if (impact.statement !== 'region' || there === null || there === undefined) continue;
      stated.push(geodesicDistanceM(impact.centre, there.point));
    }
  });
  expect(truth.launches[0]?.impact).not.toBeNull();
  expect([...events].filter((one) => one.endsWith('launch'))).toEqual(['E1 launch']);
  expect([...events].every((one) => one.startsWith('E1 '))).toBe(true);
  expect([...assessments]).not.toContain('space launch');
  expect(Math.max(0, ...stated)).toBeLessThan(30_000);
});
