// SPDX-License-Identifier: Apache-2.0
// Messages against a schema by libxml2, and the values by which receivers sort them.

import { createRandom, geodeticFromDegrees, type Random } from '@isthmus/earth';
import type { FlightAccount, Warning, WarningBasis, WarningStage } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { complaintsOf } from '../testing/schema.ts';
import { after, contextOf, evidenceOf, regionOf, warningOf } from '../testing/warnings.ts';
import type { CapMessage } from './message.ts';
import { cancelOf, certaintyOf, messageOf, urgencyOf } from './of-warning.ts';
import { nextMessage } from './series.ts';
import { escaped, writeCap } from './xml.ts';

const FIRST = { number: 1, references: [] };
const first = (warning: Warning, second = 400): CapMessage =>
  messageOf(warning, contextOf(second), FIRST);

/** One of each thing a warning can be, drawn from a seed. */
function drawn(seed: string): Warning {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T =>
    values[Math.floor(random.uniform() * values.length)] as T;
  const stage: WarningStage = pick(['cue', 'tracked', 'confirmed', 'concluded']);
  const basis: WarningBasis = pick([
    'partner-only',
    'infrared-only',
    'single-radar',
    'several-radars',
    'dual-phenomenology',
  ]);
  const because = pick(['still powered', 'track lost', 'space object', 'not ballistic'] as const);
  const centre = geodeticFromDegrees(-90 + 180 * random.uniform(), -180 + 360 * random.uniform());
  const size = 10 ** (6 + 5 * random.uniform());
  const impact =
    random.uniform() < 0.6
      ? regionOf({
          centre,
          covarianceM2: [size, 0.3 * size, size],
          areaKm2: size / 1e5,
          time: after(1000 * random.uniform()),
          timeSigmaS: 30 * random.uniform(),
        })
      : ({ statement: 'none', because } as const);
  const { launch } = warningOf();
  return warningOf({
    stage,
    basis,
    impact,
    assessment: pick(['missile', 'space launch', 'suborbital rocket', 'undetermined']),
    ...(random.uniform() < 0.5 ? {} : { flight: flightDrawn(random) }),
    launch: random.uniform() < 0.7 ? launch : null,
    objectCountAtLeast: 1 + Math.floor(12 * random.uniform()),
    evidence: [evidenceOf({ lastSeen: after(1000 * random.uniform()) })],
    // What others wrote into a warning: none of it may come out.
    event: '<script>&"raid"\u0000',
    history: [{ stage, at: after(60), because: 'RAID of 2,200 by <west> & east' }],
  });
}

/** What a warning says the flight is, with shares of the classes that are anything. */
function flightDrawn(random: Random): FlightAccount {
  const kinds = [
    'suborbital so far',
    'ballistic missile',
    'under power',
    'left its orbit',
  ] as const;
  const metres = 2e7 * random.uniform();
  const [a = 0, b = 0, c = 0] = Array.from({ length: 3 }, () => random.uniform()).sort(
    (x, y) => x - y,
  );
  const reach = {
    metres,
    fromM: 0.9 * metres,
    toM: 1.1 * metres,
    classes: { SRBM: a, MRBM: b - a, IRBM: c - b, ICBM: 1 - c },
  };
  return {
    kind: kinds[Math.floor(4 * random.uniform())] ?? 'under power',
    orbitProbability: 0,
    range: random.uniform() < 0.5 ? null : { metres: metres / 2, sigmaM: 1000 },
    apogeeM: 1e6,
    reach: random.uniform() < 0.2 ? null : reach,
  };
}

const DRAWN = Array.from({ length: 150 }, (_, i) => drawn(`feeds/cap ${i}`));

test('whatever a warning is, its message and the cancel built with it are valid CAP 1.2', async () => {
  const documents = DRAWN.flatMap((warning, i) => {
    const addresses = i % 2 === 0 ? [] : ['watch@north.example', 'watch@south.example'];
    const mode = i % 3 === 0 ? 'live' : 'exercise';
    const message = messageOf(warning, contextOf(400, { addresses, mode }), FIRST);
    return [writeCap(message), writeCap(cancelOf(message))];
  });
  expect(await complaintsOf(documents)).toEqual([]);
});

test.each([
  ['a time without its offset', '-00:00</sent>', '</sent>'],
  ['a time in letters', '-00:00</sent>', 'Z</sent>'],
  ['a word that is none of the list', '>Assess<', '>Shoot<'],
  ['a space in an identifier', '<identifier>', '<identifier>a b '],
  ['elements in another order', '<language>en</language>\n', ''],
  ['an open polygon of two points', /<polygon>\S+ \S+ /, '<polygon>1,1 2,2</polygon><polygon>'],
  ['a bare ampersand', '<event>', '<event>& '],
])('the schema refuses %s', async (_name, from, to) => {
  const sound = writeCap(first(warningOf()));
  const spoilt =
    to === ''
      ? sound.replace(from, '').replace('<urgency>', `${String(from)}<urgency>`)
      : sound.replace(from, to);
  expect(spoilt).not.toBe(sound);
  expect(await complaintsOf([sound])).toEqual([]);
  expect(await complaintsOf([spoilt])).not.toEqual([]);
});

describe('text', () => {
  const wordsOf = (warning: Warning): string[] => {
    const { headline, description, event } = first(warning).info;
    const all = `${event} ${headline} ${description}`.split(/[\s;:.,()]+/);
    return all.filter((word) => !/^([\d.,]*[°%]?|km²?|s|[NSEW])$/.test(word));
  };

  test('is built from numbers and closed phrases: nothing of what a warning carries as text', () => {
    const found = new Set(DRAWN.flatMap(wordsOf).map((word) => word.toLowerCase()));
    expect([...found].sort().join(' ')).toBe(
      'a after again alone and at ballistic burn-out burns by class come comes confirmed could ' +
        'determined does down exercise expected first flight fly followed from has heading icbm ' +
        'in infrared irbm is it its kind last launch launched least long lost missile mrbm near ' +
        'no nobody not objects of on one or orbit over own partner’s passed path power ' +
        'precautionary predicted probability radar radars reach report rests rocket seen sensor ' +
        'several sigma sounding space speed srbm state statement still the then this time to ' +
        'track tracked under unless until utc was where with within yet',
    );
    for (const warning of DRAWN) {
      expect(first(warning).info.headline.length).toBeLessThanOrEqual(160);
    }
  });

  test('reads as a person would write it', () => {
    const { info } = first(warningOf());
    expect(info.headline).toBe(
      'EXERCISE. Ballistic missile launch: tracked; expected down 11:58:05 UTC near 43.4 N 34.2 E',
    );
    expect(info.description).toBe(
      'EXERCISE. One launch; objects followed: at least 2. State: tracked. It rests on one radar. ' +
        'Launched 11:40:05 UTC, one sigma 12 s; from within 49 km of 20.0 N 62.0 E with a probability of 95 %. ' +
        'Heading 322°. Expected to come down 11:58:05 UTC, one sigma 4 s, near 43.4 N 34.2 E, ' +
        'within 8,558 km² with a probability of 90 %.',
    );
  });

  test('names the class by what it could reach, beside how far it flies', () => {
    const { info } = first(
      warningOf({
        assessment: 'undetermined',
        flight: {
          kind: 'suborbital so far',
          orbitProbability: 0,
          range: { metres: 950_000, sigmaM: 10_000 },
          apogeeM: 4_475_000,
          reach: {
            metres: 10_000_000,
            fromM: 8_800_000,
            toM: 11_300_000,
            classes: { SRBM: 0, MRBM: 0, IRBM: 0, ICBM: 1 },
          },
        },
      }),
    );
    expect(info.severity).toBe('Severe');
    expect(info.description).toContain(
      'By its speed after burn-out it could reach 8,800 km to 11,300 km: class ICBM with a ' +
        'probability of more than 99 %. This flight is 950 km long. It comes down unless it burns again.',
    );
  });

  test('what XML cannot carry, and what it reads as markup, comes out as characters', async () => {
    const hostile = 'a<b>&amp;]]>"\'\u0000\u0008\uD800\uFFFF\r\n\u{1F680}é';
    expect(escaped(hostile)).toBe(
      'a&lt;b&gt;&amp;amp;]]&gt;"\'\uFFFD\uFFFD\uFFFD\uFFFD&#13;\n\u{1F680}é',
    );
    const context = contextOf(400, { senderName: hostile });
    const message = messageOf(warningOf(), context, FIRST);
    expect(await complaintsOf([writeCap(message)])).toEqual([]);
  });
});

describe('what receivers sort by', () => {
  test('certainty is of the launch, by stage and by what it rests on', () => {
    const table: readonly [WarningStage, WarningBasis, string][] = [
      ['cue', 'single-radar', 'Possible'],
      ['cue', 'partner-only', 'Possible'],
      ['tracked', 'partner-only', 'Possible'],
      ['tracked', 'infrared-only', 'Possible'],
      ['tracked', 'single-radar', 'Likely'],
      ['tracked', 'several-radars', 'Likely'],
      ['confirmed', 'dual-phenomenology', 'Observed'],
    ];
    for (const [stage, basis, certainty] of table) {
      const history = [{ stage, at: after(60), because: '' }];
      expect(certaintyOf(warningOf({ stage, basis, history }))).toBe(certainty);
    }
    const history = (['cue', 'tracked', 'confirmed', 'concluded'] as const).map((stage) => ({
      stage,
      at: after(60),
      because: '',
    }));
    expect(certaintyOf(warningOf({ stage: 'concluded', history }))).toBe('Observed');
  });

  test('urgency is by the time left, and unknown where nobody can tell', () => {
    expect(urgencyOf(warningOf(), after(170))).toBe('Expected');
    expect(urgencyOf(warningOf(), after(175))).toBe('Immediate');
    expect(urgencyOf(warningOf(), after(1090))).toBe('Immediate');
    expect(urgencyOf(warningOf(), after(1098))).toBe('Past');
    const none = (because: 'still powered' | 'track lost' | 'space object') =>
      urgencyOf(warningOf({ impact: { statement: 'none', because } }), after(100));
    expect(none('still powered')).toBe('Expected');
    expect(none('track lost')).toBe('Unknown');
    expect(none('space object')).toBe('Unknown');
  });

  test('status is the mode, UTC is -00:00, and the scope is never public', () => {
    const exercise = writeCap(first(warningOf()));
    expect(exercise).toContain('<status>Exercise</status>');
    expect(exercise).toContain('<sent>2012-06-01T11:46:40-00:00</sent>');
    expect(exercise).toContain('<scope>Restricted</scope>\n  <restriction>');
    const addresses = ['watch@north.example'];
    const live = writeCap(
      messageOf(warningOf(), contextOf(400, { mode: 'live', addresses }), FIRST),
    );
    expect(live).toContain('<status>Actual</status>');
    expect(live).toContain('<scope>Private</scope>\n  <addresses>watch@north.example</addresses>');
    expect(live).not.toMatch(/exercise/i);
  });

  test('every message ends by itself: expires is always there and later than sent', () => {
    for (const warning of DRAWN) {
      const message = first(warning);
      expect(message.info.expires).toBeGreaterThan(message.sent);
      expect(cancelOf(message).info.expires).toBeGreaterThan(message.sent);
    }
  });
});

describe('one warning, its messages', () => {
  test('an alert, updates for news alone, a cancel that names every one of them', async () => {
    const cue = warningOf({
      stage: 'cue',
      impact: { statement: 'none', because: 'still powered' },
    });
    const says = [
      [100, cue],
      [101, cue],
      [110, { ...cue, stage: 'tracked' }],
      [111, { ...cue, stage: 'tracked', objectCountAtLeast: 3 }],
      [145, { ...cue, stage: 'tracked', objectCountAtLeast: 3 }],
      [400, warningOf({ objectCountAtLeast: 3 })],
      [410, warningOf({ objectCountAtLeast: 3, impact: regionOf({ time: after(1200) }) })],
      [430, warningOf({ objectCountAtLeast: 3, impact: regionOf({ time: after(1200) }) })],
      [440, warningOf({ stage: 'cancelled' })],
      [441, warningOf({ stage: 'cancelled' })],
    ] as const;
    let series: Parameters<typeof nextMessage>[0] = null;
    const sent: CapMessage[] = [];
    for (const [second, warning] of says) {
      const given: Warning = { ...warning, evidence: [evidenceOf({ lastSeen: after(second) })] };
      const next = nextMessage(series, given, contextOf(second));
      ({ series } = next);
      if (next.message !== null) sent.push(next.message);
    }
    expect(sent.map(({ msgType, sent: at }) => [msgType, at])).toEqual([
      ['Alert', after(100)],
      ['Update', after(110)],
      ['Update', after(145)],
      ['Update', after(400)],
      ['Update', after(430)],
      ['Cancel', after(440)],
    ]);
    const identifiers = sent.map(({ identifier }) => identifier);
    expect(new Set(identifiers).size).toBe(6);
    expect(sent.at(-1)?.references.map(({ identifier }) => identifier)).toEqual(
      identifiers.slice(0, -1),
    );
    expect(sent.at(-1)?.identifier).toBe(`${identifiers.at(-2)}-cancel`);
    expect(await complaintsOf(sent.map(writeCap))).toEqual([]);
  });

  test('an open warning never outlives its last message', () => {
    const warning = warningOf({ impact: { statement: 'none', because: 'not ballistic' } });
    let series: Parameters<typeof nextMessage>[0] = null;
    for (let second = 100; second < 9000; second += 1) {
      const given = { ...warning, evidence: [evidenceOf({ lastSeen: after(second) })] };
      ({ series } = nextMessage(series, given, contextOf(second)));
      expect(series?.last.info.expires).toBeGreaterThan(after(second));
    }
    expect(series?.last.references.length).toBe(3);
  });

  test('a warning that was withdrawn before anything was said stays unsaid', () => {
    const { series, message } = nextMessage(
      null,
      warningOf({ stage: 'cancelled' }),
      contextOf(100),
    );
    expect([series, message]).toEqual([null, null]);
  });
});
