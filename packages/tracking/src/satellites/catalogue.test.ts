// SPDX-License-Identifier: Apache-2.0
// Against the published verification cases of SGP4, and what may and may not be taken for a satellite.

import { addSeconds, instantFromIso, packSymmetric } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { matchSatellite, predictSatellite } from './catalogue.ts';
import { type ElementSet, elementSetsOfMessages, parseTwoLineElements } from './element-sets.ts';

// Vallado, Crawford, Hujsak and Kelso, Revisiting Spacetrack Report 3 (AIAA 2006-6753): elements of
// SGP4-VER.TLE and states of tcppver.out, in TEME, kilometres and kilometres a second.
const CASES = [
  {
    lines: [
      '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753',
      '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667',
    ],
    states: [
      [0, 7022.46529266, -1400.08296755, 0.03995155, 1.893841015, 6.405893759, 4.53480725],
      [
        360, -7154.03120202, -3783.17682504, -3536.19412294, 4.741887409, -4.151817765,
        -2.093935425,
      ],
      [1440, -938.55923943, -6268.18748831, -4294.02924751, 7.536105209, -0.427127707, 0.98987808],
    ],
  },
  {
    lines: [
      '1 28057U 03049A   06177.78615833  .00000060  00000-0  35940-4 0  1836',
      '2 28057  98.4283 247.6961 0000884  88.1964 271.9322 14.35478080140550',
    ],
    states: [
      [0, -2715.28237486, -6619.26436889, -0.01341443, -1.008587273, 0.422782003, 7.385272942],
      [240, 1483.17364291, 5395.21248786, 4448.65907172, 2.560540387, 4.039025766, -5.736648561],
    ],
  },
  {
    lines: [
      '1 88888U          80275.98708465  .00073094  13844-3  66816-4 0    87',
      '2 88888  72.8435 115.9689 0086731  52.6988 110.5714 16.05824518  1058',
    ],
    states: [
      [0, 2328.96975262, -5995.22051338, 1719.97297192, 2.912073281, -0.983417956, -7.09081621],
      [360, 2456.10706533, -6071.93855503, 1222.89768554, 2.67939004, -0.448290811, -7.228792155],
    ],
  },
] as const;

function read(lines: readonly string[]): ElementSet {
  return parseTwoLineElements(lines.join('\n'))[0] as ElementSet;
}

// Lengths do not change when axes turn; the turn itself is checked by the longitude below.
test.each(CASES)('SGP4 meets the published states of $lines.0', ({ lines, states }) => {
  const elements = read(lines);
  for (const [minutes, x, y, z, vx, vy, vz] of states) {
    const at = addSeconds(elements.epoch, 60 * minutes);
    const there = predictSatellite(elements, at);
    const [px = 0, py = 0, pz = 0, ux = 0, uy = 0, uz = 0] = there?.state ?? [];
    expect(Math.hypot(px, py) / 1000).toBeCloseTo(Math.hypot(x, y), 3);
    expect(pz / 1000).toBeCloseTo(z, 3);
    const w = 7.292115e-5;
    expect(Math.hypot(ux - w * py, uy + w * px) / 1000).toBeCloseTo(Math.hypot(vx, vy), 6);
    expect(uz / 1000).toBeCloseTo(vz, 6);
  }
});

// The mean sidereal angle by the formula of 1982 in hours (Meeus, Astronomical Algorithms, 12.2), here
// for the epoch of satellite 5, 2000-06-27 18:50:19.7 UTC.
test('the frame turns with the Earth', () => {
  const elements = read(CASES[0].lines);
  const [, x, y] = CASES[0].states[0];
  const days = elements.epoch / 86_400e6 - Date.UTC(2000, 0, 1, 12) / 86_400e3;
  const degrees = (280.46061837 + 360.98564736629 * days) % 360;
  const expected = Math.atan2(y, x) - (degrees * Math.PI) / 180;
  const [px = 0, py = 0] = predictSatellite(elements, elements.epoch)?.state ?? [];
  expect(Math.cos(Math.atan2(py, px) - expected)).toBeCloseTo(1, 8);
});

/** What a good track of a satellite would be, moved by so much. */
function trackOf(elements: ElementSet, afterS: number, moved: readonly number[]) {
  const there = predictSatellite(elements, addSeconds(elements.epoch, afterS));
  const covariance = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) covariance[i * 7] = i < 3 ? 300 ** 2 : 20 ** 2;
  return {
    time: addSeconds(elements.epoch, afterS),
    state: (there?.state ?? []).map((v, i) => v + (moved[i] ?? 0)),
    covariance: packSymmetric(covariance),
  };
}

describe('what is taken for a satellite', () => {
  const catalogue = CASES.map(({ lines }) => read(lines));
  const [, second] = catalogue as [ElementSet, ElementSet];

  test('a body where the catalogue has one, within what its elements are worth', () => {
    expect(matchSatellite(catalogue, trackOf(second, 7200, [800, -600, 700]))?.number).toBe(
      '28057',
    );
  });

  test('not a body at the same place with the velocity of a missile', () => {
    expect(
      matchSatellite(catalogue, trackOf(second, 7200, [3000, 0, 0, 2000, 3000, -1000])),
    ).toBeNull();
  });

  test('not one 60 km away, nor one of elements a month old', () => {
    expect(matchSatellite(catalogue, trackOf(second, 7200, [60_000, 0, 0]))).toBeNull();
    expect(predictSatellite(second, addSeconds(second.epoch, 30 * 86_400))).toBeNull();
  });

  test('its claimed error grows with the age of the elements', () => {
    const spread = (days: number): number => {
      const p = predictSatellite(second, addSeconds(second.epoch, days * 86_400))?.covariance ?? [];
      return Math.sqrt((p[0] ?? 0) + (p[6] ?? 0) + (p[11] ?? 0));
    };
    expect(spread(0)).toBeGreaterThan(1000);
    expect(spread(5)).toBeGreaterThan(spread(1) + 10_000);
  });
});

describe('reading a catalogue', () => {
  const [line, other] = CASES[0].lines;

  test('names and numbers are kept, and a message says the same as two lines', () => {
    const [set] = parseTwoLineElements(`VANGUARD 1\n${line}\n${other}\n`);
    expect(set).toMatchObject({ number: '5', name: 'VANGUARD 1', eccentricity: 0.1859667 });
    const message = {
      OBJECT_NAME: 'VANGUARD 1',
      NORAD_CAT_ID: 5,
      EPOCH: '2000-06-27T18:50:19.733568',
      MEAN_MOTION: '10.82419157',
      ECCENTRICITY: 0.1859667,
      INCLINATION: 34.2682,
      RA_OF_ASC_NODE: 348.7242,
      ARG_OF_PERICENTER: 331.7664,
      MEAN_ANOMALY: 19.3264,
      BSTAR: 0.000028098,
    };
    const [same] = elementSetsOfMessages([message]);
    expect(same?.epoch).toBe(instantFromIso('2000-06-27T18:50:19.733568Z'));
    expect(same?.bstar).toBeCloseTo(set?.bstar ?? 0, 12);
    // A message gives its epoch to a microsecond, instants read milliseconds.
    expect(Math.abs((same?.epoch ?? 0) - (set?.epoch ?? 0))).toBeLessThan(1000);
    expect({ ...same, bstar: 0, epoch: 0 }).toEqual({ ...set, bstar: 0, epoch: 0 });
  });

  test.each([
    [`${line.slice(0, 68)}4\n${other}`, /line 1: the checksum/],
    [`${line}\n`, /line 2: expected the second line/],
    [`${other}\n`, /line 1: a second line without its first/],
    [`${line.slice(0, 60)}\n${other}`, /line 1: expected 69 characters/],
    [`${line}\n${CASES[1].lines[1]}`, /line 2: the two lines are of different satellites/],
  ])('a catalogue that is not whole is refused, with the line: %#', (text, said) => {
    expect(() => parseTwoLineElements(text)).toThrow(said);
  });

  test('a message without a field is refused, with the field', () => {
    expect(() => elementSetsOfMessages([{ EPOCH: '2000-06-27T18:50:19Z' }])).toThrow(
      /message 0: NORAD_CAT_ID is not a number/,
    );
    expect(() => elementSetsOfMessages({})).toThrow(/expected a list/);
  });
});
