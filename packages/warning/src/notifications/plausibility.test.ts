// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { announced, circleOf, kilometres, NOTHING, PUBLISHED } from './fixture.ts';
import { checkFlight } from './plausibility.ts';

const checkOf = (name: string) => {
  const published = PUBLISHED.find((one) => one.name.includes(name));
  if (published === undefined) throw new Error(`no flight ${name}`);
  return checkFlight(announced(published));
};

describe('thirteen published flights', () => {
  test('exactly one cannot be true: the claim of 24 March 2022', () => {
    const impossible = PUBLISHED.filter(
      (flight) => checkFlight(announced(flight)).verdict === 'impossible',
    );
    expect(PUBLISHED).toHaveLength(13);
    expect(impossible.map(({ name }) => name)).toEqual(['claimed as Hwasong-17, 24 March 2022']);
  });

  test('over a sphere it is 23 s too quick, over the turning Earth 57 s, and 44 s at the very best', () => {
    const { sphere, turning, marginS } = checkOf('24 March 2022');
    expect(Math.round(sphere?.throwS ?? 0)).toBe(4075);
    expect(Math.round(sphere?.excessS ?? 0)).toBe(-23);
    expect(Math.round(turning?.nominalExcessS ?? 0)).toBe(-57);
    expect(Math.round(marginS ?? 0)).toBe(-44);
  });

  test('the same flight with the 71 minutes that were observed is like any other', () => {
    const claim = PUBLISHED.find(({ name }) => name.includes('24 March 2022'));
    if (claim === undefined) throw new Error('no claim');
    const observed = {
      ...announced(claim),
      flightTime: { value: 71, unit: 'min', tolerance: null },
    } as const;
    expect(checkFlight(observed)).toMatchObject({ verdict: 'plausible' });
  });

  // Throw over a sphere and what is left, seconds, computed apart from this code.
  test.each([
    ['Hwasong-12, 14 May 2017', 1676, 124],
    ['Hwasong-14, 4 July 2017', 2065, 275],
    ['Hwasong-14, 28 July 2017', 2587, 245],
    ['Hwasong-12, 29 August 2017', 806, 34],
    ['Hwasong-12, 15 September 2017', 1015, 125],
    ['Hwasong-15, 28 November 2017', 3017, 163],
    ['Hwasong-17, 18 November 2022', 3947, 188],
    ['Hwasong-18, 12 July 2023', 4319, 172],
    ['Hwasong-18, 18 December 2023', 4239, 176],
    ['Hwasong-19, 31 October 2024', 4973, 183],
  ])('%s: %i s thrown, %i s for the boost', (name, throwS, excessS) => {
    const { sphere } = checkOf(name);
    expect(Math.abs((sphere?.throwS ?? 0) - throwS)).toBeLessThan(1);
    expect(Math.abs((sphere?.excessS ?? 0) - excessS)).toBeLessThan(1);
  });

  test('the quick one of 29 August 2017 is unusual, by a second even with "about" in its favour', () => {
    const check = checkOf('29 August 2017');
    expect(check.verdict).toBe('unusual');
    expect(check.marginS).toBeLessThan(0);
    expect(Math.round(check.turning?.nominalExcessS ?? 0)).toBe(18);
  });

  test('class by range and class by energy are two answers', () => {
    const { classes, arc } = checkOf('28 November 2017');
    expect(classes).toMatchObject({ byRange: ['SRBM'], byEnergy: ['ICBM'] });
    expect(Math.round((classes?.energyRangeM ?? 0) / 1e5)).toBe(100);
    expect(arc?.kind).toBe('lofted');
    expect(checkOf('15 September 2017').classes).toMatchObject({
      byRange: ['IRBM'],
      byEnergy: ['IRBM'],
    });
    expect(checkOf('31 October 2024').classes?.energyRangeM).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('what is not told counts for the notice', () => {
  const full = announced(PUBLISHED[6] as (typeof PUBLISHED)[number]);

  test('without site and direction the claim of March 2022 still cannot be true', () => {
    const check = checkFlight({ ...full, launchArea: null, direction: null });
    expect(check.verdict).toBe('impossible');
    // Westward from the equator would be quickest.
    expect(check.marginS).toBeGreaterThan(-44);
    expect(check.turning?.nominalThrowS).toBeNull();
  });

  test('with areas in place of a range, their nearest points count', () => {
    const launch = {
      ...NOTHING,
      launchArea: circleOf(39.2, 125.7, 20),
      impactAreas: [circleOf(43, 137.3, 60)],
      apogee: kilometres(6248.5),
      flightTime: { value: 4052, unit: 's', tolerance: null },
    } as const;
    const near = checkFlight(launch);
    const far = checkFlight({ ...launch, impactAreas: [circleOf(43, 137.3, 5)] });
    expect(near.verdict).toBe('impossible');
    expect(near.marginS).toBeGreaterThan(far.marginS ?? 0);
  });

  test('without an apogee only a time that no throw has is impossible, and the arc is told', () => {
    const launch = { ...full, apogee: null, range: kilometres(1090) };
    const time = (value: number) =>
      checkFlight({ ...launch, flightTime: { value, unit: 's', tolerance: null } });
    expect(time(120).verdict).toBe('impossible');
    expect(time(4052)).toMatchObject({ verdict: 'plausible', arc: { kind: 'lofted' } });
    expect(time(4052).classes?.byEnergy).toEqual(['ICBM']);
  });

  test('without a range only a time shorter than straight up and down is impossible', () => {
    const launch = { ...full, range: null };
    expect(checkFlight(launch).verdict).toBe('impossible');
    expect(
      checkFlight({ ...launch, flightTime: { value: 4100, unit: 's', tolerance: null } }).verdict,
    ).toBe('plausible');
  });

  test('without a time it says what to expect', () => {
    const check = checkFlight({ ...full, flightTime: null });
    expect(check).toMatchObject({ verdict: 'not checkable', marginS: null });
    expect(check.because).toContain('flight time. A flight of this range and apogee takes about');
    expect(checkFlight(NOTHING).because).toBe(
      'Not announced: range or impact area, apogee, flight time.',
    );
  });
});

test('too long is unusual, not impossible: it may glide, or start again', () => {
  const launch = announced(PUBLISHED[5] as (typeof PUBLISHED)[number]);
  const check = checkFlight({ ...launch, flightTime: { value: 3600, unit: 's', tolerance: null } });
  expect(check.verdict).toBe('unusual');
  expect(check.marginS).toBeGreaterThan(200);
});

test('digits and stated tolerances decide how much is allowed', () => {
  const launch = { ...announced(PUBLISHED[6] as (typeof PUBLISHED)[number]) };
  const marginOf = (tolerance: number | null): number =>
    checkFlight({ ...launch, apogee: kilometres(6248.5, tolerance) }).marginS ?? 0;
  expect(marginOf(50)).toBeGreaterThan(marginOf(null) + 20);
  expect(checkFlight({ ...launch, apogee: kilometres(6248.5, 150) }).verdict).toBe('unusual');
});

test('a range that its own areas cannot have is told', () => {
  const launch = {
    ...NOTHING,
    launchArea: circleOf(39.2, 125.7, 20),
    impactAreas: [circleOf(43, 137.3, 20)],
  } as const;
  expect(checkFlight({ ...launch, range: kilometres(1065) }).contradictions).toEqual([]);
  expect(checkFlight({ ...launch, range: kilometres(2000) }).contradictions).toHaveLength(1);
});
