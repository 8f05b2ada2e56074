// SPDX-License-Identifier: Apache-2.0
// One step of one side: (state, turn) to effects. Synchronous, and pure but for the state it owns.
// Plumbing and order only: the formulas are tracking's and warning's, the permissions the gate's.

import type { Instant } from '@isthmus/earth';
import { entryPayload } from '@isthmus/ledger';
import { isClockOff, latestCredible, linkStateAt } from '@isthmus/link';
import type { FeedTick, Item, LinkState, Picture } from '@isthmus/picture';
import {
  type Decision,
  type Draft,
  decide,
  type Released,
  recall,
  releaseDue,
  type Terms,
} from '@isthmus/release';
import {
  joinsOf,
  knownOf,
  ownPicture,
  ownTracks,
  partnerPicture,
  receivedReports,
  receiveItem,
  standings,
  stepFusion,
  stepTracking,
  systemPicture,
} from '@isthmus/tracking';
import {
  currentNotices,
  currentOutlooks,
  currentWarnings,
  giveNotices,
  stepBoard,
  stepOutlooks,
  stepSensorStates,
  stepWarnings,
} from '@isthmus/warning';
import { decodeRelease, encode, WireError } from '@isthmus/wire';
import { coverageDrafts, keepCoverage } from './coverage.ts';
import {
  draftsOf,
  inReleaseOrder,
  isTrackState,
  type OwnSide,
  wholeStateCategories,
} from './drafts.ts';
import { explainedOf } from './explanations.ts';
import {
  forgetOld,
  noteClock,
  noteCoverage,
  noteDecision,
  noteDelayed,
  noteItem,
  noteLink,
  noteNotices,
  noteOverBudget,
  noteRecall,
  noteSeen,
  noteSensors,
  noteStanding,
  noteWarnings,
} from './narration.ts';
import { takeOwnActs, takeSystemActs } from './officers.ts';
import { charge, refill } from './partner-budget.ts';
import { type PolicyReader, stepPolicy, withPolicy } from './policy-change.ts';
import type { NodeState } from './state.ts';
import { stepSuspension } from './suspension-change.ts';
import type { Effect, PartnerEntry, Turn } from './turn.ts';

/** What the agreement gives the core; null on a side without a partner. */
export interface StepTerms {
  /** What this side may release. */
  readonly terms: Terms;
  /** Reads the side's own policy; without it a policy in force withholds everything. */
  readonly readPolicy?: PolicyReader;
  /** How own items are marked, by category; what is not here bears no marking. */
  readonly marking?: Marking;
}

/** Own markings by category. */
export type Marking = Readonly<Partial<Record<Draft['category'], string>>>;

/** Takes one turn whole; what replay does. */
export function step(state: NodeState, given: StepTerms | null, turn: Turn): Effect[] {
  const own = stepOwn(state, turn);
  return [...own.effects, ...stepSystem(state, given, turn, own.side)];
}

/**
 * The first half of a turn: own plots and officers' acts to own picture and own warnings. Nothing of the partner's is
 * looked at, so that it can neither change nor delay them (rules 1 and 2): the shell says what comes
 * out of this before it begins the other half.
 */
export function stepOwn(
  state: NodeState,
  turn: Turn,
): { readonly side: OwnSide; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [];
  if (turn.catalogue !== undefined) state.tracking.catalogue = [...turn.catalogue];
  if (turn.notices !== undefined) giveNotices(state.notices, turn.notices);
  stepTracking(state.tracking, turn.plots, turn.at);
  const said = turn.sensors ?? [];
  state.plotsTaken += turn.plots.length + said.length;
  const before = state.sensorStates;
  state.sensorStates = stepSensorStates(before, said, turn.at);
  const picture = ownPicture(state.tracking, turn.at);
  stepWarnings(state.ownWarnings, picture, turn.at);
  const acts = takeOwnActs(state, turn, effects);
  const side: OwnSide = {
    picture,
    tracks: ownTracks(state.tracking),
    warnings: currentWarnings(state.ownWarnings),
    acts,
  };
  noteSensors(before, state.sensorStates, turn.at, effects);
  noteSeen(state, picture, effects);
  noteWarnings(state, side.warnings, { picture: 'own', at: turn.at }, effects);
  return { side, effects };
}

/** The second half: the partner's entries, the system picture, and what is released. */
export function stepSystem(
  state: NodeState,
  given: StepTerms | null,
  turn: Turn,
  own: OwnSide,
): Effect[] {
  const effects: Effect[] = [];
  takeEntries(state, given, turn, effects);
  stepSuspension(state, turn, effects);
  const link = linkOf(state, turn);
  noteLink(state, link, turn.at, effects);
  if (turn.link.clock !== undefined) noteClock(state, turn.link.clock, turn.at, effects);
  stepFusion(state.fusion, { picture: own.picture, tracks: own.tracks }, turn.at);
  noteStanding(standings(state.fusion), turn.at, effects);
  const system = systemPicture(state.fusion, own.picture, turn.at);
  stepWarnings(state.systemWarnings, system, turn.at);
  stepPolicy(state, turn, given?.readPolicy, effects);
  takeSystemActs(state, turn, own.acts, effects);
  noteWarnings(
    state,
    currentWarnings(state.systemWarnings),
    { picture: 'system', at: turn.at },
    effects,
  );
  const pictures = {
    sensors: state.tracking.sensors,
    own: { picture: own.picture, warnings: state.ownWarnings },
    system: { picture: system, warnings: state.systemWarnings },
  };
  stepOutlooks(state.outlook, pictures, turn.at);
  const warnings = { own: own.warnings, system: currentWarnings(state.systemWarnings) };
  noteNotices(stepBoard(state.notices, warnings, turn.at), turn.at, effects);
  if (given !== null && turn.recording) release(state, given, { turn, own }, effects);
  forgetOld(state.told);
  effects.push({
    kind: 'feed',
    record: feedTick(state, { turn, own, system, link, terms: given?.terms ?? null }),
  });
  state.turns += 1;
  state.at = turn.at;
  return effects;
}

/** What is due and what is new goes to the gate; to a suspended partner only what takes something back. */
function release(
  state: NodeState,
  given: StepTerms,
  { turn, own }: { readonly turn: Turn; readonly own: OwnSide },
  effects: Effect[],
): void {
  const { at } = turn;
  const { tracksMax } = turn.link;
  const terms = withPolicy(state, namedSince(state, given.terms), given.readPolicy);
  recallOld(state, terms, at, effects);
  const events = draftsOf(own, state.gate, {
    mode: given.terms.agreement.mode,
    tracksToo: turn.link.up,
    wholeStates: wholeStateCategories(given.terms.agreement.clauses, given.terms.from),
  });
  if (state.suspension !== null) {
    for (const draft of events.filter(({ item }) => item.kind === 'withdrawal')) {
      offer(state, terms, { draft, at }, effects);
    }
    return;
  }
  releaseHeld(state, terms, { at, tracksMax }, effects);
  const all = [...coverageDrafts(state, terms, own.picture, at), ...events];
  const drafts = inReleaseOrder(all, terms.identify).map((draft) => marked(draft, given.marking));
  offerAll(state, terms, { drafts, at, tracksMax }, effects);
}

/** The draft with the marking that its category bears. */
function marked(draft: Draft, marking: Marking = {}): Draft {
  const label = marking[draft.category];
  return label === undefined ? draft : { ...draft, label };
}

/** `off` without a partner; else whether it is suspended, and by how long it has been silent. */
function linkOf(state: NodeState, turn: Turn): LinkState {
  if (!turn.link.configured) return 'off';
  if (state.suspension !== null) return 'suspended';
  return linkStateAt(turn.link.heard, turn.at, turn.link.silentTurns);
}

/** Takes the partner's entries in sequence, as far as its budgets go. */
function takeEntries(
  state: NodeState,
  given: StepTerms | null,
  turn: Turn,
  effects: Effect[],
): void {
  refill(state.budget, turn.at);
  if (turn.entries.length === 0) return;
  const known = knownOf(state.fusion, state.partner);
  const latest = latestCredible(turn.link.clock ?? null, turn.at);
  for (const entry of turn.entries) {
    takeEntry(state, given, { entry, at: turn.at, known, latest }, effects);
  }
}

function takeEntry(
  state: NodeState,
  given: StepTerms | null,
  taken: {
    readonly entry: PartnerEntry;
    readonly at: Instant;
    readonly latest: number;
    readonly known: { readonly events: Set<string>; readonly tracks: Set<string> };
  },
  effects: Effect[],
): void {
  const { entry, at, known, latest } = taken;
  if (entry.index !== state.applied) {
    throw new RangeError(
      `entry ${entry.index} offered where ${state.applied} comes next: the shell must keep order`,
    );
  }
  state.applied += 1;
  const read = given === null ? null : readEntry(entry, given.terms, latest);
  if (given === null || read === null) {
    state.counts.refused += 1;
    return;
  }
  const { item, clause } = read;
  const over = charge(state.budget, item, known);
  if (over !== null) {
    state.counts.refused += 1;
    noteOverBudget(state, over, at, effects);
    return;
  }
  const isKept =
    item.kind === 'coverage-report'
      ? keepCoverage(state, given.terms, { clause, report: item })
      : receiveItem(state.fusion, state.partner, item);
  if (!isKept) {
    // Beyond what is kept of one partner (the budgets are meant to bind before that does), or of no
    // clause of this agreement.
    state.counts.refused += 1;
    return;
  }
  state.counts.received += 1;
  // What is taken back or ends was not made known by that.
  if ('estimate' in item) known.tracks.add(item.track);
  if ('estimate' in item || item.kind === 'launch-report') known.events.add(item.event);
  if (item.kind === 'coverage-report') noteCoverage(state, { clause, report: item }, at, effects);
  else noteItem(state, item, at, effects);
}

/**
 * The item of an entry, or null for one that is not the schema's, not under this agreement, or
 * released or seen later than `latest`: the future would keep it in the picture for as long.
 */
function readEntry(
  entry: PartnerEntry,
  terms: Terms,
  latest: number,
): { readonly item: Item; readonly clause: string } | null {
  try {
    const { agreementHash, at, clause, item, label } = decodeRelease(
      entryPayload(Buffer.from(entry.bytes, 'base64')),
    );
    if (agreementHash !== terms.agreementHash || at > latest) return null;
    if (!isAgreedLabel(terms, item, label)) return null;
    if ('estimate' in item && item.estimate.time > latest) return null;
    if (item.kind === 'coverage-report' && item.until > latest) return null;
    return { item, clause };
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** A partner marks what it gives with one of our own markings, where the agreement has any. */
function isAgreedLabel({ agreement, from }: Terms, item: Item, label: string | null): boolean {
  const { labels = [] } = agreement;
  if (label !== null) return labels.some((row) => row[from] === label);
  return labels.length === 0 || item.kind === 'withdrawal';
}

/** After a restore a name that went out before it could stand for something else: none is used again. */
function namedSince(state: NodeState, terms: Terms): Terms {
  const { restores } = state;
  if (restores === 0) return terms;
  return { ...terms, identify: (localId) => terms.identify(`${localId} ${restores}`) };
}

/** Takes back what went out before the last restore and is still open. */
function recallOld(state: NodeState, terms: Terms, at: Instant, effects: Effect[]): void {
  for (const sent of state.recalls) {
    const released = recall(sent, terms, at);
    if (released === null) continue;
    const entry = append(state, released, effects);
    noteRecall(state, { sent, entry, at }, effects);
  }
  state.recalls = [];
}

/** What was decided earlier and has now waited for its agreed delay. */
function releaseHeld(
  state: NodeState,
  terms: Terms,
  turn: { readonly at: Instant; readonly tracksMax: number | undefined },
  effects: Effect[],
): void {
  const due = releaseDue(state.gate, terms, turn.at);
  state.gate = due.memory;
  for (const held of due.dropped) noteDelayed(state, { held, entry: null, at: turn.at }, effects);
  const all = due.released.map((released, i) => ({ released, held: due.gone[i] }));
  const inOrder =
    turn.tracksMax === undefined
      ? all
      : [
          ...all.filter(({ released }) => !isTrackState(released.item.kind)),
          ...all.filter(({ released }) => isTrackState(released.item.kind)),
        ];
  for (const { released, held } of inOrder) {
    const entry = append(state, released, effects);
    if (held !== undefined) noteDelayed(state, { held, entry, at: turn.at }, effects);
  }
}

/**
 * Offers the drafts of a turn to the gate. On a link that is behind, what warns goes first, and of the
 * tracks as many as there is room for: each turn begins after the last that went, so that every track
 * gets its turn. Where it begins depends on what went alone, never on how much is withheld.
 */
function offerAll(
  state: NodeState,
  terms: Terms,
  turn: {
    readonly drafts: readonly Draft[];
    readonly at: Instant;
    readonly tracksMax: number | undefined;
  },
  effects: Effect[],
): void {
  const { drafts, at, tracksMax } = turn;
  if (tracksMax === undefined) {
    for (const draft of drafts) offer(state, terms, { draft, at }, effects);
    return;
  }
  const tracks = drafts.filter(({ item }) => isTrackState(item.kind));
  const last = state.lastTrack ?? '';
  const after = tracks.findIndex(
    ({ item }) => 'track' in item && terms.identify(item.track) > last,
  );
  const first = Math.max(0, after);
  for (const draft of drafts) {
    if (!isTrackState(draft.item.kind)) offer(state, terms, { draft, at }, effects);
  }
  const full = state.appended + tracksMax;
  for (const draft of [...tracks.slice(first), ...tracks.slice(0, first)]) {
    if (state.appended >= full) break;
    const before = state.appended;
    offer(state, terms, { draft, at }, effects);
    if (state.appended > before && 'track' in draft.item) {
      state.lastTrack = terms.identify(draft.item.track);
    }
  }
}

/** Orders a released item appended; returns the index its entry will have. */
function append(state: NodeState, released: Released, effects: Effect[]): number {
  const ordinal = state.appended;
  effects.push({ kind: 'append', ordinal, encoded: encode(released) });
  state.appended += 1;
  state.counts.released += 1;
  return ordinal;
}

/** Puts a draft to the gate and carries out what it says. */
function offer(
  state: NodeState,
  terms: Terms,
  asked: { readonly draft: Draft; readonly at: Instant },
  effects: Effect[],
): void {
  const decision: Decision = decide(state.gate, asked.draft, terms, asked.at);
  state.gate = decision.memory;
  if (decision.outcome === 'not-due') return;
  let entry: number | null = null;
  if (decision.outcome === 'release') {
    entry = append(state, decision.released, effects);
  } else {
    state.counts.withheld += 1;
  }
  noteDecision(state, { decision, draft: asked.draft, entry, at: asked.at }, effects);
}

function noticesOf({ notices }: NodeState, at: Instant): Pick<FeedTick, 'notices'> {
  return notices.messages.length === 0 ? {} : { notices: currentNotices(notices, at) };
}

function clockOf({ link: { clock } }: Turn): Pick<FeedTick, 'partnerClock'> {
  if (clock === undefined) return {};
  const { offsetUs, uncertaintyUs } = clock;
  return { partnerClock: { offsetUs, uncertaintyUs, isOff: isClockOff(clock) } };
}

function standingOf(state: NodeState): Pick<FeedTick, 'standing'> {
  const standing = standings(state.fusion).find(({ party }) => party === state.partner);
  return standing === undefined ? {} : { standing };
}

function feedTick(
  state: NodeState,
  parts: {
    readonly turn: Turn;
    readonly own: OwnSide;
    readonly system: Picture;
    readonly link: LinkState;
    readonly terms: Terms | null;
  },
): FeedTick {
  return {
    kind: 'tick',
    at: parts.turn.at,
    own: parts.own.picture,
    ownWarnings: parts.own.warnings,
    system: parts.system,
    systemWarnings: currentWarnings(state.systemWarnings),
    joins: joinsOf(state.fusion),
    partner: partnerPicture(state.fusion, parts.turn.at, parts.system),
    reports: receivedReports(state.fusion),
    outlooks: currentOutlooks(state.outlook),
    ...noticesOf(state, parts.turn.at),
    explained: explainedOf(state, {
      terms: parts.terms,
      own: parts.own,
      system: parts.system,
      link: parts.link,
    }),
    sensors: state.sensorStates.filter(({ heardAt }) => heardAt !== null),
    link: parts.link,
    counts: { ...state.counts },
    recording: parts.turn.recording,
    ...clockOf(parts.turn),
    ...standingOf(state),
  };
}
