// SPDX-License-Identifier: Apache-2.0
// The gate: (memory, draft, terms, now) to a decision and a new memory. Pure and total; it says no
// unless a clause says yes, and a yes lists every field that goes. It reads no clock, keeps no
// state and changes none that it is given. See spec/release.md.

import { type Geodetic, type Instant, instant, instantFromIso } from '@isthmus/earth';
import type {
  CoverageReport,
  Estimate,
  EventCategory,
  EventId,
  Item,
  Withdrawal,
} from '@isthmus/picture';
import type { Agreement, Clause } from './agreement.ts';
import { coarsenCoverage, coverageClause, reportedUntil, withReported } from './coverage-rule.ts';
import { equalLabel, type Marked } from './label-rule.ts';
import { LIMITS } from './limits.ts';
import {
  type EventMemory,
  eventOf,
  type GateMemory,
  type HeldItem,
  withEvent,
  withoutEvent,
} from './memory.ts';
import { judgePolicy, type Policy, type PolicyQuestion, stillPermits } from './policy.ts';
import { type Reason, type ReasonCode, reason } from './reasons.ts';
import { regionHolds } from './region.ts';
import { mintReleased, type Released } from './released.ts';
import { judge, type WaitCause } from './rules.ts';
import {
  FIELDS,
  IMPACT_FIELDS,
  includesLevel,
  isRepresentable,
  isWellFormed,
  LEVEL_NEEDED,
} from './shape.ts';

/** What holds between two parties, in one direction. */
export interface Terms {
  readonly agreement: Agreement;
  readonly from: string;
  readonly to: string;
  /** SHA-256 of the canonical agreement, 64 hex digits. */
  readonly agreementHash: string;
  /** The identifier of the agreement for a local one, 32 hex digits; the same for the same. */
  readonly identify: (localId: string) => string;
  /** This side's own policy; without one the agreement alone decides. */
  readonly policy?: Policy;
}

/** Something this side could say, made from its own sensors alone, with local identifiers. */
export interface Draft {
  readonly item: Item;
  readonly category: EventCategory;
  /** Where it is for the regions of clauses; null when that is not known. */
  readonly region: Geodetic | null;
  /** Of a coverage report: the coverage clause it was made for. */
  readonly coverage?: string;
  /** The own full estimate at which a tracklet or rebase ends; never leaves. */
  readonly current: Estimate | null;
  readonly mode: 'live' | 'exercise';
  /** The own marking it bears; absent where it bears none. */
  readonly label?: string;
}

export type Decision =
  | {
      readonly outcome: 'release';
      readonly memory: GateMemory;
      readonly released: Released;
      readonly clause: string;
      /** Every field that goes; a field that is null is not listed. */
      readonly fields: readonly string[];
      /** Fields that held a value and do not go. */
      readonly removed: readonly string[];
      /** Ids of the own policies that permit it; absent without a policy. */
      readonly policies?: readonly string[];
    }
  | {
      readonly outcome: 'withhold';
      readonly memory: GateMemory;
      readonly reasons: readonly Reason[];
      /** Ids of the own policies that withhold it; absent where no policy was asked. */
      readonly policies?: readonly string[];
    }
  | {
      readonly outcome: 'not-due';
      readonly memory: GateMemory;
      /** `delayed` is decided and goes by `releaseDue`; the others may be drafted again. */
      readonly because: WaitCause | 'delayed';
    };

/**
 * Decides on one draft. Never throws on a draft, whatever it holds.
 *
 * @param now the node's tick; may not go back between calls
 */
export function decide(memory: GateMemory, draft: Draft, terms: Terms, now: Instant): Decision {
  const standing = standingReasons(draft, terms, now);
  if (standing.length > 0) return withhold(memory, standing);
  if (draft.item.kind === 'withdrawal') return decideWithdrawal(memory, draft.item, terms, now);
  const marked = equalLabel(draft.label, terms);
  if ('withhold' in marked) return withhold(memory, [marked.withhold]);
  if (draft.item.kind === 'coverage-report') {
    return decideCoverage(memory, { ...draft, item: draft.item, marked }, terms, now);
  }
  const found = coveringClause(draft, terms);
  if ('withhold' in found) return withhold(memory, [found.withhold]);
  const { clause } = found;
  if (!includesLevel(clause.level, LEVEL_NEEDED[draft.item.kind])) {
    return withhold(memory, ['above-level']);
  }
  const { item, removed } = project(draft.item, clause);
  if (!isWellFormed(item)) return withhold(memory, ['malformed']);
  const event = 'event' in item ? item.event : null;
  if (event !== null && eventOf(memory, event)?.withdrawn === true) {
    return withhold(memory, ['withdrawn']);
  }
  const judged = judgePolicy(terms.policy, item, { ...draft, clause });
  if (judged.withhold !== null) return withhold(memory, [judged.withhold], judged.policies);
  const verdict = judge(item, { memory, clause, current: draft.current, now });
  if (!verdict.go) {
    return 'wait' in verdict
      ? { outcome: 'not-due', memory, because: verdict.wait }
      : withhold(memory, [verdict.withhold]);
  }
  if (!isRepresentable(verdict.item)) {
    // Next to nothing was added in some direction, so that the equivalent measurement lies beyond
    // the wire: more looks make it one.
    return verdict.item.kind === 'tracklet'
      ? { outcome: 'not-due', memory, because: 'looks' }
      : withhold(memory, ['not-representable']);
  }
  const named = identified(verdict.item, terms);
  if (named === null) return withhold(memory, ['bad-identifier']);
  const { question, policies } = judged;
  if (clause.delayS > 0) {
    const { label } = marked;
    return hold(verdict.memory, named, { event, clause, label, question, terms, now }, memory);
  }
  return mintDecision(markReleased(verdict.memory, event), named, {
    clause: clause.id,
    tickS: clause.tickS,
    removed,
    label: marked.label,
    policies,
    terms,
    now,
  });
}

/**
 * Lets go what has waited for its agreed delay. What the terms no longer give is dropped.
 *
 * @returns in the order in which they were decided
 */
export function releaseDue(
  memory: GateMemory,
  terms: Terms,
  now: Instant,
): {
  readonly memory: GateMemory;
  readonly released: readonly Released[];
  /** What was held of each released, in the same order. */
  readonly gone: readonly HeldItem[];
  /** What the terms no longer give: forgotten, never said. */
  readonly dropped: readonly HeldItem[];
} {
  const inForce = agreementReasons(terms, now).length === 0;
  let next = memory;
  const released: Released[] = [];
  const gone: HeldItem[] = [];
  const dropped: HeldItem[] = [];
  const waiting: HeldItem[] = [];
  for (const held of memory.held) {
    const clause = terms.agreement.clauses.find(
      ({ id, from, to }) => id === held.clause && from === terms.from && to === terms.to,
    );
    const isAgreed = inForce && clause !== undefined && held.agreementHash === terms.agreementHash;
    const given = isAgreed && (held.due > now || stillPermits(terms.policy, held.question));
    if (!given) dropped.push(held);
    else if (held.due > now) waiting.push(held);
    if (!given || held.due > now) continue;
    gone.push(held);
    next = markReleased(next, held.event);
    const at = floorToTick(now, clause.tickS);
    const { item, agreementHash, label = null } = held;
    released.push(mintReleased({ item, clause: held.clause, agreementHash, at, label }));
  }
  const same = waiting.length === memory.held.length;
  return { memory: same ? memory : { ...next, held: waiting }, released, gone, dropped };
}

/**
 * Takes back what was released under an identifier the memory knows nothing of: after a restore, what
 * the copy had not seen go. As every withdrawal it needs no clause in force.
 *
 * @param sent identifier of the agreement and clause, as they stand in the own ledger
 * @returns null for what is no identifier, and between parties that have no agreement
 */
export function recall(
  sent: { readonly event: string; readonly clause: string },
  terms: Terms,
  now: Instant,
): Released | null {
  const { event, clause } = sent;
  const hasParties = !agreementReasons(terms, now).includes('unknown-party');
  if (!hasParties || !IDENTIFIER.test(event)) return null;
  const item: Item = { kind: 'withdrawal', event, reason: 'released-in-error' };
  const { agreementHash } = terms;
  return mintReleased({ item, clause, agreementHash, at: floorToTick(now, 1), label: null });
}

/** What speaks against anything at all going between these parties now, or against this draft. */
function standingReasons(draft: Draft, terms: Terms, now: Instant): ReasonCode[] {
  const item: unknown = draft.item;
  if (typeof item !== 'object' || item === null || !Object.hasOwn(FIELDS, draft.item.kind)) {
    return ['unknown-kind'];
  }
  const known = FIELDS[draft.item.kind];
  const reasons: ReasonCode[] = [];
  if (Object.keys(item).some((field) => !known.includes(field))) reasons.push('unknown-field');
  if (draft.mode !== terms.agreement.mode) reasons.push('wrong-mode');
  reasons.push(
    ...agreementReasons(terms, now).filter(
      // A withdrawal of what was released goes whatever became of the agreement since.
      (code) => draft.item.kind !== 'withdrawal' || code === 'unknown-party',
    ),
  );
  return reasons;
}

function agreementReasons(terms: Terms, now: Instant): ReasonCode[] {
  const { parties, validity } = terms.agreement;
  const reasons: ReasonCode[] = [];
  if (terms.from === terms.to || !parties.includes(terms.from) || !parties.includes(terms.to)) {
    reasons.push('unknown-party');
  }
  if (!(now >= instantFromIso(validity.from))) reasons.push('not-yet-valid');
  if (!(now < instantFromIso(validity.until))) reasons.push('expired');
  return reasons;
}

/** The clause that covers the draft; `parseAgreement` made sure that there is at most one. */
function coveringClause(
  draft: Draft,
  terms: Terms,
): { readonly clause: Clause } | { readonly withhold: ReasonCode } {
  if (draft.category === 'undetermined') return { withhold: 'undetermined' };
  const candidates = terms.agreement.clauses.filter(
    ({ from, to, category }) =>
      from === terms.from && to === terms.to && category === draft.category,
  );
  if (candidates.length === 0) return { withhold: 'no-clause' };
  const { region } = draft;
  const clause = candidates.find(
    (candidate) =>
      candidate.region === undefined || (region !== null && regionHolds(candidate.region, region)),
  );
  if (clause !== undefined) return { clause };
  return { withhold: region === null ? 'region-unknown' : 'outside-region' };
}

/** What a clause of events may give; coverage reports have clauses of their own. */
type EventItem = Exclude<Item, CoverageReport>;

/** The item with the fields the clause gives and no other; what it does not give is null. */
function project(
  item: EventItem,
  clause: Clause,
): { readonly item: EventItem; readonly removed: string[] } {
  if (item.kind !== 'launch-report' || clause.impactRegions === true) return { item, removed: [] };
  const removed = IMPACT_FIELDS.filter((field) => item[field] !== null);
  return {
    item: { ...item, impactArea: null, impactTime: null, impactTimeSigmaS: null },
    removed,
  };
}

const NEVER_SAID: EventMemory = {
  clause: '',
  update: 0,
  tick: -1,
  report: null,
  released: false,
  withdrawn: false,
};

/** A withdrawal needs no clause in force: it names the one under which the event was released. */
function decideWithdrawal(
  memory: GateMemory,
  draft: Withdrawal,
  terms: Terms,
  now: Instant,
): Decision {
  if (!isWellFormed(draft)) return withhold(memory, ['malformed']);
  const event = eventOf(memory, draft.event) ?? NEVER_SAID;
  if (event.withdrawn) return { outcome: 'not-due', memory, because: 'unchanged' };
  const next = withEvent(withoutEvent(memory, draft.event), draft.event, {
    ...event,
    report: null,
    withdrawn: true,
  });
  // What was never said, or only waited, is not taken back; but neither is it said from now on, or
  // an agreement that gave less until then would give more of it than one that gave it.
  if (!event.released) return { outcome: 'not-due', memory: next, because: 'nothing-released' };
  const named = identified(draft, terms);
  if (named === null) return withhold(memory, ['bad-identifier']);
  const { clause } = event;
  return mintDecision(next, named, { clause, tickS: 1, removed: [], terms, now });
}

/** A report goes once for each whole period of its clause, and never of what has yet to pass. */
function decideCoverage(
  memory: GateMemory,
  draft: Draft & { readonly item: CoverageReport; readonly marked: Marked },
  terms: Terms,
  now: Instant,
): Decision {
  const { item: report, coverage: id } = draft;
  const { objectClass } = report;
  const { agreement, from, to } = terms;
  const clause = coverageClause(agreement, { id, from, to, objectClass });
  if (clause === undefined) return withhold(memory, ['no-clause']);
  if (!isWellFormed(report) || report.until > now) return withhold(memory, ['malformed']);
  const { withhold: why, policies } = judgePolicy(terms.policy, report, { ...draft, clause });
  if (why !== null) return withhold(memory, [why], policies);
  const item = coarsenCoverage(report, clause);
  if (item === null) return { outcome: 'not-due', memory, because: 'tick' };
  const before = reportedUntil(memory, clause.id, objectClass);
  if (before !== null && item.until <= before) {
    return { outcome: 'not-due', memory, because: 'unchanged' };
  }
  const next = withReported(memory, clause.id, item);
  const tickS = clause.everyS;
  const { label } = draft.marked;
  const by = { label, policies };
  return mintDecision(next, item, { clause: clause.id, tickS, removed: [], ...by, terms, now });
}

/** The item with identifiers of the agreement, built field by field; null when there are none. */
function identified(item: EventItem, terms: Terms): Item | null {
  if (item.kind === 'test') return { kind: 'test', serial: item.serial };
  const event = terms.identify(item.event);
  const track = 'track' in item ? terms.identify(item.track) : event;
  if (!IDENTIFIER.test(event) || !IDENTIFIER.test(track)) return null;
  switch (item.kind) {
    // The rules built these from their fields alone.
    case 'launch-report':
      return { ...item, event };
    case 'track':
    case 'rebase':
    case 'tracklet':
      return { ...item, track, event };
    case 'drop':
      return { kind: 'drop', track, event, reason: item.reason };
    case 'withdrawal':
      return { kind: 'withdrawal', event, reason: item.reason };
  }
}

const IDENTIFIER = /^[0-9a-f]{32}$/;

function withhold(
  memory: GateMemory,
  codes: readonly ReasonCode[],
  policies?: readonly string[],
): Decision {
  const by = policies === undefined ? {} : { policies };
  return { outcome: 'withhold', memory, reasons: codes.map(reason), ...by };
}

function hold(
  memory: GateMemory,
  item: Item,
  given: {
    readonly event: EventId | null;
    readonly clause: Clause;
    readonly label: string | null;
    readonly question: PolicyQuestion;
    readonly terms: Terms;
    readonly now: Instant;
  },
  before: GateMemory,
): Decision {
  if (memory.held.length >= LIMITS.heldMax) return withhold(before, ['queue-full']);
  const { event, clause, label, question, terms, now } = given;
  const { agreementHash } = terms;
  const due = instant(now + clause.delayS * 1e6);
  const marked = label === null ? {} : { label };
  const one = { event, clause: clause.id, agreementHash, due, item, ...marked, question };
  const held = [...memory.held, one];
  return { outcome: 'not-due', memory: { ...memory, held }, because: 'delayed' };
}

function mintDecision(
  memory: GateMemory,
  item: Item,
  given: {
    readonly clause: string;
    readonly tickS: number;
    readonly removed: readonly string[];
    readonly label?: string | null;
    readonly policies?: readonly string[] | undefined;
    readonly terms: Terms;
    readonly now: Instant;
  },
): Decision {
  const { clause, removed, label = null, policies, terms } = given;
  const at = floorToTick(given.now, given.tickS);
  const { agreementHash } = terms;
  const released = mintReleased({ item, clause, agreementHash, at, label });
  const fields = Object.entries(item).flatMap(([field, value]) => (value === null ? [] : [field]));
  const by = policies === undefined ? {} : { policies };
  return { outcome: 'release', memory, released, clause, fields, removed, ...by };
}

/** Remembers that something of the event left the gate. */
function markReleased(memory: GateMemory, id: EventId | null): GateMemory {
  if (id === null) return memory;
  const event = eventOf(memory, id);
  if (event === null || event.released) return memory;
  return withEvent(memory, id, { ...event, released: true });
}

function floorToTick(at: Instant, tickS: number): Instant {
  const tickUs = tickS * 1e6;
  return instant(Math.floor(at / tickUs) * tickUs);
}
