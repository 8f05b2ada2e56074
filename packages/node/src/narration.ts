// SPDX-License-Identifier: Apache-2.0
// What is said in plain words, each thing once: sees, warns, sends, withholds, learns. It reads the
// state of the core and changes nothing but the memory of what was said.

import {
  degreesFromRadians,
  type Geodetic,
  type Instant,
  isoFromInstant,
  secondsBetween,
} from '@isthmus/earth';
import { type ClockEstimate, isClockOff } from '@isthmus/link';
import type {
  CoverageReport,
  EventCategory,
  FeedNote,
  Item,
  LinkState,
  OfficerAct,
  Orbiting,
  PartnerStanding,
  Picture,
  ReachableRegion,
  SensorState,
  Warning,
  WarningBasis,
} from '@isthmus/picture';
import { type Decision, type Draft, fieldChanges, type HeldItem, reason } from '@isthmus/release';
import type { ActAnswer, BoardNews } from '@isthmus/warning';
import { LIMITS } from './limits.ts';
import type { OverBudget } from './partner-budget.ts';
import type { KeptCoverage, NodeState } from './state.ts';
import type { DecisionRecord, Effect } from './turn.ts';

/** Says something to this side's officers. */
export function say(
  effects: Effect[],
  at: Instant,
  about: FeedNote['about'],
  said: { readonly partner?: string; readonly text: string },
): void {
  effects.push({
    kind: 'feed',
    record: { kind: 'note', at, about, partner: said.partner ?? null, text: said.text },
  });
}

const BASIS: Record<WarningBasis, string> = {
  'partner-only': 'the partner alone',
  'infrared-only': 'infrared alone',
  'single-radar': 'one radar',
  'several-radars': 'several radars',
  'dual-phenomenology': 'infrared and radar',
};

const CATEGORIES: Record<EventCategory, string> = {
  launch: 'a launch',
  'space-object': 'a space object, which is no cause for a warning',
  aircraft: 'an aircraft',
  undetermined: 'something not yet determined',
};

/** Says when an own sensor goes down, falls silent, and works again. */
export function noteSensors(
  before: readonly SensorState[],
  after: readonly SensorState[],
  at: Instant,
  effects: Effect[],
): void {
  if (before === after) return;
  const known = new Map(before.map((one) => [one.sensor, one]));
  for (const { sensor, state } of after) {
    const was = known.get(sensor);
    if (was === undefined || was.state === state) continue;
    // That it works is worth a sentence only after it did not.
    if (state === 'working' && was.heardAt === null) continue;
    say(effects, at, 'sees', { text: `${sensor} ${SENSOR_SAYS[state]}` });
  }
}

const SENSOR_SAYS: Record<SensorState['state'], string> = {
  working: 'works again.',
  down: 'says that it is down: what it would have seen is not known.',
  'not known': 'says nothing any more: it is not known to work.',
};

/** Says what own sensors begin to see, and when what it is becomes known. */
export function noteSeen(state: NodeState, picture: Picture, effects: Effect[]): void {
  for (const event of picture.events) {
    const { category, orbiting } = event;
    const what = orbiting === undefined ? CATEGORIES[category] : inOrbit(orbiting);
    const seen = orbiting === undefined ? category : what;
    if (state.told.seen[event.id] === seen) continue;
    state.told.seen[event.id] = seen;
    const sensors = [...new Set(event.evidence.flatMap((piece) => piece.sensors))].join(' and ');
    say(effects, picture.at, 'sees', {
      text: `Sees ${what} (${event.id})${sensors === '' ? '' : ` with ${sensors}`}.`,
    });
  }
}

function inOrbit({ satellite, decays }: Orbiting): string {
  const what = satellite === null ? 'a space object' : `satellite ${satellite} of the catalogue`;
  return `${what}${decays ? ' on its last revolutions' : ''}, which is no cause for a warning`;
}

/** Says each stage a warning reaches, in the own picture and, where it differs, in the system picture. */
export function noteWarnings(
  state: NodeState,
  warnings: readonly Warning[],
  of: { readonly picture: 'own' | 'system'; readonly at: Instant },
  effects: Effect[],
): void {
  const told = of.picture === 'own' ? state.told.ownStages : state.told.systemStages;
  for (const warning of warnings) {
    const key = `${warning.id} ${warning.impact.statement}`;
    if (told[warning.id] === warning.stage && told[key] !== undefined) continue;
    told[warning.id] = warning.stage;
    told[key] = warning.stage;
    const withPartner = warning.evidence.some((piece) => piece.party !== 'own');
    if (of.picture === 'system' && !withPartner) continue;
    say(effects, of.at, of.picture === 'own' ? 'warns' : 'learns', {
      ...(of.picture === 'system' ? { partner: state.partner } : {}),
      text: sentenceOf(warning, of.picture),
    });
  }
}

function sentenceOf(warning: Warning, picture: 'own' | 'system'): string {
  const whose = picture === 'own' ? 'Own warning' : 'With the partner, warning';
  const because = warning.history.at(-1)?.because ?? '';
  const parts = [
    `${whose} ${shortName(warning.event)}: ${warning.stage}, on ${BASIS[warning.basis]}.`,
    because,
  ];
  const { launch, impact } = warning;
  if (launch !== null && warning.stage === 'cue') {
    parts.push(
      `Launched ${isoFromInstant(launch.time).slice(11, 19)} near ${place(launch.point)}.`,
    );
  }
  if (impact.statement === 'region') {
    parts.push(
      `Impact ${isoFromInstant(impact.time).slice(11, 19)} near ${place(impact.centre)}, 90 % within ${Math.round(impact.areaKm2).toLocaleString('en')} km².`,
    );
  } else {
    parts.push(`No impact statement: ${impact.because}.`);
    if (impact.statement === 'reachable') parts.push(reachSentence(impact));
  }
  return parts.filter((part) => part !== '').join(' ');
}

/** Says what notices of launches say of warnings, what they announced in vain, and which cannot be true. */
export function noteNotices(news: readonly BoardNews[], at: Instant, effects: Effect[]): void {
  for (const one of news) {
    let text: string;
    if (one.kind === 'fits') text = `Warning ${one.fit.warning}: ${one.fit.sentence}`;
    else if (one.kind === 'impossible')
      text = `Notice “${one.notice}” cannot be true: ${one.because}`;
    else
      text = `Notice “${one.notice}” (${one.from}): its window has closed, and no launch was seen that fits.`;
    say(effects, at, 'learns', { text });
  }
}

/** The condition comes first: nobody has seen it met. */
function reachSentence({ condition, centre, areaKm2 }: ReachableRegion): string {
  const end = condition.motion === 'thrust' ? 'burns out' : 'stops manoeuvring';
  const until = isoFromInstant(condition.until).slice(11, 19);
  return `If it ${end} by ${until}, it comes down within ${Math.round(areaKm2).toLocaleString('en')} km² about ${place(centre)}.`;
}

/** A partner's event is named by 32 hex digits, of which the first eight tell it apart for people. */
function shortName(event: string): string {
  return event.replace(/[0-9a-f]{32}$/, (digits) => digits.slice(0, 8));
}

function place(point: Geodetic): string {
  const latitude = degreesFromRadians(point.latitudeRad);
  const longitude = degreesFromRadians(point.longitudeRad);
  return `${Math.abs(latitude).toFixed(1)} ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude).toFixed(1)} ${longitude < 0 ? 'W' : 'E'}`;
}

/** Says when own data have shown that a partner errs by more than it says, and what follows from it. */
export function noteStanding(
  standings: readonly PartnerStanding[],
  at: Instant,
  effects: Effect[],
): void {
  for (const { party, since, leftOut, widening } of standings) {
    if (since !== at) continue;
    const what = leftOut
      ? 'its data are left out of what own sensors see'
      : `its variances are taken ${widening} times as large`;
    const text = `What ${party} tells does not agree with own sensors as it should: ${what}.`;
    say(effects, at, 'learns', { partner: party, text });
  }
}

const ITEM_NAMES: Record<Item['kind'], string> = {
  'launch-report': 'a launch report',
  track: 'a track state',
  rebase: 'a full track state',
  tracklet: 'tracklets',
  drop: 'the end of a track',
  withdrawal: 'a withdrawal',
  'coverage-report': 'a coverage report',
  test: 'a test message',
};

/** Says what goes and what is held back, and writes the private decision log. */
export function noteDecision(
  state: NodeState,
  made: {
    readonly decision: Decision;
    readonly draft: Draft;
    readonly entry: number | null;
    readonly at: Instant;
  },
  effects: Effect[],
): void {
  const { decision, draft } = made;
  if (decision.outcome === 'not-due') return;
  const subject = subjectOf(draft.item);
  const key = `${draft.item.kind} ${subject}`;
  if (decision.outcome === 'withhold') {
    const reasons = decision.reasons.map(({ text }) => text);
    // The same thing withheld for the same reason is one line, not one a second.
    if (state.told.withheld[key] === reasons.join(' ')) return;
    state.told.withheld[key] = reasons.join(' ');
    const codes = decision.reasons.map(({ code }) => code);
    decided(state, effects, recordOf(made, { reasons, codes, removed: [] }));
    say(effects, made.at, 'withholds', {
      partner: state.partner,
      text: `Withholds ${ITEM_NAMES[draft.item.kind]} of ${subject}: ${reasons.join(' ')}`,
    });
    return;
  }
  const changes = fieldChanges(draft.item, decision.released.item);
  const coarsened = changes.length === 0 ? {} : { coarsened: changes };
  decided(state, effects, recordOf(made, { reasons: [], removed: decision.removed, ...coarsened }));
  const sent = (state.told.sent[key] ?? 0) + 1;
  state.told.sent[key] = sent;
  if (sent > 1 && draft.item.kind !== 'withdrawal') return;
  const removed = decision.removed.length > 0 ? ` without ${decision.removed.join(', ')}` : '';
  say(effects, made.at, 'sends', {
    partner: state.partner,
    text: `Sends ${ITEM_NAMES[draft.item.kind]} of ${subject}${removed}, under clause ${decision.clause} (entry ${made.entry}).`,
  });
}

/** Writes down what went after its agreed delay (`entry`), or no longer may (null). */
export function noteDelayed(
  state: NodeState,
  made: { readonly held: HeldItem; readonly entry: number | null; readonly at: Instant },
  effects: Effect[],
): void {
  const { held, entry, at } = made;
  const isGone = entry !== null;
  decided(state, effects, {
    at,
    outcome: isGone ? 'released' : 'withheld',
    kind: held.item.kind,
    subject: held.event ?? 'test',
    clause: held.clause,
    ...(isGone
      ? { reasons: ['Its agreed delay is over.'] }
      : { reasons: [reason('no-longer-given').text], codes: ['no-longer-given'] as const }),
    removed: [],
    entry,
  });
}

/** Says and writes down what is taken back since a restore: by its identifier, no local name is left. */
export function noteRecall(
  state: NodeState,
  made: {
    readonly sent: { readonly event: string; readonly clause: string };
    readonly entry: number;
    readonly at: Instant;
  },
  effects: Effect[],
): void {
  const { sent, entry, at } = made;
  decided(state, effects, {
    at,
    outcome: 'released',
    kind: 'withdrawal',
    subject: sent.event,
    clause: sent.clause,
    reasons: ['It went out before this side was restored from a copy.'],
    removed: [],
    entry,
  });
  say(effects, at, 'sends', {
    partner: state.partner,
    text: `Takes back event ${sent.event.slice(0, 8)}, sent before the restore (entry ${entry}); what is seen is reported anew.`,
  });
}

/** Says and writes down what came of an officer's act; that a stage moved is said with the warning. */
export function noteAct(
  state: NodeState,
  made: { readonly act: OfficerAct; readonly answer: ActAnswer; readonly at: Instant },
  effects: Effect[],
): void {
  const { act, answer, at } = made;
  const { outcome, says, officers } = answer;
  decided(state, effects, {
    at,
    outcome,
    kind: act.kind,
    officers,
    subject: act.warning,
    clause: null,
    reasons: 'reason' in act ? [act.reason, says] : [says],
    removed: [],
    entry: null,
  });
  effects.push({ kind: 'answer', act: act.id, answer });
  const text = outcome === 'refused' ? `${act.officer} cannot ${act.kind}: ${says}` : says;
  say(effects, at, 'warns', { text });
}

/** Gives a decision its place in the log, and the version of the policy it was made under. */
export function decided(state: NodeState, effects: Effect[], record: Undecided): void {
  const ordinal = state.decisions;
  state.decisions += 1;
  const { inForce } = state.policy;
  const policy = inForce === null ? {} : { policy: inForce.version };
  effects.push({ kind: 'decision', record: { ordinal, turn: state.turns, ...policy, ...record } });
}

/** A decision before it has its place. */
export type Undecided = Omit<DecisionRecord, 'ordinal' | 'turn'>;

function recordOf(
  made: {
    readonly decision: Decision;
    readonly draft: Draft;
    readonly entry: number | null;
    readonly at: Instant;
  },
  why: Pick<DecisionRecord, 'reasons' | 'codes' | 'removed' | 'coarsened'>,
): Undecided {
  const policies = 'policies' in made.decision ? made.decision.policies : undefined;
  return {
    at: made.at,
    outcome: made.decision.outcome === 'release' ? 'released' : 'withheld',
    kind: made.draft.item.kind,
    subject: subjectOf(made.draft.item),
    clause: made.decision.outcome === 'release' ? made.decision.clause : null,
    ...why,
    ...(policies === undefined ? {} : { policies }),
    entry: made.entry,
  };
}

function subjectOf(item: Item): string {
  if (item.kind === 'test') return `test ${item.serial}`;
  if (item.kind === 'coverage-report') return `${item.objectClass} flights`;
  return 'track' in item ? `${item.event}/${item.track}` : item.event;
}

/** Says what the partner's sensors covered: once for each report, of which there is one a period. */
export function noteCoverage(
  state: NodeState,
  { clause, report }: KeptCoverage,
  at: Instant,
  effects: Effect[],
): void {
  const until = `until ${isoFromInstant(report.until).slice(11, 19)}Z`;
  const launches = `${report.objectClass} launches under clause ${clause} ${until}`;
  const probability = report.detectionProbability ?? 0;
  say(effects, at, 'learns', {
    partner: state.partner,
    text:
      report.state === 'not-covered'
        ? `Receives a coverage report: ${launches} were not covered, which says nothing of what flew.`
        : `Receives a coverage report: of ${launches} nothing was seen, and at least ${Math.round(probability * 10)} of 10 would have been.`,
  });
}

/** Says the first item of each kind that the partner sends of an event. */
export function noteItem(
  state: NodeState,
  item: Exclude<Item, CoverageReport>,
  at: Instant,
  effects: Effect[],
): void {
  const event = 'event' in item ? item.event.slice(0, 8) : item.kind;
  const key = `${item.kind} ${event}`;
  const count = (state.told.learned[key] ?? 0) + 1;
  state.told.learned[key] = count;
  if (count > 1) return;
  say(effects, at, 'learns', {
    partner: state.partner,
    text:
      'event' in item
        ? `Receives ${ITEM_NAMES[item.kind]} of the partner's event ${event}.`
        : `Receives ${ITEM_NAMES[item.kind]} of the partner's.`,
  });
}

const BUDGET_SENTENCES: Record<OverBudget, string> = {
  updates: 'more updates',
  newTracks: 'more new tracks',
  newEvents: 'more new events',
  warnings: 'more launch reports and withdrawals',
  warnedEvents: 'launch reports of more new events',
};

/** Says once, until it has stopped for a while, that the partner sends more than is taken. */
export function noteOverBudget(
  state: NodeState,
  over: OverBudget,
  at: Instant,
  effects: Effect[],
): void {
  const last = state.told.refused[over];
  state.told.refused[over] = at;
  if (last !== undefined && Math.abs(secondsBetween(last, at)) < LIMITS.refusalToldAgainS) return;
  const { atOnce, perSecond } = LIMITS.partner[over];
  say(effects, at, 'link', {
    partner: state.partner,
    text: `The partner sends ${BUDGET_SENTENCES[over]} than we take (${atOnce.toLocaleString('en')} at once, then ${perSecond.toLocaleString('en')} a second). The rest is refused and counted; ${over === 'warnings' || over === 'warnedEvents' ? 'the' : 'what it warns of is taken all the same, and the'} own picture goes on.`,
  });
}

const LINK_SENTENCES: Record<LinkState, string> = {
  up: 'The link is up.',
  degraded: 'No word from the partner for 3 s: the link is degraded.',
  lost: 'No word from the partner for 10 s: the link is lost. The own picture goes on.',
  suspended: 'The link is suspended by an officer. The own picture goes on.',
  off: 'No link is configured.',
};

/** Says when the partner's clock begins and ceases to be off, and when one of the two jumped. */
export function noteClock(
  state: NodeState,
  clock: ClockEstimate,
  at: Instant,
  effects: Effect[],
): void {
  const told = state.told.clock;
  const seconds = (us: number): string => (Math.abs(us) / 1e6).toFixed(1);
  const partner = state.partner;
  const lastStep = told.steppedAt;
  const isNews =
    lastStep === null || Math.abs(secondsBetween(lastStep, at)) >= LIMITS.clockStepToldAgainS;
  if (clock.steppedUs !== null && isNews) {
    told.steppedAt = at;
    say(effects, at, 'link', {
      partner,
      text: `The partner’s clock or ours has jumped: the two moved ${seconds(clock.steppedUs)} s apart at once. Times the partner tells may be wrong by that.`,
    });
  }
  const off = isClockOff(clock);
  if (off === told.off) return;
  told.off = off;
  const way = clock.offsetUs > 0 ? 'ahead of' : 'behind';
  const text = off
    ? `The partner’s clock is ${seconds(clock.offsetUs)} s ${way} ours, give or take ${seconds(clock.uncertaintyUs)} s: times it tells are off by as much. Nothing is ordered or kept by them.`
    : 'The partner’s clock agrees with ours again.';
  say(effects, at, 'link', { partner, text });
}

export function noteLink(state: NodeState, link: LinkState, at: Instant, effects: Effect[]): void {
  if (state.told.link === link) return;
  state.told.link = link;
  say(effects, at, 'link', { partner: state.partner, text: LINK_SENTENCES[link] });
}

/**
 * Forgets the oldest of what was said, once a turn: a partner that names a new event in each item
 * would otherwise make the state, and each snapshot of it, grow for ever. Keys keep the order in
 * which they came, also through a snapshot, so that a replay forgets the same.
 */
export function forgetOld(told: NodeState['told']): void {
  const { seen, ownStages, systemStages, withheld, sent, learned } = told;
  for (const record of [seen, ownStages, systemStages, withheld, sent, learned]) {
    const keys = Object.keys(record);
    if (keys.length <= LIMITS.toldMax) continue;
    for (const key of keys.slice(0, keys.length - (3 * LIMITS.toldMax) / 4)) delete record[key];
  }
}
