// SPDX-License-Identifier: Apache-2.0
// Alerts that went wrong in the world, each once (section 7 of the notes on the domain), and what
// must not go out here. The rest of them are in `packages/warning/src/regressions.test.ts`.

import { geodeticFromDegrees } from '@isthmus/earth';
import type { ImpactRegion, PlaceAtRisk } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { CapMessage } from './cap/message.ts';
import { cancelOf, messageOf } from './cap/of-warning.ts';
import { nextMessage } from './cap/series.ts';
import { writeCap } from './cap/xml.ts';
import { after, contextOf, evidenceOf, regionOf, warningOf } from './testing/warnings.ts';

const FIRST = { number: 1, references: [] };
const say = (...given: Parameters<typeof warningOf>): CapMessage =>
  messageOf(warningOf(...given), contextOf(400), FIRST);
const textOf = ({ info }: CapMessage): string => `${info.headline} ${info.description}`;

test('NORAD, June 1980: a count is a lower bound of one launch, however large it is', () => {
  const message = say({ objectCountAtLeast: 2200 });
  expect(message.info.description).toContain('One launch; objects followed: at least 2200.');
  expect(textOf(message)).not.toMatch(/raid|attack|salvo|missiles|launches/i);
});

test('Norwegian rocket, 1995: where it heads stands in the first alert', () => {
  const text = textOf(
    say({ stage: 'cue', impact: { statement: 'none', because: 'still powered' } }),
  );
  expect(text).toContain('Heading 322°.');
  expect(text).toContain('No statement where it comes down: it is still under power.');
});

describe('Hawaii, January 2018', () => {
  test('each message has its cancel as soon as it is made: nobody has to write one', () => {
    const message = say();
    const ready = cancelOf(message);
    expect(ready.msgType).toBe('Cancel');
    expect(ready.references.map(({ identifier }) => identifier)).toEqual([message.identifier]);
    expect(writeCap(ready)).toContain(
      `<references>west.example,${message.identifier},2012-06-01T11:46:40-00:00</references>`,
    );
  });

  test('exercise and live are told apart in status, words and note', () => {
    const live = messageOf(warningOf(), contextOf(400, { mode: 'live' }), FIRST);
    expect(textOf(say())).toMatch(/^EXERCISE\. .*EXERCISE\. /);
    expect(writeCap(say())).toContain('<note>An exercise.');
    expect(writeCap(live)).not.toMatch(/exercise/i);
    expect(textOf(cancelOf(say()))).toMatch(/^EXERCISE\. /);
  });
});

test('J-Alert, 4 October 2022: every area is of this region and ends; the list of places is named', () => {
  const asked: number[] = [];
  const atRisk: readonly PlaceAtRisk[] = [{ name: 'Tsugaru', within: 0.9, probability: 0.031 }];
  const places = (region: ImpactRegion) => {
    asked.push(region.areaKm2);
    return { version: 'a1b2', atRisk };
  };
  const message = messageOf(warningOf(), { ...contextOf(400), places }, FIRST);
  messageOf(warningOf({ impact: regionOf({ areaKm2: 77 }) }), { ...contextOf(401), places }, FIRST);
  expect(asked).toEqual([8558, 77]);
  expect(message.info.description).toContain(
    'Places this region touches, with the probability of each: Tsugaru (3 %).',
  );
  expect(message.info.parameters).toContainEqual({ name: 'placesVersion', value: 'a1b2' });
  expect(message.info.expires).toBe(after(1085 + 3 * 4 + 120));
  // No region any more: no place, no area.
  const none = warningOf({ impact: { statement: 'none', because: 'not ballistic' } });
  const { info } = messageOf(none, { ...contextOf(400), places }, FIRST);
  expect(info.areas).toEqual([]);
  expect(info.description).not.toContain('Tsugaru');
});

describe('J-Alert, 3 November 2022: lost is neither overflown nor come down', () => {
  const lost = warningOf({ evidence: [evidenceOf({ lastSeen: after(420) })] });

  test('a region of a lost track is told as what was expected until then', () => {
    const text = textOf(messageOf(lost, contextOf(500), FIRST));
    expect(text).toContain('track lost');
    expect(text).toContain('The track was lost: last seen 11:47:00 UTC. Until then');
    expect(text).toContain('Nobody has seen it come down.');
    expect(text).not.toMatch(/impact|overflew|passed over|landed|hit/i);
  });

  test('a track without a region too, and its urgency is unknown', () => {
    const none = { ...lost, impact: { statement: 'none', because: 'track lost' } } as const;
    const { info } = messageOf(none, contextOf(500), FIRST);
    expect(info.urgency).toBe('Unknown');
    expect(info.description).toContain('the track was lost. Nobody has seen it come down.');
    expect(info.description).not.toMatch(/impact|overflew|landed/i);
  });

  test('the loss is news by itself, and what was said of it is not said as if it still held', () => {
    const first = nextMessage(null, lost, contextOf(430));
    const { message } = nextMessage(first.series, lost, contextOf(481));
    expect(message?.msgType).toBe('Update');
    expect(message?.info.headline).toContain('track lost');
    expect(message?.info.headline).not.toContain('expected down');
  });

  test('after the predicted time nobody says that it came down', () => {
    const over = warningOf({ stage: 'concluded', evidence: lost.evidence });
    const text = textOf(messageOf(over, contextOf(1200), FIRST));
    expect(text).toContain('has passed. Nobody has seen it come down.');
  });
});

test('still under power: what it can reach is told with its condition, and no area is warned', () => {
  const impact = {
    statement: 'reachable',
    because: 'still powered',
    condition: { motion: 'thrust', from: after(100), until: after(130) },
    centre: geodeticFromDegrees(44, 35),
    outline: [geodeticFromDegrees(44, 35), geodeticFromDegrees(45, 34)],
    areaKm2: 9000,
  } as const;
  const { info } = messageOf(warningOf({ impact }), contextOf(101), FIRST);
  expect(info.areas).toEqual([]);
  expect(info.onset).toBeNull();
  expect(info.parameters).toContainEqual({ name: 'noRegionBecause', value: 'still powered' });
  expect(info.description).toContain(
    'No statement where it comes down: it is still under power. Only if its thrust ends between 11:41:40 UTC and 11:42:10 UTC, it comes down in a region of 9,000 km² about 44.0 N 35.0 E.',
  );
});

test('a flame that is out and that no radar has seen is not told as a lost track', () => {
  const because = 'flame out, not yet seen by radar';
  const evidence = [evidenceOf({ source: 'infrared', lastSeen: after(100) })];
  const warning = warningOf({ impact: { statement: 'none', because }, evidence });
  const { info } = messageOf(warning, contextOf(200), FIRST);
  expect(info.headline).toContain(because);
  expect(info.urgency).toBe('Expected');
  expect(info.description).not.toMatch(/lost/i);
});

test('J-Alert, 13 April 2023: few plots are a precaution, told apart, with the ellipse they have', () => {
  const wide = regionOf({ covarianceM2: [4e10, 0, 4e10], areaKm2: 578_000 });
  const few = say({ stage: 'cue', impact: wide, assessment: 'undetermined' });
  expect(few.info.event).toBe('Precautionary: launch, kind not determined');
  expect(few.info.certainty).toBe('Possible');
  expect(few.info.description).toContain('within 578,000 km² with a probability of 90 %');
  const sure = say({
    stage: 'confirmed',
    history: [{ stage: 'confirmed', at: after(70), because: '' }],
  });
  expect(sure.info.event).toBe('Ballistic missile launch');
  expect(sure.info.certainty).toBe('Observed');
  const withdrawn = cancelOf(few, { reason: 'equipment-fault', at: after(460) });
  expect(withdrawn.info.headline).toContain('a fault of equipment had made it');
});

test('Seoul, May 2023: a space launch is never called a missile', () => {
  const message = say({
    assessment: 'space launch',
    impact: { statement: 'none', because: 'space object' },
  });
  expect(writeCap(message)).not.toMatch(/missile|ballistic/i);
  expect(message.info.event).toBe('Space launch');
  expect(message.info.severity).toBe('Minor');
  expect(message.info.urgency).toBe('Unknown');
  expect(message.info.responseType).toBe('Monitor');
});

test('Przewodów, November 2022: a launch area is told with its size and probability, and no owner', () => {
  const launch = warningOf().launch;
  const message = say({
    launch: launch && {
      ...launch,
      point: geodeticFromDegrees(50.3, 24.5),
      pointCovarianceM2: [4e8, 0, 4e8],
    },
  });
  expect(message.info.description).toContain(
    'from within 49 km of 50.3 N 24.5 E with a probability of 95 %',
  );
  expect(writeCap(message)).not.toMatch(/russia|ukrain|owner|country/i);
});

test('Japan and Korea, June 2022: two sides may count differently, since both count from below', () => {
  const [ours, theirs] = [say({ objectCountAtLeast: 8 }), say({ objectCountAtLeast: 6 })];
  for (const [message, count] of [
    [ours, '8'],
    [theirs, '6'],
  ] as const) {
    expect(message.info.description).toContain(`at least ${count}.`);
    expect(message.info.parameters).toContainEqual({ name: 'objectCountAtLeast', value: count });
  }
});
