// SPDX-License-Identifier: Apache-2.0
// The life of warnings: one function for the own picture and for the system picture. It reads a
// picture and a clock reading and nothing else; it knows no partner but by the evidence named.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Evidence, Orbiting, Picture, PictureEvent, Warning } from '@isthmus/picture';
import { basisOf, confirmationFrom, isOwn, nameEvidence } from './evidence.ts';
import { sigmas } from './impact.ts';
import { kindOfOther, NOTHING_KNOWN } from './kind.ts';
import {
  CONCLUDE_MARGIN_S,
  ENDED_KEPT_S,
  ENDED_MAX,
  LOST_CONCLUDES_S,
  PARTNER_ONLY_MAX,
  PARTNER_ONLY_RENEWED,
  REACHES_PER_TICK,
  STILL_SEEN_S,
  WITHDRAWN_WITHIN_S,
} from './limits.ts';
import { afterWithdrawal, isStillWithdrawn } from './officers.ts';
import {
  advance,
  begin,
  confirm,
  isEnded,
  isOnlyFlame,
  note,
  setImpact,
  type WarningRecord,
  type WarningState,
} from './record.ts';
import { type Budget, isFirm, updateStatement } from './statement.ts';
import { clock } from './words.ts';

/** No warnings yet. `picture` only begins the identifiers, so that two pictures' never collide. */
export function createWarnings(picture: 'own' | 'system'): WarningState {
  return { picture, next: 1, records: [] };
}

/** Every warning that is open or ended within the last hour, oldest first. */
export function currentWarnings(state: WarningState): readonly Warning[] {
  return state.records.map((record) => record.warning);
}

/**
 * Brings the warnings up to `picture`, in place: opens one for each event of category `launch`,
 * moves stages on what the evidence warrants, computes impact, ends what is over.
 *
 * The caller guarantees that `now` does not go back. Deterministic: equal states and pictures give
 * equal states.
 */
export function stepWarnings(state: WarningState, picture: Picture, now: Instant): void {
  const events = new Map(picture.events.map((event) => [event.id, event]));
  const open = new Map<string, WarningRecord>();
  for (const record of state.records) {
    if (!isEnded(record)) open.set(record.warning.event, record);
  }
  for (const record of state.records) {
    const isMissing = !isEnded(record) && !events.has(record.warning.event);
    if (isMissing) missing(record, picture, open, now);
  }
  let partnerOnly = countPartnerOnly(open);
  const isTheirTurn = turnsOf(partnerOnly, now);
  const budget: Budget = { reaches: REACHES_PER_TICK };
  for (const event of picture.events) {
    let record = open.get(event.id);
    if (record === undefined) {
      if (!opens(state, event)) continue;
      if (!isOwnEvent(event)) {
        if (partnerOnly >= PARTNER_ONLY_MAX) continue;
        partnerOnly += 1;
      }
      record = openWarning(state, event, now);
      open.set(event.id, record);
    }
    if (isEnded(record)) continue;
    present(record, event, now);
    if (isOwnEvent(event) || isTheirTurn()) stateImpact(record, event, { now, budget });
  }
  for (const record of open.values()) {
    if (!isEnded(record)) endIfOver(record, now);
  }
  forgetEnded(state, events, now);
}

/** A launch with evidence, and no warning of it that ran its course or that an officer withdrew. */
function opens(state: WarningState, event: PictureEvent): boolean {
  if (event.category !== 'launch' || event.evidence.length === 0) return false;
  return !state.records.some(
    (record) =>
      record.warning.event === event.id &&
      (record.warning.stage === 'concluded' || isStillWithdrawn(record, event)),
  );
}

function openWarning(state: WarningState, event: PictureEvent, now: Instant): WarningRecord {
  const basis = basisOf(event.evidence);
  const who = nameEvidence(event.evidence);
  const because =
    basis === 'partner-only'
      ? `Launch known from ${who} alone; no own sensor has seen it.`
      : `Launch seen by ${who}.`;
  const record: WarningRecord = {
    warning: {
      id: `${state.picture}-${state.next}`,
      event: event.id,
      stage: 'cue',
      basis,
      history: [],
      assessment: 'undetermined',
      objectCountAtLeast: 1,
      launch: event.launch,
      impact: { statement: 'none', because: 'launch not yet tracked' },
      evidence: event.evidence,
    },
    primary: null,
    fragments: [],
    separation: null,
    tracks: event.objects.flatMap((object) => [...object.tracks]),
    lastSeen: event.lastSeen,
    coastSeen: false,
    lost: false,
    endedAt: null,
  };
  begin(record, now, `${because}${afterWithdrawal(state.records, event)}`);
  state.next += 1;
  state.records.push(record);
  return record;
}

/** The event is in the picture: take over what is known, and move on what it warrants. */
function present(record: WarningRecord, event: PictureEvent, now: Instant): void {
  if (event.category !== 'launch') {
    recategorised(record, event, now);
    return;
  }
  noteWithdrawnParties(record, event.evidence, now);
  const firm = event.objects.filter((object) => isFirm(object.estimate));
  record.warning = {
    ...record.warning,
    basis: basisOf(event.evidence),
    evidence: event.evidence,
    launch: event.launch ?? record.warning.launch,
    objectCountAtLeast: Math.max(1, firm.length),
  };
  record.tracks = event.objects.flatMap((object) => [...object.tracks]);
  record.lastSeen = event.lastSeen;
  if (record.warning.stage === 'cue' && firm.length > 0) {
    advance(record, 'tracked', now, trackedSentence(event));
  }
  const confirmation = confirmationFrom(event.evidence);
  if (confirmation !== null) confirm(record, confirmation, now);
  noteLoss(record, now);
}

function stateImpact(
  record: WarningRecord,
  event: PictureEvent,
  step: { readonly now: Instant; readonly budget: Budget },
): void {
  if (!isEnded(record) && event.category === 'launch') updateStatement(record, event, step);
}

function isOwnEvent(event: PictureEvent): boolean {
  return event.evidence.some(isOwn);
}

/** Says of each warning of a partner alone, one after the other, whether its impact is due now. */
function turnsOf(count: number, now: Instant): () => boolean {
  const rounds = Math.ceil(count / PARTNER_ONLY_RENEWED);
  let place = Math.floor(now / 1e6);
  return () => {
    place += 1;
    return rounds <= 1 || place % rounds === 0;
  };
}

function recategorised(record: WarningRecord, event: PictureEvent, now: Instant): void {
  const kind = kindOfOther(event);
  const names = {
    'space-object': `${inOrbit(event.orbiting)}, not a missile`,
    aircraft: 'It is an aircraft',
    undetermined: 'It can no longer be told to be a launch',
    launch: '',
  } as const;
  record.warning = {
    ...record.warning,
    evidence: event.evidence,
    ...(kind === null ? {} : { flight: { ...NOTHING_KNOWN, kind } }),
  };
  const impact = event.category === 'space-object' ? 'space object' : 'not ballistic';
  setImpact(record, { statement: 'none', because: impact });
  const who = nameEvidence(event.evidence);
  advance(record, 'cancelled', now, `${names[event.category]}, by ${who}.`);
}

function inOrbit(orbiting: Orbiting | undefined): string {
  const satellite = orbiting?.satellite ?? null;
  if (satellite !== null) return `It is satellite ${satellite} of the catalogue`;
  return orbiting?.decays === true
    ? 'It is a body that comes down from orbit'
    : 'It is a space object in orbit';
}

/** A stage is not taken back when a partner takes its evidence back, but the officer is told. */
function noteWithdrawnParties(
  record: WarningRecord,
  evidence: readonly Evidence[],
  now: Instant,
): void {
  const left = new Set(evidence.map((e) => e.party));
  const gone = new Set(record.warning.evidence.map((e) => e.party).filter((p) => !left.has(p)));
  for (const party of gone) {
    const who = party === 'own' ? 'Own sensors no longer support' : `${party} no longer supports`;
    note(record, now, `${who} this event; what remains is ${nameEvidence(evidence)}.`);
  }
}

function trackedSentence(event: PictureEvent): string {
  const estimates = event.objects.flatMap((o) => (isFirm(o.estimate) ? [sigmas(o.estimate)] : []));
  const best = estimates.reduce((a, b) => (b.positionM < a.positionM ? b : a));
  const km = Math.max(0.1, best.positionM / 1000).toFixed(1);
  const mps = Math.max(1, best.velocityMps).toFixed(0);
  return `Tracked by ${nameEvidence(event.evidence)}: place to ${km} km, velocity to ${mps} m/s.`;
}

function noteLoss(record: WarningRecord, now: Instant): void {
  const lost = secondsBetween(record.lastSeen, now) > 2 * STILL_SEEN_S;
  if (lost === record.lost) return;
  record.lost = lost;
  const seen = clock(record.lastSeen);
  const gone = isOnlyFlame(record)
    ? `Flame out: last seen ${seen}; no radar has seen it yet.`
    : `Track lost: last seen ${seen}.`;
  note(record, now, lost ? gone : `Seen again ${seen}.`);
}

/** The event left the picture: renamed, taken back, or lost. */
function missing(
  record: WarningRecord,
  picture: Picture,
  open: Map<string, WarningRecord>,
  now: Instant,
): void {
  const successor = successorOf(record, picture, open);
  if (successor !== undefined) {
    moveTo(record, successor, open, now);
    return;
  }
  const impact = record.warning.impact;
  const isPast = impact.statement === 'region' && now >= impact.time;
  const ownSeen = record.warning.evidence.some(isOwn);
  if (!isPast && !ownSeen) {
    const who = nameEvidence(record.warning.evidence);
    advance(record, 'cancelled', now, `Withdrawn: ${who} no longer stands, and nothing else did.`);
  } else if (!isPast && secondsBetween(record.lastSeen, now) < WITHDRAWN_WITHIN_S) {
    const who = nameEvidence(record.warning.evidence);
    advance(record, 'cancelled', now, `Withdrawn: what ${who} saw was not a launch.`);
  } else {
    noteLoss(record, now);
  }
}

/** The warning goes on under the event that took its event in; of two warnings the older stays. */
function moveTo(
  record: WarningRecord,
  successor: PictureEvent,
  open: Map<string, WarningRecord>,
  now: Instant,
): void {
  const other = open.get(successor.id);
  if (other !== undefined && !isEnded(other)) {
    const [stays, goes] = isOlder(other, record) ? [other, record] : [record, other];
    advance(goes, 'cancelled', now, `The same launch as warning ${stays.warning.id}.`);
    if (stays === other) return;
  }
  open.delete(record.warning.event);
  record.warning = { ...record.warning, event: successor.id };
  open.set(successor.id, record);
}

function isOlder(a: WarningRecord, b: WarningRecord): boolean {
  const began = ({ warning }: WarningRecord): number => warning.history[0]?.at ?? 0;
  return began(a) < began(b);
}

/**
 * The event that took in the one that is missing: it owns a track that was the other's, or it is an
 * own event that has just gained the partner's evidence the other consisted of.
 */
function successorOf(
  record: WarningRecord,
  picture: Picture,
  open: ReadonlyMap<string, WarningRecord>,
): PictureEvent | undefined {
  const tracks = new Set(record.tracks);
  const byTrack = picture.events.find((event) =>
    event.objects.some((object) => object.tracks.some((track) => tracks.has(track))),
  );
  const before = record.warning.evidence;
  if (byTrack !== undefined || before.some(isOwn)) return byTrack;
  return picture.events.find((event) => {
    const known = open.get(event.id)?.warning.evidence ?? [];
    const gained = event.evidence.filter((e) => !known.some((k) => isSame(k, e)));
    return event.evidence.some(isOwn) && gained.some((e) => before.some((b) => isSame(b, e)));
  });
}

function isSame(a: Evidence, b: Evidence): boolean {
  return a.party === b.party && a.source === b.source && a.firstSeen === b.firstSeen;
}

/** Concludes a warning whose time has come. It never says that anything came down. */
function endIfOver(record: WarningRecord, now: Instant): void {
  const impact = record.warning.impact;
  const unseenS = secondsBetween(record.lastSeen, now);
  const seen = clock(record.lastSeen);
  if (impact.statement === 'region') {
    const overdueS = secondsBetween(impact.time, now);
    if (overdueS < 3 * impact.timeSigmaS + CONCLUDE_MARGIN_S || unseenS < STILL_SEEN_S) return;
    const before = secondsBetween(record.lastSeen, impact.time) > 2 * STILL_SEEN_S;
    const end = before ? 'the track was lost before, and nobody saw it come down' : 'nothing since';
    const when = clock(impact.time);
    advance(
      record,
      'concluded',
      now,
      `Predicted impact ${when} has passed; last seen ${seen}: ${end}.`,
    );
  } else if (unseenS >= LOST_CONCLUDES_S) {
    if (impact.because !== 'space object') {
      setImpact(record, { statement: 'none', because: 'track lost' });
    }
    advance(
      record,
      'concluded',
      now,
      `Track lost: last seen ${seen}, and no impact was ever stated.`,
    );
  }
}

function countPartnerOnly(open: ReadonlyMap<string, WarningRecord>): number {
  let count = 0;
  for (const record of open.values()) if (!record.warning.evidence.some(isOwn)) count += 1;
  return count;
}

/**
 * Drops what ended an hour ago, and the oldest beyond `ENDED_MAX`. A concluded or withdrawn warning stays
 * while its event is in the picture: without it the event would open another.
 */
function forgetEnded(
  state: WarningState,
  events: ReadonlyMap<string, PictureEvent>,
  now: Instant,
): void {
  const isPinned = (record: WarningRecord): boolean =>
    record.endedAt === null ||
    ((record.warning.stage === 'concluded' || record.withdrawnOn !== undefined) &&
      events.has(record.warning.event));
  const recent = state.records.filter(
    (r) => isPinned(r) || (r.endedAt !== null && secondsBetween(r.endedAt, now) < ENDED_KEPT_S),
  );
  const ended = recent.filter((record) => !isPinned(record));
  const isPartners = (r: WarningRecord): boolean => !r.warning.evidence.some(isOwn);
  const early = [...ended.filter(isPartners), ...ended.filter((r) => !isPartners(r))];
  const dropped = new Set(early.slice(0, Math.max(0, ended.length - ENDED_MAX)));
  state.records = recent.filter((record) => !dropped.has(record));
}
