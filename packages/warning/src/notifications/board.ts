// SPDX-License-Identifier: Apache-2.0
// The notices a running side was given, and how they stand: which window is open, which launch was
// seen, which was not. Each warning is set against them alone; `matchNotices` sets all against all
// afterwards. Nothing here moves a warning, and work a tick is bounded.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type {
  LaunchWindow,
  NoticeFit,
  NoticeStanding,
  NotificationId,
  NotificationMessage,
  Warning,
} from '@isthmus/picture';
import { isOwn } from '../evidence.ts';
import { announcementOf } from './announcement.ts';
import { type NoticeHistory, noticeHistories, versionAt } from './history.ts';
import {
  BOARD_KEPT_S,
  BOARD_SHOWN_MAX,
  FIT_AGAIN_S,
  FIT_WITHIN_S,
  FITS_PER_TICK,
  VERDICTS_PER_TICK,
} from './limits.ts';
import { checkFlight, type Verdict } from './plausibility.ts';
import { windowOf } from './regimes.ts';

type Picture = 'own' | 'system';

interface KeptFit extends NoticeFit {
  readonly at: Instant;
  readonly best: { readonly notice: NotificationId; readonly probability: number } | null;
}

interface KeptVerdict {
  readonly notice: NotificationId;
  /** The version that was looked at. */
  readonly since: Instant;
  readonly verdict: Verdict;
  readonly because: string;
}

/** Serialisable state. */
export interface NoticeBoard {
  messages: readonly NotificationMessage[];
  /** Of warnings that are open or lately ended. */
  fits: readonly KeptFit[];
  /** Launches that were seen, and stay so when their warnings are long over. */
  seen: readonly (NonNullable<NoticeStanding['seen']> & { readonly notice: NotificationId })[];
  verdicts: readonly KeptVerdict[];
  /** Notices of which was said that nothing was seen. */
  missed: readonly NotificationId[];
}

/** What an officer should hear of a tick, each thing once. */
export type BoardNews =
  | { readonly kind: 'fits'; readonly fit: NoticeFit }
  | { readonly kind: 'not seen'; readonly notice: NotificationId; readonly from: string }
  | { readonly kind: 'impossible'; readonly notice: NotificationId; readonly because: string };

/** A board without notices. */
export function createBoard(): NoticeBoard {
  return { messages: [], fits: [], seen: [], verdicts: [], missed: [] };
}

/** Puts other notices in place of all that were there; what was seen of one that stays is kept. */
export function giveNotices(board: NoticeBoard, messages: readonly NotificationMessage[]): void {
  const ids = new Set(messages.flatMap((one) => (one.kind === 'notice' ? [one.id] : [])));
  board.messages = messages;
  board.seen = board.seen.filter((one) => ids.has(one.notice));
  board.verdicts = board.verdicts.filter((one) => ids.has(one.notice));
  board.missed = board.missed.filter((notice) => ids.has(notice));
  board.fits = [];
}

/**
 * Brings the board up to `now`, in place, and says what is new. Own warnings are set against the
 * notices first; one that was withdrawn is no launch that was seen.
 */
export function stepBoard(
  board: NoticeBoard,
  warnings: Readonly<Record<Picture, readonly Warning[]>>,
  now: Instant,
): BoardNews[] {
  if (board.messages.length === 0) return [];
  const current = historiesOf(board).filter(({ notice }) => notice.given <= now);
  return [
    ...fitSome(board, current, warnings, now),
    ...judgeSome(board, current, now),
    ...missSome(board, current, now),
  ];
}

/** How the notices stand at `now`, nearest windows first, and what they say of each warning. */
export function currentNotices(
  board: NoticeBoard,
  now: Instant,
): { readonly standings: readonly NoticeStanding[]; readonly fits: readonly NoticeFit[] } {
  const standings = historiesOf(board)
    .filter(({ notice }) => notice.given <= now)
    .map((history) => ({ history, awayS: farS(windowAt(history, now), now) }))
    .filter(({ awayS }) => awayS < BOARD_KEPT_S)
    .toSorted((a, b) => a.awayS - b.awayS)
    .slice(0, BOARD_SHOWN_MAX)
    .map(({ history }) => standingOf(board, history, now));
  const fits = board.fits
    .filter((fit) => fit.sentence !== null)
    .map(({ picture, warning, sentence }) => ({ picture, warning, sentence }));
  return { standings, fits };
}

/** Of what does not change from tick to tick. */
const histories = new WeakMap<readonly NotificationMessage[], NoticeHistory[]>();

function historiesOf({ messages }: NoticeBoard): NoticeHistory[] {
  const known = histories.get(messages) ?? noticeHistories(messages);
  histories.set(messages, known);
  return known;
}

function standingOf(board: NoticeBoard, history: NoticeHistory, now: Instant): NoticeStanding {
  const { id: notice, from } = history.notice;
  const version = versionAt(history, now);
  const window = windowAt(history, now);
  const found = board.seen.find((one) => one.notice === notice);
  const seen =
    found === undefined
      ? null
      : { picture: found.picture, warning: found.warning, probability: found.probability };
  const judged = board.verdicts.find((one) => one.notice === notice);
  const verdict = judged !== undefined && judged.since === version?.since ? judged.verdict : null;
  const status = version?.status ?? 'held';
  let answer: NoticeStanding['answer'];
  if (seen !== null) answer = 'seen';
  else if (status !== 'in force') answer = status;
  else if (window === null) answer = 'no time announced';
  else if (window.from > now) answer = 'to come';
  else answer = window.until > now ? 'window open' : 'not seen';
  return { notice, from, answer, window, verdict, seen };
}

function windowAt(history: NoticeHistory, at: Instant): LaunchWindow | null {
  const version = versionAt(history, at);
  return version === null ? null : windowOf(version.launch, history.notice.regime);
}

/** Seconds from `now` to a window; none while it is open, or where no time is announced. */
function farS(window: LaunchWindow | null, now: Instant): number {
  if (window === null) return 0;
  return Math.max(0, secondsBetween(now, window.from), secondsBetween(window.until, now));
}

/** Sets the warnings that wait longest against the notices. */
function fitSome(
  board: NoticeBoard,
  current: readonly NoticeHistory[],
  warnings: Readonly<Record<Picture, readonly Warning[]>>,
  now: Instant,
): BoardNews[] {
  // Without a partner's evidence a system warning is the own one once more.
  const shared = warnings.system.filter(({ evidence }) => !evidence.every(isOwn));
  const all = [
    ...warnings.own.map((warning) => ({ picture: 'own' as const, warning })),
    ...shared.map((warning) => ({ picture: 'system' as const, warning })),
  ];
  const known = new Map(board.fits.map((fit) => [`${fit.picture}/${fit.warning}`, fit]));
  const kept = new Map<string, KeptFit>();
  const due: typeof all = [];
  for (const one of all) {
    const key = `${one.picture}/${one.warning.id}`;
    const before = known.get(key);
    if (one.warning.launch === null || one.warning.stage === 'cancelled') {
      forgetSeen(board, one.picture, one.warning.id);
      continue;
    }
    if (before !== undefined) kept.set(key, before);
    if (before === undefined || secondsBetween(before.at, now) >= FIT_AGAIN_S) due.push(one);
  }
  // Those never looked at first: in a flood each has its turn.
  const lookedAt = ({ picture, warning }: (typeof all)[number]): number =>
    known.get(`${picture}/${warning.id}`)?.at ?? 0;
  const news: BoardNews[] = [];
  for (const { picture, warning } of due
    .toSorted((a, b) => lookedAt(a) - lookedAt(b))
    .slice(0, FITS_PER_TICK)) {
    const key = `${picture}/${warning.id}`;
    const fit = fitOfWarning(current, picture, warning, now);
    kept.set(key, fit);
    noteSeen(board, fit);
    const isNew = fit.best !== null && fit.best.notice !== known.get(key)?.best?.notice;
    if (isNew) {
      news.push({ kind: 'fits', fit: { picture, warning: warning.id, sentence: fit.sentence } });
    }
  }
  board.fits = [...kept.values()];
  return news;
}

function fitOfWarning(
  current: readonly NoticeHistory[],
  picture: Picture,
  { id, event, launch, assessment }: Warning,
  now: Instant,
): KeptFit {
  const none = { picture, warning: id, sentence: null, at: now, best: null };
  if (launch === null) return none;
  const near = current.filter((history) => {
    const window = windowAt(history, launch.time);
    return (
      window !== null &&
      secondsBetween(launch.time, window.from) <= FIT_WITHIN_S &&
      secondsBetween(window.until, launch.time) <= FIT_WITHIN_S
    );
  });
  const { sentence, candidates } = announcementOf(near, { event, launch, assessment });
  return { ...none, sentence, best: candidates[0] ?? null };
}

function forgetSeen(board: NoticeBoard, picture: Picture, warning: string): void {
  board.seen = board.seen.filter((one) => one.picture !== picture || one.warning !== warning);
}

/** One launch for a notice: the more probable, the own one before that of the system picture. */
function noteSeen(board: NoticeBoard, { picture, warning, best }: KeptFit): void {
  forgetSeen(board, picture, warning);
  if (best === null) return;
  const rival = board.seen.find((one) => one.notice === best.notice);
  if (rival !== undefined && rival.probability >= best.probability) return;
  const others = board.seen.filter((one) => one.notice !== best.notice);
  board.seen = [...others, { picture, warning, ...best }];
}

/** Notices whose window has closed, and no launch was seen that fits. */
function missSome(
  board: NoticeBoard,
  current: readonly NoticeHistory[],
  now: Instant,
): BoardNews[] {
  const known = new Set(board.missed);
  const missed = current.filter(
    (history) =>
      !known.has(history.notice.id) && standingOf(board, history, now).answer === 'not seen',
  );
  board.missed = [...board.missed, ...missed.map(({ notice }) => notice.id)];
  return missed.map(({ notice: { id: notice, from } }) => ({ kind: 'not seen', notice, from }));
}

/** Looks at the figures of some notices that nobody has looked at as they stand. */
function judgeSome(
  board: NoticeBoard,
  current: readonly NoticeHistory[],
  now: Instant,
): BoardNews[] {
  const news: BoardNews[] = [];
  const known = new Map(board.verdicts.map((one) => [one.notice, one]));
  let left = VERDICTS_PER_TICK;
  for (const history of current) {
    const version = versionAt(history, now);
    const { id: notice } = history.notice;
    if (left === 0) break;
    if (version === null || known.get(notice)?.since === version.since) continue;
    left -= 1;
    const { verdict, because } = checkFlight(version.launch);
    known.set(notice, { notice, since: version.since, verdict, because });
    if (verdict === 'impossible') news.push({ kind: 'impossible', notice, because });
  }
  board.verdicts = [...known.values()];
  return news;
}
