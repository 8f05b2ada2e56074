// SPDX-License-Identifier: Apache-2.0
// The partner's record, over draws of two sides that each err as they say, and of partners that do not.

import {
  add,
  addSeconds,
  createRandom,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  type Random,
} from '@isthmus/earth';
import type { Picture, Rebase } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { propagateCoast } from '../models/coast.ts';
import { createFusion, receiveItem, standings, stepFusion, systemPicture } from './fusion.ts';
import type { FusionState } from './fusion-state.ts';
import { LIMITS } from './limits.ts';
import { START } from './synthetic-feed.fixture.ts';
import { createTrust, isLeftOut, scoreEvent, scoreReport, type TrustRecord } from './trust.ts';
import { drawnEstimate, ownEvent, REPORT_EVERY_S } from './two-sides.fixture.ts';

/** How a partner errs: its error as a multiple of what it says, and what it adds at a time. */
interface Fault {
  readonly errs?: number;
  readonly offset?: (afterS: number) => readonly number[];
  readonly stampedLateS?: number;
}

/**
 * The record after `reports` reports, 10 s apart, of one flight. `renewed` is how many of them pass
 * before the errors of both sides are drawn again: never, where errors are constant.
 */
function after(
  reports: number,
  fault: Fault,
  given: { readonly seed: string; readonly renewed: number },
): { readonly record: TrustRecord; readonly alarmAt: number | null } {
  const random = createRandom(given.seed);
  const record = createTrust();
  const late = fault.stampedLateS ?? 0;
  let own = drawnEstimate('own', 0, random);
  let theirs = propagateCoast(
    drawnEstimate('theirs', 0, random, fault.errs),
    addSeconds(START, -late),
  );
  let alarmAt: number | null = null;
  for (let i = 1; i <= reports; i += 1) {
    const now = addSeconds(START, REPORT_EVERY_S * i);
    if (i % given.renewed === 0) {
      own = drawnEstimate('own', i, random);
      theirs = drawnEstimate('theirs', i, random, fault.errs);
    }
    own = propagateCoast(own, now);
    theirs = propagateCoast(theirs, addSeconds(now, -late));
    const wrong = fault.offset?.(REPORT_EVERY_S * i) ?? [];
    const state = theirs.state.map((v, k) => v + (wrong[k] ?? 0));
    const told = [{ source: 'radar', estimate: { ...theirs, time: now, state } }] as const;
    scoreEvent(record, { theirs: 'X', own: ownEvent(own), told }, now);
    if (record.level > 0) alarmAt ??= i;
  }
  return { record, alarmAt };
}

describe('an honest partner', () => {
  test.each([1, 5, 1000])('is taken at its word, errors drawn anew every %i reports', (renewed) => {
    const distances: number[] = [];
    for (let seed = 0; seed < 40; seed += 1) {
      const { record } = after(30, {}, { seed: `honest ${renewed} ${seed}`, renewed });
      expect(record.level, `seed ${seed}`).toBe(0);
      distances.push(record.distance);
    }
    const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
    expect(mean).toBeGreaterThan(0.9);
    expect(mean).toBeLessThan(1.1);
  });

  test('may say too little of its errors by a half and still be', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const { record } = after(30, { errs: 1.3 }, { seed: `half ${seed}`, renewed: 5 });
      expect(record.level, `seed ${seed}`).toBe(0);
    }
  });
});

describe('a partner whose word is not what its errors are', () => {
  // Along x its sigma is 700 m and ours 300: eight sigmas of both together are 6.1 km.
  test.each([
    ['a place eight sigmas off', { offset: () => [6_100] }, 4],
    ['errors five times what it says', { errs: 5 }, 12],
    ['a drift of 50 m/s', { offset: (s: number) => [50 * s] }, 20],
    ['two seconds hidden in its stamps', { stampedLateS: 2 }, 4],
  ] as const)('%s is wider or out within so many reports', (_name, fault, within) => {
    const alarms: number[] = [];
    for (let seed = 0; seed < 30; seed += 1) {
      const { alarmAt } = after(30, fault, { seed: `fault ${seed}`, renewed: 3 });
      alarms.push(alarmAt ?? Number.POSITIVE_INFINITY);
    }
    alarms.sort((a, b) => a - b);
    expect(alarms[Math.floor(0.95 * alarms.length)], JSON.stringify(alarms)).toBeLessThanOrEqual(
      within,
    );
  });
});

describe('launch reports beside own infrared', () => {
  /** What a side says of a launch, with errors that are what it says, and moved besides. */
  function launchOf(random: Random, moved: { readonly s?: number; readonly northM?: number } = {}) {
    const [timeSigmaS, sigmaM] = [4, 5_000];
    const from = geodeticFromDegrees(20, 62);
    const point = geodeticFromEcef(
      add<Ecef>(
        ecefFromGeodetic(from),
        ecefFromEnu(from, [
          sigmaM * random.normal(),
          sigmaM * random.normal() + (moved.northM ?? 0),
          0,
        ]),
      ),
    );
    const time = addSeconds(START, timeSigmaS * random.normal() + (moved.s ?? 0));
    const pointCovarianceM2: [number, number, number] = [sigmaM ** 2, 0, sigmaM ** 2];
    const azimuth = { azimuthRad: null, azimuthSigmaRad: null };
    return { time, timeSigmaS, point, pointCovarianceM2, ...azimuth } as const;
  }

  function levelAfter(
    updates: number,
    seed: string,
    moved: Parameters<typeof launchOf>[1],
  ): number {
    const random = createRandom(seed);
    const record = createTrust();
    const own = { ...launchOf(random), method: 'infrared' } as const;
    const told = { ...launchOf(random, moved), method: 'partner' } as const;
    for (let i = 1; i <= updates; i += 1) {
      const at = addSeconds(START, 100 + 10 * i);
      scoreReport(record, { theirs: 'X', ownEvent: 'E1', at, own, told }, at);
    }
    expect(record.scored).toBe(updates);
    return record.level;
  }

  test('an honest one is believed, though it says the same twenty times', () => {
    for (let i = 0; i < 100; i += 1) expect(levelAfter(20, `launch ${i}`, {}), `seed ${i}`).toBe(0);
  });

  test.each([
    // Both err by 5 km along each axis, and by 4 s.
    ['eighty kilometres away', { northM: 80_000 }],
    ['a minute late', { s: 60 }],
  ])('one that is %s is found within four', (_name, moved) => {
    for (let i = 0; i < 100; i += 1) {
      expect(levelAfter(4, `launch ${i}`, moved), `seed ${i}`).toBeGreaterThan(0);
    }
  });
});

describe('through fusion', () => {
  const atReport = (i: number): Instant => addSeconds(START, REPORT_EVERY_S * i);

  /** One report of a flight under way, both sides' errors drawn anew, theirs off by `offM`. */
  function report(state: FusionState, i: number, offM: number, seed: string): Picture {
    const random = createRandom(`${seed} ${i}`);
    const own = ownEvent(drawnEstimate('own', i, random));
    const told = drawnEstimate('theirs', i, random);
    const item: Rebase = {
      kind: 'rebase',
      track: 'T1',
      event: 'X',
      source: 'radar',
      phase: 'coast',
      epoch: i,
      looks: 10,
      estimate: { ...told, state: told.state.map((v, k) => (k === 0 ? v + offM : v)) },
    };
    receiveItem(state, 'east', item);
    const picture = { at: atReport(i), events: [own] };
    stepFusion(state, { picture, tracks: [] }, atReport(i));
    return systemPicture(state, picture, atReport(i));
  }

  const SHIFT_M = 60_000;

  test('a partner that errs by more than its word stays out of own events, and is shown', () => {
    const state = createFusion();
    for (let i = 1; i <= 10; i += 1) report(state, i, SHIFT_M, 'out');
    const [standing] = standings(state);
    expect(standing).toMatchObject({ party: 'east', leftOut: true, scored: 10 });
    expect(standing?.since).not.toBeNull();
    const system = report(state, 11, SHIFT_M, 'out');
    const [event] = system.events;
    expect(event?.evidence.map(({ party }) => party)).toEqual(['own']);
    expect(event?.objects.map(({ id }) => id)).toEqual(['O1']);
    const alone = { at: atReport(12), events: [] };
    stepFusion(state, { picture: alone, tracks: [] }, atReport(12));
    const seen = systemPicture(state, alone, atReport(12));
    expect(seen.events.map(({ id }) => id)).toEqual(['east:X']);
  });

  test('what is withdrawn leaves no sums, and an alarm stays', () => {
    const state = createFusion();
    for (let i = 1; i <= 3; i += 1) report(state, i, SHIFT_M, 'back');
    expect(standings(state)[0]?.leftOut).toBe(false);
    receiveItem(state, 'east', { kind: 'withdrawal', event: 'X', reason: 'false' });
    expect(state.partners[0]?.trust?.tests).toEqual([]);
    for (let i = 4; i <= 6; i += 1) report(state, i, SHIFT_M, 'back');
    expect(standings(state)[0]).toMatchObject({ leftOut: false, events: { withdrawn: 1 } });
    for (let i = 7; i <= 8; i += 1) report(state, i, SHIFT_M, 'back');
    receiveItem(state, 'east', { kind: 'withdrawal', event: 'X', reason: 'false' });
    expect(standings(state)[0]?.leftOut).toBe(true);
  });

  test('new names for the same thing begin no new account', () => {
    const record = createTrust();
    const random = createRandom('names');
    for (let i = 1; i <= 6; i += 1) {
      const own = ownEvent(drawnEstimate('own', i, random));
      const estimate = drawnEstimate('theirs', i, random);
      const state = estimate.state.map((v, k) => (k === 0 ? v + SHIFT_M : v));
      const told = [{ source: 'radar', estimate: { ...estimate, state } }] as const;
      scoreEvent(record, { theirs: `X${i}`, own, told }, own.lastSeen);
      expect(isLeftOut(record), `after ${i}`).toBe(i >= 4);
    }
  });

  test('a partner that mends its ways is taken at its word again', () => {
    const state = createFusion();
    for (let i = 1; i <= 6; i += 1) report(state, i, SHIFT_M, 'mends');
    expect(standings(state)[0]?.leftOut).toBe(true);
    // The same stretch of the flight over and over, as so many launches.
    for (let n = 0; n < LIMITS.trustForgivenAfter; n += 1) {
      receiveItem(state, 'east', { kind: 'withdrawal', event: 'X', reason: 'false' });
      report(state, 7, 0, `mends ${n}`);
    }
    expect(standings(state)[0]).toMatchObject({ leftOut: false, widening: 1, since: null });
  });

  test('is plain data: a restart between any two reports changes nothing', () => {
    let kept = createFusion();
    const whole = createFusion();
    for (let i = 1; i <= 12; i += 1) {
      const a = report(whole, i, 4_000, 'restart');
      const b = report(kept, i, 4_000, 'restart');
      expect(JSON.stringify(b)).toBe(JSON.stringify(a));
      kept = JSON.parse(JSON.stringify(kept)) as FusionState;
    }
    expect(standings(kept)).toEqual(standings(whole));
    expect(standings(whole)[0]?.widening).toBeGreaterThan(1);
  });

  test('keeps no more of a flood than its bound', () => {
    const record = createTrust();
    const random = createRandom('flood');
    const own = ownEvent(drawnEstimate('own', 1, random));
    const told = [{ source: 'radar', estimate: drawnEstimate('theirs', 1, random) }] as const;
    for (let i = 0; i < 400; i += 1) {
      scoreEvent(record, { theirs: `X${i}`, own, told }, own.lastSeen);
    }
    expect(record.scored).toBe(400);
    expect(record.tests).toHaveLength(LIMITS.trustTestsMax);
  });
});
