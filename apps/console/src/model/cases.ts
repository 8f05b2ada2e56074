// SPDX-License-Identifier: Apache-2.0
// One launch is one row: the own warning, the warning of the system picture and the partner's
// report of one event, brought together. The officer judges the row, and sees what it rests on.

import type { Instant } from '@isthmus/earth';
import type {
  ConsoleObject,
  ConsolePicture,
  EventId,
  ImpactRegion,
  Outlook,
  ReceivedReport,
  Warning,
  WarningBasis,
  WarningStage,
} from '@isthmus/picture';
import type { PictureState } from './picture-state.ts';

export interface Case {
  /** `own/…` or `system/…`: of the first warning there was, so that a row keeps its key. */
  readonly key: string;
  /** What own sensors alone say; null where they say nothing. */
  readonly own: Warning | null;
  /** What own and partner say together; null where the partner adds nothing. */
  readonly system: Warning | null;
  /** The one the row speaks of: the system's, else the own. */
  readonly warning: Warning;
  readonly report: ReceivedReport | null;
  /** Why the two sides differ on it and what speaks against it, in the node's sentences. */
  readonly says: readonly string[];
  readonly ownOutlook: Outlook | null;
  readonly systemOutlook: Outlook | null;
  /** All events in it, in every picture. */
  readonly events: readonly { readonly picture: ConsolePicture; readonly event: EventId }[];
}

/** Open warnings first, the farthest on first and of those the newest; then the ended ones. */
export function casesOf(state: PictureState): Case[] {
  const warnings = [...state.warnings.values()];
  // Of two system warnings of one launch, one was cancelled for the other: the own one is its.
  const systems = warnings
    .filter((one) => one.picture === 'system')
    .map((one) => one.warning)
    .sort((a, b) => rank(a) - rank(b));
  const owns = warnings.filter((one) => one.picture === 'own').map((one) => one.warning);
  const used = new Set<string>();
  const cases = systems.map((system): Case => {
    const own = owns.find((one) => !used.has(one.id) && isSameEvent(state, one, system)) ?? null;
    if (own !== null) used.add(own.id);
    return caseOf(state, own, system);
  });
  for (const own of owns) if (!used.has(own.id)) cases.push(caseOf(state, own, null));
  return cases.sort(byUrgency);
}

/** What the node says beside a warning. */
function saysOf(state: PictureState, warning: Warning | null): readonly string[] {
  if (warning === null) return [];
  const all = [...state.warnings.values()];
  return all.find((one) => one.warning === warning)?.says ?? [];
}

function caseOf(state: PictureState, own: Warning | null, system: Warning | null): Case {
  const warning = (system ?? own) as Warning;
  const joins = state.joins.filter(
    (join) => join.system === system?.event || join.own === own?.event,
  );
  const theirs = new Set([warning.event, ...joins.map((join) => join.partner)]);
  const report =
    [...state.reports.values()].find((one) => theirs.has(`${one.party}:${one.report.event}`)) ??
    null;
  const outlook = (picture: 'own' | 'system', event: EventId | undefined): Outlook | null =>
    event === undefined ? null : (state.outlooks.get(`${picture}/${event}`) ?? null);
  return {
    key: keyOf(own, system),
    own,
    system,
    warning,
    report,
    says: [...new Set([...saysOf(state, system), ...saysOf(state, own)])],
    ownOutlook: outlook('own', own?.event),
    systemOutlook: outlook('system', system?.event),
    events: [
      ...(own === null ? [] : [{ picture: 'own' as const, event: own.event }]),
      ...(system === null ? [] : [{ picture: 'system' as const, event: system.event }]),
      ...[...theirs].map((event) => ({ picture: 'partner' as const, event })),
    ],
  };
}

/** A system warning on own evidence alone began with the own one, and is not told until a partner adds. */
function keyOf(own: Warning | null, system: Warning | null): string {
  const isOwnFirst = own !== null && (system === null || startOf(own) <= startOf(system));
  return isOwnFirst ? `own/${own.id}` : `system/${system?.id}`;
}

function isSameEvent(state: PictureState, own: Warning, system: Warning): boolean {
  if (own.event === system.event) return true;
  return state.joins.some((join) => join.own === own.event && join.system === system.event);
}

const URGENCY: readonly WarningStage[] = ['confirmed', 'tracked', 'cue', 'concluded', 'cancelled'];

const rank = (warning: Warning): number => URGENCY.indexOf(warning.stage);

function byUrgency(a: Case, b: Case): number {
  const stages = rank(a.warning) - rank(b.warning);
  return stages !== 0 ? stages : startOf(b.warning) - startOf(a.warning);
}

/** Whether an object belongs to one of the events of a case. */
export function isPartOf(one: Case, object: ConsoleObject): boolean {
  return one.events.some(
    ({ picture, event }) => picture === object.picture && event === object.event,
  );
}

export function isEnded(warning: Warning): boolean {
  return warning.stage === 'concluded' || warning.stage === 'cancelled';
}

function startOf(warning: Warning): number {
  return warning.history[0]?.at ?? 0;
}

/** When anybody's sensor last saw anything of it. */
export function lastSeenOf(one: Case): Instant | null {
  const times = one.warning.evidence.map((piece) => piece.lastSeen);
  return times.length === 0 ? null : (Math.max(...times) as Instant);
}

export function impactOf(warning: Warning): ImpactRegion | null {
  return warning.impact.statement === 'region' ? warning.impact : null;
}

export const STAGE_WORDS: Record<WarningStage, string> = {
  cue: 'Cue',
  tracked: 'Tracked',
  confirmed: 'Confirmed',
  concluded: 'Concluded',
  cancelled: 'Cancelled',
};

export const KIND_WORDS: Record<Warning['assessment'], string> = {
  missile: 'Missile',
  'space launch': 'Space launch',
  'suborbital rocket': 'Missile or sounding rocket',
  undetermined: 'Kind not determined',
};

/** What a warning rests on, with the partner by name where it has one. */
export function basisWords(basis: WarningBasis, partner: string): string {
  switch (basis) {
    case 'partner-only':
      return `${partner} alone`;
    case 'infrared-only':
      return 'infrared alone';
    case 'single-radar':
      return 'one radar';
    case 'several-radars':
      return 'several radars';
    case 'dual-phenomenology':
      return 'infrared and radar';
  }
}
