// SPDX-License-Identifier: Apache-2.0
// The estimate against clocks whose difference is known, and two drivers whose clocks go wrong.

import { createRandom, type Instant, instant } from '@isthmus/earth';
import { describe, expect, it } from 'vitest';
import { type ClockEstimate, ClockExchange, isClockOff, latestCredible } from './clock.ts';
import { second, type Told } from './testing/sides.ts';
import { world } from './testing/world.ts';

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;

/** Two clocks against a true time in microseconds, and a path with a delay each way. */
function exchange(options: {
  readonly ours?: (trueUs: number) => number;
  readonly theirs: (trueUs: number) => number;
  readonly seconds: number;
  readonly delayUs?: () => number;
}): ClockEstimate[] {
  const west = new ClockExchange();
  const east = new ClockExchange();
  const start = second(0);
  const delay = options.delayUs ?? (() => 20_000);
  const clockOf = (of: (trueUs: number) => number, trueUs: number): Instant =>
    instant(Math.round(start + of(trueUs)));
  const ours = options.ours ?? ((us: number) => us);
  const told: ClockEstimate[] = [];
  for (let tick = 0; tick < options.seconds; tick += 1) {
    const at = tick * SECOND_US;
    const out = at + delay();
    east.heard(west.reading(clockOf(ours, at)), clockOf(options.theirs, out));
    const back = at + 400_000;
    const home = back + delay();
    const estimate = west.heard(east.reading(clockOf(options.theirs, back)), clockOf(ours, home));
    if (estimate !== null) told.push(estimate);
  }
  return told;
}

describe('W-119 the estimate of a clock offset', () => {
  it('is the difference of the clocks within its uncertainty, whatever the delays', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = createRandom(`clock ${seed}`);
      const offsetUs = Math.round((random.integer(2_000_001) - 1_000_000) * 7200);
      const told = exchange({
        theirs: (us) => us + offsetUs,
        seconds: 20,
        delayUs: () => 500 + random.integer(300_000),
      });
      for (const { offsetUs: found, uncertaintyUs, steppedUs } of told) {
        expect(Math.abs(found - offsetUs), `seed ${seed}`).toBeLessThanOrEqual(uncertaintyUs + 1);
        expect(steppedUs, `seed ${seed}`).toBe(null);
      }
      // The shortest of eight round trips is believed.
      expect(told.at(-1)?.uncertaintyUs, `seed ${seed}`).toBeLessThan(300_000);
    }
  });

  it('is exactly nothing for clocks that are one', () => {
    for (const estimate of exchange({ theirs: (us) => us, seconds: 5 })) {
      expect(estimate).toMatchObject({ offsetUs: 0, steppedUs: null });
      expect(isClockOff(estimate)).toBe(false);
    }
  });

  const wrong: readonly [string, (us: number) => number, number][] = [
    ['an hour ahead', (us) => us + HOUR_US, 0],
    ['an hour behind', (us) => us - HOUR_US, 0],
    ['jumping 10 s ahead', (us) => us + (us < 30 * SECOND_US ? 0 : 10 * SECOND_US), 30],
    ['jumping 10 s back', (us) => us - (us < 30 * SECOND_US ? 0 : 10 * SECOND_US), 30],
    ['standing still', (us) => Math.min(us, 30 * SECOND_US), 30],
    ['drifting by 500 ppm', (us) => us * (1 + 5e-4), 1040],
  ];
  for (const [title, clock, from] of wrong) {
    for (const whose of ['theirs', 'ours'] as const) {
      it(`W-120 raises the alarm within 10 s of ${whose} ${title}`, () => {
        const told = exchange({ theirs: (us) => us, seconds: from + 12, [whose]: clock });
        const before = told.slice(0, Math.max(0, from - 50));
        expect(before.some(isClockOff)).toBe(false);
        expect(told.slice(0, from + 10).some(isClockOff)).toBe(true);
        const jumps = told.filter(({ steppedUs }) => steppedUs !== null);
        // A clock that stands still jumps against the other again and again.
        const expected = title.startsWith('jumping') ? [10 * SECOND_US] : [];
        const seen = jumps.map(({ steppedUs }) => Math.abs(steppedUs ?? 0));
        expect(title === 'standing still' ? [] : seen).toEqual(expected);
      });
    }
  }

  it('W-121 believes a future of two seconds and what the partner’s clock is ahead, an hour at most', () => {
    const now = second(0);
    const of = (offsetUs: number) => ({ offsetUs, uncertaintyUs: 10 });
    expect(latestCredible(of(0), now) - now).toBe(2_000_010);
    expect(latestCredible(of(-HOUR_US), now) - now).toBe(2_000_000);
    expect(latestCredible(of(5 * SECOND_US), now) - now).toBe(7_000_010);
    expect(latestCredible(of(24 * HOUR_US), now) - now).toBe(HOUR_US + 2 * SECOND_US);
    expect(latestCredible(null, now) - now).toBe(HOUR_US + 2 * SECOND_US);
  });
});

describe('two drivers', () => {
  const clocksOf = (told: readonly Told[]): ClockEstimate[] =>
    told.flatMap((one) => (one.kind === 'clock' ? [one.estimate] : []));

  it('W-119 tell each other’s clock by their heartbeats, and nothing where a conductor keeps the time', async () => {
    const time = { now: 0 };
    const clock = (offsetUs: number) => () => instant(second(time.now) + offsetUs);
    const { west, east, tick } = await world(
      {},
      { west: { clock: clock(0) }, east: { clock: clock(HOUR_US) } },
    );
    for (let i = 1; i <= 5; i += 1) {
      time.now = i;
      await tick();
    }
    expect(clocksOf(west.told).at(-1)).toMatchObject({ offsetUs: HOUR_US });
    expect(clocksOf(east.told).at(-1)).toMatchObject({ offsetUs: -HOUR_US });
    const conducted = await world();
    await conducted.tick(5);
    expect(clocksOf(conducted.west.told)).toEqual([]);
  });
});
