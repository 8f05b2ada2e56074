// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import type { NotificationMessage, Warning } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { createBoard, currentNotices, giveNotices, type NoticeBoard, stepBoard } from './board.ts';
import { announced, circleOf, NOTHING, PUBLISHED } from './fixture.ts';

const LAUNCH = instantFromIso('1995-01-25T06:24:10Z');
const after = (seconds: number): Instant => addSeconds(LAUNCH, seconds);

const ROCKET: NotificationMessage = {
  kind: 'notice',
  id: 'rocket',
  regime: 'other',
  from: 'norway',
  given: after(-86_400),
  launch: {
    ...NOTHING,
    window: { from: after(-3600), until: after(3600) },
    launchArea: circleOf(69.29, 16.02, 5),
  },
};

function warning(id: string, over: Partial<Warning> = {}): Warning {
  return {
    id,
    event: id,
    stage: 'cue',
    basis: 'single-radar',
    history: [],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: {
      time: LAUNCH,
      timeSigmaS: 10,
      point: geodeticFromDegrees(69.33, 16.2),
      pointCovarianceM2: [1e8, 0, 1e8],
      azimuthRad: null,
      azimuthSigmaRad: null,
      method: 'infrared',
    },
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: [
      { party: 'own', source: 'radar', sensors: [], firstSeen: LAUNCH, lastSeen: LAUNCH, looks: 3 },
    ],
    ...over,
  };
}

function boardOf(...messages: readonly NotificationMessage[]): NoticeBoard {
  const board = createBoard();
  giveNotices(board, messages);
  return board;
}

const none = { own: [], system: [] };
const answerAt = (board: NoticeBoard, seconds: number): string | undefined =>
  currentNotices(board, after(seconds)).standings[0]?.answer;

test('a notice is to come, open, seen; withdrawn, the launch was none; closed, it was not seen, said once', () => {
  const board = boardOf(ROCKET);
  stepBoard(board, none, after(-7200));
  expect(answerAt(board, -7200)).toBe('to come');
  expect(answerAt(board, -90_000)).toBeUndefined();
  const news = stepBoard(board, { own: [warning('own-1')], system: [] }, after(60));
  expect(news).toMatchObject([{ kind: 'fits', fit: { picture: 'own', warning: 'own-1' } }]);
  expect(answerAt(board, 60)).toBe('seen');
  const cancelled = warning('own-1', { stage: 'cancelled' });
  stepBoard(board, { own: [cancelled], system: [] }, after(70));
  expect(answerAt(board, 70)).toBe('window open');
  expect(stepBoard(board, none, after(3601))).toMatchObject([
    { kind: 'not seen', notice: 'rocket', from: 'norway' },
  ]);
  expect(stepBoard(board, none, after(3602))).toEqual([]);
  expect(answerAt(board, 3602)).toBe('not seen');
  expect(answerAt(board, 4 * 86_400)).toBeUndefined();
});

test('what was seen stays seen when its warning is long over, and the own one is before the shared', () => {
  const board = boardOf(ROCKET);
  const partner = { ...(warning('x').evidence[0] as Warning['evidence'][number]), party: 'east' };
  const shared = warning('system-1', { evidence: [partner] });
  stepBoard(board, { own: [warning('own-1')], system: [shared, warning('system-2')] }, after(60));
  const { standings, fits } = currentNotices(board, after(60));
  expect(standings[0]?.seen).toMatchObject({ picture: 'own', warning: 'own-1' });
  expect(fits.map((fit) => fit.warning)).toEqual(['own-1', 'system-1']);
  stepBoard(board, none, after(9000));
  expect(answerAt(board, 9000)).toBe('seen');
});

test('the impossible one of the published flights is told once, some notices a tick', () => {
  const notices = PUBLISHED.map((flight): NotificationMessage => {
    const launch = { ...announced(flight), window: { from: after(0), until: after(86_400) } };
    return { ...ROCKET, id: flight.name, launch };
  });
  const board = boardOf(...notices);
  const news = Array.from({ length: 12 }, (_, s) => stepBoard(board, none, after(s))).flat();
  expect(news).toMatchObject([
    { kind: 'impossible', notice: 'claimed as Hwasong-17, 24 March 2022' },
  ]);
  const verdicts = currentNotices(board, after(12)).standings.map(({ verdict }) => verdict);
  expect(verdicts).toHaveLength(13);
  expect(verdicts).not.toContain(null);
});

test('a flood of warnings is set against the notices a few a tick, each in its turn', () => {
  const board = boardOf(ROCKET);
  const own = Array.from({ length: 40 }, (_, i) => warning(`own-${i}`));
  const counts = Array.from({ length: 12 }, (_, s) => {
    stepBoard(board, { own, system: [] }, after(60 + s));
    return currentNotices(board, after(60)).fits.length;
  });
  expect(counts).toEqual([4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 40, 40]);
});
