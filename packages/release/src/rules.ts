// SPDX-License-Identifier: Apache-2.0
// One rule for each kind of item, given that a clause covers it: is it time, does it follow from
// what went before, what exactly goes, and what is remembered of it. See spec/release.md, R-30 on.

import type { Instant } from '@isthmus/earth';
import type {
  CoverageReport,
  Drop,
  Estimate,
  EventId,
  Item,
  LaunchReport,
  Rebase,
  TrackId,
  Tracklet,
  TrackState,
} from '@isthmus/picture';
import type { Clause } from './agreement.ts';
import { coarsenTrack, floorOnly, quantise } from './coarsen-estimate.ts';
import { coarsenReport } from './coarsen-report.ts';
import { LIMITS } from './limits.ts';
import {
  type EventMemory,
  eventOf,
  type GateMemory,
  type TrackletBase,
  trackOf,
  withEvent,
  withoutTrack,
  withTrack,
} from './memory.ts';
import type { ReasonCode } from './reasons.ts';
import { isEstimate } from './shape.ts';

/** Why something may be drafted again later. */
export type WaitCause = 'tick' | 'unchanged' | 'looks' | 'nothing-released';

/** What rules of this room judge: coverage reports have their own. */
type EventItem = Exclude<Item, CoverageReport>;

/** What a rule says: let this go and remember that, or not. */
export type Verdict =
  | { readonly go: true; readonly item: EventItem; readonly memory: GateMemory }
  | { readonly go: false; readonly withhold: ReasonCode }
  | { readonly go: false; readonly wait: WaitCause };

export interface Case {
  readonly memory: GateMemory;
  readonly clause: Clause;
  readonly current: Estimate | null;
  readonly now: Instant;
}

/** Applies the rule of the item's kind; the item is well formed and holds only what may go. */
export function judge(item: EventItem, given: Case): Verdict {
  switch (item.kind) {
    case 'launch-report':
      return judgeReport(item, given);
    case 'track':
      return judgeTrack(item, given);
    case 'rebase':
      return judgeRebase(item, given);
    case 'tracklet':
      return judgeTracklet(item, given);
    case 'drop':
      return judgeDrop(item, given);
    case 'test':
    case 'withdrawal':
      return { go: true, item, memory: given.memory };
  }
}

/** Goes when what the partner would read differs from the last one, at most once a tick. */
function judgeReport(report: LaunchReport, given: Case): Verdict {
  const { memory, clause, now } = given;
  const before = eventOf(memory, report.event);
  const tick = tickNumber(now, clause);
  const coarse = { ...coarsenReport(report, clause), update: 0 };
  const sameClause = before?.clause === clause.id;
  if (sameClause && JSON.stringify(before.report) === JSON.stringify(coarse)) {
    return { go: false, wait: 'unchanged' };
  }
  if (sameClause && tick <= before.tick) return { go: false, wait: 'tick' };
  const update = (before?.update ?? 0) + 1;
  const event: EventMemory = {
    clause: clause.id,
    update,
    tick,
    report: coarse,
    released: before?.released ?? false,
    withdrawn: false,
  };
  return {
    go: true,
    item: { ...coarse, update },
    memory: withEvent(memory, report.event, event),
  };
}

function judgeTrack(item: TrackState, given: Case): Verdict {
  const { memory, clause, now } = given;
  if (!isDue(item.track, given)) return { go: false, wait: 'tick' };
  const { phase } = item;
  const estimate = coarsenTrack(item.estimate, clause, { phase, now });
  const base = trackOf(memory, item.track)?.base ?? null;
  return {
    go: true,
    item: {
      kind: 'track',
      track: item.track,
      event: item.event,
      source: item.source,
      phase,
      looks: item.looks,
      estimate,
    },
    memory: remember(item, given, base),
  };
}

/** Opens an epoch, or opens the present one anew; never goes back to an earlier one. */
function judgeRebase(item: Rebase, given: Case): Verdict {
  const { memory, clause } = given;
  const before = trackOf(memory, item.track)?.base ?? null;
  if (before !== null && item.epoch < before.epoch) return { go: false, withhold: 'base-mismatch' };
  if (!isDue(item.track, given)) return { go: false, wait: 'tick' };
  const { epoch, looks } = item;
  const estimate = floorOnly(item.estimate, clause);
  return {
    go: true,
    item: {
      kind: 'rebase',
      track: item.track,
      event: item.event,
      source: item.source,
      phase: item.phase,
      epoch,
      looks,
      estimate,
    },
    memory: remember(item, given, { epoch, looks, estimate }),
  };
}

/** Goes when it follows exactly on the base the partner holds, over enough looks. */
function judgeTracklet(item: Tracklet, given: Case): Verdict {
  const { memory, clause, current } = given;
  const base = trackOf(memory, item.track)?.base ?? null;
  const follows =
    base !== null &&
    item.epoch === base.epoch &&
    item.base === base.estimate.time &&
    item.estimate.time > base.estimate.time &&
    isEstimate(current) &&
    current.time === item.estimate.time;
  if (!follows) return { go: false, withhold: 'base-mismatch' };
  if (item.looks < (clause.looksATracklet ?? LIMITS.looksATrackletDefault)) {
    return { go: false, wait: 'looks' };
  }
  if (!isDue(item.track, given)) return { go: false, wait: 'tick' };
  const { epoch } = item;
  return {
    go: true,
    item: {
      kind: 'tracklet',
      track: item.track,
      event: item.event,
      source: item.source,
      phase: item.phase,
      epoch,
      base: item.base,
      looks: item.looks,
      estimate: floorOnly(item.estimate, clause),
    },
    memory: remember(item, given, {
      epoch,
      looks: base.looks + item.looks,
      estimate: quantise(current),
    }),
  };
}

/** Ends what was begun; of a track that never went there is nothing to say. */
function judgeDrop(item: Drop, given: Case): Verdict {
  const { memory } = given;
  if (trackOf(memory, item.track) === null) return { go: false, wait: 'nothing-released' };
  return { go: true, item, memory: withoutTrack(memory, item.track) };
}

/** One state of a track a tick. */
function isDue(track: TrackId, { memory, clause, now }: Case): boolean {
  const before = trackOf(memory, track);
  return before === null || before.clause !== clause.id || tickNumber(now, clause) > before.tick;
}

function remember(
  item: { readonly track: TrackId; readonly event: EventId },
  { memory, clause, now }: Case,
  base: TrackletBase | null,
): GateMemory {
  const tick = tickNumber(now, clause);
  const next = withTrack(memory, item.track, {
    event: item.event,
    clause: clause.id,
    tick,
    base,
  });
  if (eventOf(memory, item.event) !== null) return next;
  // A state is enough for a withdrawal to be owed.
  return withEvent(next, item.event, {
    clause: clause.id,
    update: 0,
    tick: -1,
    report: null,
    released: false,
    withdrawn: false,
  });
}

function tickNumber(now: Instant, clause: Clause): number {
  return Math.floor(now / (clause.tickS * 1e6));
}
