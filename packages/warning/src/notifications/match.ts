// SPDX-License-Identifier: Apache-2.0
// What was announced against what was seen, all notices and launches at once: announced and seen,
// announced and not seen, seen and not announced. A match says that a notice fits. It takes nothing
// from a warning: a launch under a notice is still a launch.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { BoundedArea, EventId, NotificationId } from '@isthmus/picture';
import { assign } from '@isthmus/tracking';
import { boundsOf, holds, pointsOf } from './area.ts';
import { type Fit, fitOf, type Misfit, type SeenLaunch } from './fit.ts';
import { type NoticeHistory, type NoticeVersion, versionAt } from './history.ts';
import { MATCHED_MIN, RIVAL_MIN } from './limits.ts';
import { pairProbabilities } from './pairing.ts';
import { REPORT_WITHIN_S, windowOf } from './regimes.ts';

/** Own sensors watched an area: a launch in it would have been seen with this probability. */
export interface WatchedArea {
  readonly from: Instant;
  readonly until: Instant;
  readonly area: BoundedArea;
  readonly detectionProbability: number;
}

/** `ambiguous`: another notice, or another launch, fits about as well. */
export type Certainty = 'matched' | 'tentative' | 'ambiguous';

/** A notice that may be meant, most probable first in lists. */
export interface Candidate {
  readonly notice: NotificationId;
  readonly probability: number;
}

export interface SeenAnnounced {
  readonly answer: 'announced and seen';
  readonly event: EventId;
  readonly notice: NotificationId;
  readonly probability: number;
  readonly certainty: Certainty;
  readonly others: readonly Candidate[];
  /** That it was announced by one notice or another. */
  readonly announcedProbability: number;
}

export interface SeenUnannounced {
  readonly answer: 'seen and not announced';
  readonly event: EventId;
  readonly announcedProbability: number;
  /** Notices that fit, and fit another launch better. */
  readonly others: readonly Candidate[];
  /** Notices that would fit but for one thing. */
  readonly near: readonly { readonly notice: NotificationId; readonly misfit: Misfit }[];
}

export interface AnnouncedUnseen {
  readonly answer: 'announced and not seen';
  readonly notice: NotificationId;
  readonly windowClosed: Instant;
  /** That a launch at any time of the window would have been seen; null where nothing is known. */
  readonly wouldBeSeen: number | null;
  /** When the notifying party says it was launched. */
  readonly reported: Instant | null;
  /** Launches that may be it, and were given to another notice. */
  readonly perhaps: readonly { readonly event: EventId; readonly probability: number }[];
}

/** A notice of which nothing can be said yet, or at all. */
export interface NoAnswer {
  readonly answer: 'window open' | 'held' | 'cancelled' | 'no time announced';
  readonly notice: NotificationId;
}

export interface MatchReport {
  readonly launches: readonly (SeenAnnounced | SeenUnannounced)[];
  readonly notices: readonly (AnnouncedUnseen | NoAnswer)[];
  /** Notices whose post-launch report is overdue, and since when (memorandum of 2000). */
  readonly overdue: readonly { readonly notice: NotificationId; readonly since: Instant }[];
}

/**
 * Matches at the instant `at`, with what was known by then: a window that is open is no absence.
 *
 * Of notices that fit a launch alike one is chosen, and the others stand beside it.
 */
export function matchNotices(given: {
  readonly histories: readonly NoticeHistory[];
  readonly seen: readonly SeenLaunch[];
  readonly watched: readonly WatchedArea[];
  readonly at: Instant;
}): MatchReport {
  const { watched, at } = given;
  const histories = given.histories.filter(({ notice }) => notice.given <= at);
  const seen = given.seen.filter((one) => one.launch.time <= at);
  const fits = histories.map((history) => seen.map((one) => fitOf(history, one)));
  const odds = fits.map((row) => row.map((fit) => fit.odds));
  const probabilities = pairProbabilities(odds);
  const chosen = assign(
    odds.flatMap((row) => row.map((value) => (value > 0 ? -Math.log(value) : 0))),
    histories.length,
    seen.length,
  );
  const table: Table = { histories, seen, fits, probabilities, chosen };
  return {
    launches: seen.map((one, column) => launchAnswer(table, one, column)),
    notices: histories.flatMap((history, row) =>
      chosen[row] === -1 ? [noticeAnswer(table, { history, row, watched, at })] : [],
    ),
    overdue: histories.flatMap((history, row) => overdueOf(table, history, row, at)),
  };
}

interface Table {
  readonly histories: readonly NoticeHistory[];
  readonly seen: readonly SeenLaunch[];
  readonly fits: readonly (readonly Fit[])[];
  readonly probabilities: readonly (readonly number[])[];
  /** Of each notice the column of its launch, or -1. */
  readonly chosen: readonly number[];
}

function launchAnswer(
  table: Table,
  one: SeenLaunch,
  column: number,
): SeenAnnounced | SeenUnannounced {
  const candidates = table.histories
    .map((history, row) => ({
      notice: history.notice.id,
      probability: table.probabilities[row]?.[column] ?? 0,
    }))
    .toSorted((a, b) => b.probability - a.probability);
  const announcedProbability = Math.min(
    1,
    candidates.reduce((sum, { probability }) => sum + probability, 0),
  );
  const row = table.chosen.indexOf(column);
  const notice = table.histories[row]?.notice.id;
  const others = candidates.filter(
    (other) => other.notice !== notice && other.probability >= RIVAL_MIN,
  );
  if (notice === undefined) {
    const near = table.histories.flatMap((history, i) => {
      const misfit = table.fits[i]?.[column]?.misfit ?? null;
      return misfit === null ? [] : [{ notice: history.notice.id, misfit }];
    });
    const { event } = one;
    return { answer: 'seen and not announced', event, announcedProbability, others, near };
  }
  const probability = table.probabilities[row]?.[column] ?? 0;
  const isShared = (table.probabilities[row] ?? []).some(
    (value, other) => other !== column && value >= RIVAL_MIN,
  );
  const rest = others.length > 0 || isShared ? 'ambiguous' : 'tentative';
  return {
    answer: 'announced and seen',
    event: one.event,
    notice,
    probability,
    certainty: probability >= MATCHED_MIN ? 'matched' : rest,
    others,
    announcedProbability,
  };
}

function noticeAnswer(
  table: Table,
  of: {
    readonly history: NoticeHistory;
    readonly row: number;
    readonly watched: readonly WatchedArea[];
    readonly at: Instant;
  },
): AnnouncedUnseen | NoAnswer {
  const { history, row, watched, at } = of;
  const { id: notice, regime } = history.notice;
  const version = versionAt(history, at) ?? (history.versions[0] as NoticeVersion);
  if (version.status !== 'in force') return { answer: version.status, notice };
  const window = windowOf(version.launch, regime);
  if (window === null) return { answer: 'no time announced', notice };
  if (window.until > at) return { answer: 'window open', notice };
  const perhaps = table.seen
    .map(({ event }, column) => ({
      event,
      probability: table.probabilities[row]?.[column] ?? 0,
    }))
    .filter(({ probability }) => probability >= RIVAL_MIN);
  return {
    answer: 'announced and not seen',
    notice,
    windowClosed: window.until,
    wouldBeSeen: wouldBeSeen(version, window, watched),
    reported: isReported(history, at) ? (history.postLaunch?.launched ?? null) : null,
    perhaps,
  };
}

/**
 * Probability that a launch at any time of the window, alike, would have been seen: over the time in
 * which somebody watched all of the launch area, by the best of those who did.
 */
function wouldBeSeen(
  version: NoticeVersion,
  window: { readonly from: Instant; readonly until: Instant },
  watched: readonly WatchedArea[],
): number | null {
  const area = version.launch.launchArea === null ? null : boundsOf(version.launch.launchArea);
  if (area === null || watched.length === 0) return null;
  const points = pointsOf(area);
  const fitting = watched.filter((one) => points.every((point) => holds(one.area, point)));
  const marks = [window.from, window.until]
    .concat(fitting.flatMap(({ from, until }) => [from, until]))
    .filter((mark) => mark >= window.from && mark <= window.until)
    .toSorted((a, b) => a - b);
  let seenS = 0;
  for (const [i, from] of marks.entries()) {
    const until = marks[i + 1] ?? window.until;
    const best = fitting
      .filter((one) => one.from <= from && one.until >= until)
      .reduce((most, one) => Math.max(most, one.detectionProbability), 0);
    seenS += best * secondsBetween(from, until);
  }
  return seenS / secondsBetween(window.from, window.until);
}

function overdueOf(
  table: Table,
  history: NoticeHistory,
  row: number,
  at: Instant,
): MatchReport['overdue'] {
  const launched = table.seen[table.chosen[row] ?? -1]?.launch.time;
  if (history.notice.regime !== 'memorandum-2000' || launched === undefined) return [];
  const since = addSeconds(launched, REPORT_WITHIN_S);
  return isReported(history, at) || since > at ? [] : [{ notice: history.notice.id, since }];
}

function isReported(history: NoticeHistory, at: Instant): boolean {
  return history.postLaunch !== null && history.postLaunch.given <= at;
}
