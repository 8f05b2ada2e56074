// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { AnnouncedLaunch, NotificationMessage, PreLaunchNotification } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { announcementOf, headingFrom, percent } from './announcement.ts';
import type { SeenLaunch } from './fit.ts';
import { circleOf, NOTHING } from './fixture.ts';
import { noticeHistories } from './history.ts';
import { type MatchReport, matchNotices, type WatchedArea } from './match.ts';

const at = (text: string): Instant => instantFromIso(text);

function notice(
  id: string,
  launch: Partial<AnnouncedLaunch>,
  over: Partial<PreLaunchNotification> = {},
): PreLaunchNotification {
  return {
    kind: 'notice',
    id,
    regime: 'other',
    from: 'norway',
    given: at('1995-01-02T12:00:00Z'),
    launch: { ...NOTHING, ...launch },
    ...over,
  };
}

function seen(
  event: string,
  over: {
    readonly time?: string;
    readonly place?: readonly [number, number];
    readonly sigmaKm?: number;
    readonly azimuthDeg?: number | null;
    readonly assessment?: SeenLaunch['assessment'];
  } = {},
): SeenLaunch {
  const { azimuthDeg = 2, sigmaKm = 10 } = over;
  const [latitude, longitude] = over.place ?? [69.33, 16.2];
  const variance = (sigmaKm * 1000) ** 2;
  return {
    event,
    assessment: over.assessment ?? 'missile',
    launch: {
      time: at(over.time ?? '1995-01-25T06:24:10Z'),
      timeSigmaS: 10,
      point: geodeticFromDegrees(latitude, longitude),
      pointCovarianceM2: [variance, 0, variance],
      azimuthRad: azimuthDeg === null ? null : radiansFromDegrees(azimuthDeg),
      azimuthSigmaRad: azimuthDeg === null ? null : radiansFromDegrees(3),
      method: 'back-propagated',
    },
  };
}

// A window of weeks, as sounding rockets have that wait for the sky; its dates are this test's own.
const ANDOYA = {
  missileClass: 'sounding rocket',
  window: { from: at('1995-01-15T00:00:00Z'), until: at('1995-02-11T00:00:00Z') },
  launchArea: circleOf(69.29, 16.02, 5),
  direction: { valueDeg: 0, toleranceDeg: 15 },
} as const;
const ROCKET = notice('black-brant-xii', ANDOYA);
const AFTER = at('1995-02-12T00:00:00Z');

function report(
  messages: readonly NotificationMessage[],
  launches: readonly SeenLaunch[],
  more: { readonly at?: Instant; readonly watched?: readonly WatchedArea[] } = {},
): MatchReport {
  return matchNotices({
    histories: noticeHistories(messages),
    seen: launches,
    watched: more.watched ?? [],
    at: more.at ?? AFTER,
  });
}

describe('the Norwegian rocket of 25 January 1995', () => {
  // Where its watchers sat, near Olenegorsk, and where they answered to.
  const RADAR = geodeticFromDegrees(68.11, 33.91);
  const MOSCOW = geodeticFromDegrees(55.75, 37.62);

  test('with its notice on the desk the launch is matched, and heads away', () => {
    const { launches, notices } = report([ROCKET], [seen('e1')]);
    expect(launches).toMatchObject([
      { answer: 'announced and seen', notice: 'black-brant-xii', certainty: 'matched', others: [] },
    ]);
    expect(notices).toEqual([]);
    expect(headingFrom(seen('e1').launch, MOSCOW)).toBe('away');
    // Of the radar north-east of it the direction says less: nearly abeam.
    expect(headingFrom(seen('e1').launch, RADAR)).not.toBe('away');
  });

  test('without it the launch is seen and not announced, though it heads away all the same', () => {
    const { launches } = report([], [seen('e1')]);
    expect(launches).toEqual([
      {
        answer: 'seen and not announced',
        event: 'e1',
        announcedProbability: 0,
        others: [],
        near: [],
      },
    ]);
    expect(headingFrom(seen('e1').launch, MOSCOW)).toBe('away');
  });

  test('a notice that reaches the desk only afterwards announces nothing, and is named', () => {
    const late = { ...ROCKET, given: at('1995-01-25T07:00:00Z') };
    expect(report([late], [seen('e1')]).launches).toMatchObject([
      {
        answer: 'seen and not announced',
        near: [{ notice: 'black-brant-xii', misfit: 'given after the launch' }],
      },
    ]);
  });

  test('the same launch towards the south is not the one announced', () => {
    const south = seen('e1', { azimuthDeg: 130 });
    expect(report([ROCKET], [south]).launches).toMatchObject([
      { answer: 'seen and not announced', near: [{ misfit: 'direction' }] },
    ]);
    expect(headingFrom(south.launch, MOSCOW)).toBe('not away');
  });
});

describe('three answers', () => {
  test('announced and not seen only once the window has closed, and with what was watched', () => {
    const open = report([ROCKET], [], { at: at('1995-02-10T23:59:59Z') });
    expect(open.notices).toEqual([{ answer: 'window open', notice: 'black-brant-xii' }]);
    const { window } = ANDOYA;
    const half = addSeconds(window.from, 13.5 * 86_400);
    const area = circleOf(70, 16, 500);
    const closed = (watched: readonly WatchedArea[]) =>
      report([ROCKET], [], { at: window.until, watched }).notices[0];
    expect(closed([])).toMatchObject({ answer: 'announced and not seen', wouldBeSeen: null });
    const first = { from: window.from, until: half, area, detectionProbability: 0.8 };
    const whole = { ...first, until: window.until, detectionProbability: 0.5 };
    expect(closed([first])).toMatchObject({ wouldBeSeen: 0.4 });
    // Both at once: the better of the two, then the other.
    expect((closed([first, whole]) as { wouldBeSeen: number }).wouldBeSeen).toBeCloseTo(0.65, 9);
    // An area that misses a part of the launch area was not watched for it.
    const beside = { ...first, area: circleOf(69.6, 16, 36) };
    expect(closed([beside])).toMatchObject({ wouldBeSeen: 0 });
  });

  test('what its party reports of a launch that nobody saw is told', () => {
    const launched = at('1995-01-20T06:00:00Z');
    const messages: NotificationMessage[] = [
      ROCKET,
      { kind: 'post-launch report', of: ROCKET.id, given: addSeconds(launched, 3600), launched },
    ];
    expect(report(messages, []).notices).toMatchObject([{ reported: launched }]);
  });

  test('one notice announces one launch: the other is seen and not announced', () => {
    const second = seen('e2', { place: [69.6, 17.6], time: '1995-01-26T06:00:00Z' });
    const { launches } = report([ROCKET], [second, seen('e1')]);
    expect(launches.map(({ answer }) => answer)).toEqual([
      'seen and not announced',
      'announced and seen',
    ]);
  });

  test('two launches that fit one notice alike: one of them was not announced, and which is open', () => {
    const { launches } = report(
      [ROCKET],
      [seen('e1'), seen('e2', { time: '1995-01-25T07:00:00Z' })],
    );
    const fitting = launches.find(({ answer }) => answer === 'announced and seen');
    const other = launches.find(({ answer }) => answer === 'seen and not announced');
    expect(fitting).toMatchObject({ certainty: 'ambiguous' });
    expect(other).toMatchObject({ others: [{ notice: ROCKET.id }] });
    expect(other?.announcedProbability).toBeCloseTo(0.5, 2);
  });

  test('what is given after the instant asked about is not known yet', () => {
    const before = report([ROCKET], [], { at: at('1995-01-01T00:00:00Z') });
    expect(before.notices).toEqual([]);
    const launched = at('1995-01-20T06:00:00Z');
    const late = { kind: 'post-launch report', of: ROCKET.id, given: AFTER, launched } as const;
    const closed = report([ROCKET, late], [], { at: ANDOYA.window.until });
    expect(closed.notices).toMatchObject([{ answer: 'announced and not seen', reported: null }]);
  });

  test('a launch after the instant asked about is not known yet', () => {
    const { launches } = report([ROCKET], [seen('e1')], { at: at('1995-01-25T06:00:00Z') });
    expect(launches).toEqual([]);
  });
});

describe('what changed a notice', () => {
  const amended: NotificationMessage = {
    kind: 'amendment',
    of: ROCKET.id,
    given: at('1995-01-20T00:00:00Z'),
    changes: { window: { from: at('1995-02-01T00:00:00Z'), until: at('1995-02-03T00:00:00Z') } },
  };

  test('an amended window counts from when it was given', () => {
    expect(report([ROCKET, amended], [seen('e1')]).launches).toMatchObject([
      { answer: 'seen and not announced', near: [{ misfit: 'time' }] },
    ]);
    const inNew = seen('e1', { time: '1995-02-02T10:00:00Z' });
    expect(report([ROCKET, amended], [inNew]).launches).toMatchObject([{ certainty: 'matched' }]);
    const afterwards = { ...amended, given: at('1995-01-25T08:00:00Z') };
    expect(report([ROCKET, afterwards], [seen('e1')]).launches).toMatchObject([
      { certainty: 'matched' },
    ]);
  });

  test.each(['cancellation', 'hold'] as const)('a %s announces nothing, and is named', (kind) => {
    const change = { kind, of: ROCKET.id, given: at('1995-01-20T00:00:00Z') };
    const { launches, notices } = report([ROCKET, change], [seen('e1')]);
    const status = kind === 'hold' ? 'held' : 'cancelled';
    expect(launches).toMatchObject([
      { answer: 'seen and not announced', near: [{ notice: ROCKET.id, misfit: status }] },
    ]);
    // Nothing is missed either: nobody announced it any more.
    expect(notices).toEqual([{ answer: status, notice: ROCKET.id }]);
  });

  test('a launch before the cancellation was announced', () => {
    const late = {
      kind: 'cancellation',
      of: ROCKET.id,
      given: at('1995-01-26T00:00:00Z'),
    } as const;
    expect(report([ROCKET, late], [seen('e1')]).launches).toMatchObject([
      { answer: 'announced and seen' },
    ]);
  });

  test('2000: a report that does not come within 48 hours of the launch is overdue', () => {
    const owed = notice('owed', ANDOYA, { regime: 'memorandum-2000' });
    const due = at('1995-01-27T06:24:10Z');
    const overdue = (messages: readonly NotificationMessage[], when: Instant) =>
      report(messages, [seen('e1')], { at: when }).overdue;
    expect(overdue([owed], addSeconds(due, -1))).toEqual([]);
    expect(overdue([owed], due)).toEqual([{ notice: 'owed', since: due }]);
    const launched = at('1995-01-25T06:24:00Z');
    const said = { kind: 'post-launch report', of: 'owed', given: launched, launched } as const;
    expect(overdue([owed, said], due)).toEqual([]);
    expect(report([ROCKET], [seen('e1')]).overdue).toEqual([]);
  });
});

describe('more than one notice', () => {
  const twin = { ...ROCKET, id: 'twin' };

  test('two that fit alike are ambiguous, each as likely, and the launch is announced', () => {
    const { launches, notices } = report([ROCKET, twin], [seen('e1')]);
    const [answer] = launches;
    if (answer?.answer !== 'announced and seen') throw new Error('no match');
    expect(answer.certainty).toBe('ambiguous');
    // Which of the two stands first is of no account.
    const named = [answer.notice, ...answer.others.map((other) => other.notice)];
    expect(named.toSorted()).toEqual(['black-brant-xii', 'twin']);
    expect(answer.probability).toBeCloseTo(0.5, 3);
    expect(answer.announcedProbability).toBeGreaterThan(0.99);
    // The other is not said to be missing without that word.
    expect(notices).toMatchObject([{ notice: named[1], perhaps: [{ event: 'e1' }] }]);
  });

  test('each launch gets its own, though the first fits both', () => {
    const wide = notice('wide', {
      window: ANDOYA.window,
      launchArea: circleOf(69.29, 16.02, 400),
    });
    const far = seen('e2', { place: [68, 21], azimuthDeg: 90 });
    const { launches } = report([wide, ROCKET], [seen('e1'), far]);
    expect(launches).toMatchObject([
      { event: 'e1', notice: ROCKET.id },
      { event: 'e2', notice: 'wide' },
    ]);
  });

  test('a class that contradicts makes the other notice the likelier', () => {
    const orbit = {
      ...twin,
      launch: { ...twin.launch, missileClass: 'space launch vehicle' },
    } as const;
    const { launches } = report([ROCKET, orbit], [seen('e1', { assessment: 'space launch' })]);
    expect(launches).toMatchObject([{ notice: 'twin', certainty: 'matched' }]);
  });
});

describe('what a notice does not say', () => {
  test('without a bounded area, time and direction alone may match; without a time nothing does', () => {
    const sea = { kind: 'named', name: 'Norwegian Sea', outline: null } as const;
    const day = { from: at('1995-01-25T00:00:00Z'), until: at('1995-01-26T00:00:00Z') };
    const named = notice('named', { ...ANDOYA, launchArea: sea, window: day });
    expect(report([named], [seen('e1')]).launches).toMatchObject([{ notice: 'named' }]);
    const timeless = notice('timeless', { launchArea: ANDOYA.launchArea });
    expect(report([timeless], [seen('e1')])).toMatchObject({
      launches: [{ answer: 'seen and not announced' }],
      notices: [{ answer: 'no time announced' }],
    });
  });

  test('1988: a date holds for four days UTC and not an hour longer', () => {
    const dated = notice(
      'dated',
      { ...ANDOYA, window: null, plannedDate: at('1995-01-22T00:00:00Z') },
      { regime: 'launches-1988' },
    );
    const answer = (time: string) => report([dated], [seen('e1', { time })]).launches[0]?.answer;
    expect(answer('1995-01-25T23:59:00Z')).toBe('announced and seen');
    expect(answer('1995-01-26T01:00:00Z')).toBe('seen and not announced');
    expect(answer('1995-01-21T23:00:00Z')).toBe('seen and not announced');
  });

  test('an area on the other side of the date line is near', () => {
    const pacific = notice('pacific', { ...ANDOYA, launchArea: circleOf(50, 179.9, 30) });
    const east = seen('e1', { place: [50, -179.9] });
    expect(report([pacific], [east]).launches).toMatchObject([{ certainty: 'matched' }]);
    expect(report([pacific], [seen('e1', { place: [50, -177] })]).launches).toMatchObject([
      { answer: 'seen and not announced', near: [{ misfit: 'place' }] },
    ]);
  });

  test('the direction of areas is that from one to the other', () => {
    const areas = notice('areas', {
      ...ANDOYA,
      direction: null,
      impactAreas: [circleOf(78, 12, 60)],
    });
    const answer = (azimuthDeg: number) =>
      report([areas], [seen('e1', { azimuthDeg })]).launches[0]?.answer;
    expect(answer(352)).toBe('announced and seen');
    expect(answer(60)).toBe('seen and not announced');
  });
});

describe('what a notice adds to one warning', () => {
  const histories = noticeHistories([ROCKET]);

  test('a sentence that names it and lowers nothing', () => {
    const { sentence, candidates, probability } = announcementOf(histories, seen('e1'));
    expect(probability).toBeGreaterThan(0.99);
    expect(candidates).toMatchObject([{ notice: 'black-brant-xii' }]);
    expect(sentence).toBe(
      'Fits the notice “black-brant-xii” (over 99 %). It is a launch all the same.',
    );
  });

  test('nothing where none fits', () => {
    const { sentence, candidates } = announcementOf(histories, seen('e1', { azimuthDeg: 130 }));
    expect(sentence).toBeNull();
    expect(candidates).toEqual([]);
  });

  test('both where two fit, and no match is ever said to be certain', () => {
    const both = noticeHistories([ROCKET, { ...ROCKET, id: 'twin' }]);
    expect(announcementOf(both, seen('e1')).sentence).toContain('“black-brant-xii” or “twin”');
    expect(percent(1)).toBe('over 99 %');
    expect(percent(0.5)).toBe('50 %');
    expect(percent(0.001)).toBe('under 1 %');
  });
});

test('a coarse launch point still matches a small site, with less to say for it', () => {
  const probabilityOf = (sigmaKm: number): number => {
    const [answer] = report([ROCKET], [seen('e1', { sigmaKm })]).launches;
    return answer?.announcedProbability ?? 0;
  };
  expect(probabilityOf(10)).toBeGreaterThan(probabilityOf(60));
  expect(probabilityOf(60)).toBeGreaterThan(0.9);
});
