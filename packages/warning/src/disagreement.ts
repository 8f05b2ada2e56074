// SPDX-License-Identifier: Apache-2.0
// Why one side saw a launch and the other did not, or later, or counts otherwise: from geometry, the
// state of own sensors and what the partner says it covers. What was not in view did not fail to
// happen; what was in view and not reported is called a disagreement.

import { type Instant, isoFromInstant, secondsBetween } from '@isthmus/earth';
import type {
  Evidence,
  LaunchReport,
  Outlook,
  PartyName,
  Sensor,
  SensorOutlook,
  SensorState,
  SightReason,
  Warning,
} from '@isthmus/picture';
import { DISAGREES_AFTER_S, EXACT_SIGMA_S, OWN_LOOKS_MIN } from './limits.ts';
import { clock, listed, named } from './words.ts';

/** What is known on this side about seeing a launch. */
export interface OwnEyes {
  readonly sensors: readonly Sensor[];
  readonly states: readonly SensorState[];
  /** Of the launch; null where none is kept. */
  readonly outlook: Outlook | null;
  readonly at: Instant;
}

/** What the partner says about seeing it. */
export interface PartnerEyes {
  readonly party: PartyName;
  /** False while no word comes from it at all. */
  readonly isHeard: boolean;
  /** Its newest report of the launch; null where there is none. */
  readonly report: LaunchReport | null;
  /** What its coverage reports say of the launch's place and time; null where they say nothing. */
  readonly coverage: 'nothing-seen' | 'not-covered' | null;
}

/**
 * The sentences for one warning: who saw it and who did not, with reasons; then differing counts.
 * Empty where both saw it at once and count alike. `warning` is the system's.
 */
export function explainDisagreement(
  warning: Warning,
  own: OwnEyes,
  partner: PartnerEyes,
  ownCount: number | null,
): string[] {
  const ours = earliest(warning.evidence.filter(({ party }) => party === 'own'));
  const theirs = earliest(warning.evidence.filter(({ party }) => party === partner.party));
  const counts = countLine(ownCount, own, partner);
  const seen = seenLine({ ours, theirs }, own, partner);
  return [seen, counts].filter((line) => line !== null);
}

function seenLine(
  first: { readonly ours: Evidence | null; readonly theirs: Evidence | null },
  own: OwnEyes,
  partner: PartnerEyes,
): string | null {
  const { ours, theirs } = first;
  const who = named(partner.party);
  if (theirs === null) return ours === null ? null : partnerMissing(ours, partner);
  const saw = `${who} saw it by ${theirs.source} from ${clock(theirs.firstSeen)}`;
  if (ours === null) {
    const why = reasons(own);
    return `${saw}; own sensors have not${why.length === 0 ? '' : `: ${why.join('; ')}`}.`;
  }
  const lateS = Math.round(secondsBetween(theirs.firstSeen, ours.firstSeen));
  if (Math.abs(lateS) <= 1) return null;
  if (lateS > 0) {
    const why = own.outlook?.sensors.flatMap((sensor) => wasHidden(sensor, own)) ?? [];
    return `${saw}, ${lateS} s before own sensors${why.length === 0 ? '' : `: ${why.join('; ')}`}.`;
  }
  return `Own sensors saw it from ${clock(ours.firstSeen)}, ${-lateS} s before ${who}.`;
}

/** Nothing is known here of a partner's sensors but what it says of what they cover. */
function partnerMissing(ours: Evidence, partner: PartnerEyes): string {
  const saw = `Own sensors saw it from ${clock(ours.firstSeen)}; ${named(partner.party)} has not reported it`;
  if (!partner.isHeard) return `${saw}: no word comes from it.`;
  switch (partner.coverage) {
    case 'not-covered':
      return `${saw}: it says that it does not cover that area.`;
    case 'nothing-seen':
      return `${saw}, and says that it covers that area: disagreement.`;
    case null:
      return `${saw}. It has not said whether it covers that area, and silence says nothing.`;
  }
}

/** Both are lower bounds, so that the larger is not wrong; why we may count less is geometry. */
function countLine(ownCount: number | null, own: OwnEyes, partner: PartnerEyes): string | null {
  const theirs = partner.report?.objectCountAtLeast ?? null;
  if (ownCount === null || theirs === null || theirs === ownCount) return null;
  const why = ownCount < theirs ? reasons(own) : [];
  const because =
    why.length === 0 ? '' : ` What is out of our view we do not count: ${why.join('; ')}.`;
  return `Own sensors count at least ${ownCount}, ${named(partner.party)} at least ${theirs}; neither says that there were no more.${because}`;
}

/** Of several launches: how many each side has, and what kept the rest from own sensors. */
export function explainLaunchCounts(
  warnings: readonly { readonly warning: Warning; readonly own: OwnEyes }[],
  party: PartyName,
): string | null {
  const saw = (who: string) => (one: { readonly warning: Warning }) =>
    one.warning.evidence.some((piece) => piece.party === who);
  const ours = warnings.filter(saw('own')).length;
  const theirs = warnings.filter(saw(party)).length;
  if (ours === 0 || theirs === 0 || ours === theirs) return null;
  const missed = warnings.filter((one) => !saw('own')(one));
  const why = new Map<string, number>();
  for (const { own } of missed) {
    const reason = hiddenFromAll(own) ?? 'not explained by what our sensors could see';
    why.set(reason, (why.get(reason) ?? 0) + 1);
  }
  const parts = [...why].map(([reason, count]) => `${count} ${reason}`);
  const missing =
    parts.length === 0 ? '' : `; of those that own sensors have not seen, ${listed(parts)}`;
  return `${named(party)} has ${theirs} launches and own sensors at least ${ours}${missing}.`;
}

/** The one reason that keeps a launch from every radar that works; null where one has it in view. */
function hiddenFromAll({ sensors, states, outlook }: OwnEyes): string | null {
  const radars = new Set(sensors.filter(({ kind }) => kind === 'radar').map(({ id }) => id));
  const looks = (outlook?.sensors ?? []).filter(({ sensor }) => radars.has(sensor));
  const working = looks.filter(({ sensor }) => stateOf(states, sensor) !== 'down');
  if (looks.length === 0) return null;
  if (working.length === 0) return 'while our radars were down';
  const kept = working.map(
    ({ now, before }): SightReason =>
      before === null ? now : before.until === null ? before.reason : 'in view',
  );
  if (kept.includes('in view')) return null;
  return [...new Set(kept)].map(where).join(' or ');
}

function where(reason: SightReason): string {
  return reason === 'below the horizon' ? 'below our horizon' : reason;
}

/** Why each own sensor has not reported it, as far as there is anything to say. */
function reasons(own: OwnEyes): string[] {
  return own.sensors.flatMap((sensor) => reasonOf(sensor, own) ?? []);
}

function reasonOf(sensor: Sensor, own: OwnEyes): string | null {
  const state = own.states.find((one) => one.sensor === sensor.id);
  if (state?.state === 'down') {
    return `our ${sensor.id} is down${state.since === null ? '' : ` since ${clock(state.since)}`}`;
  }
  const look = own.outlook?.sensors.find((one) => one.sensor === sensor.id);
  // A satellite that waits for a flame explains nothing: it may have burnt out long ago.
  if (look === undefined || look.now === 'no flame to see') return null;
  if (look.now !== 'in view') return `${sensor.id} has it ${look.now}${untilOf(look, own.at)}`;
  // It fell silent after it had been heard: that it works now is not known. One that never says
  // anything of itself is judged by geometry alone.
  if (state?.state === 'not known' && state.heardAt !== null) {
    return `our ${sensor.id} has said nothing of itself since ${clock(state.heardAt)}`;
  }
  return inView(sensor, look, own.at);
}

function inView(sensor: Sensor, look: SensorOutlook, at: Instant): string {
  const since = look.before?.until ?? null;
  const graceS = OWN_LOOKS_MIN * sensor.revisitS + DISAGREES_AFTER_S;
  if (since === null)
    return `${sensor.id} has had it in view and has not reported it: disagreement`;
  if (secondsBetween(since, at) < graceS) {
    return `${sensor.id} has it in view since ${clock(since)}, too short to tell`;
  }
  return `${sensor.id} has it in view since ${clock(since)} and has not reported it: disagreement`;
}

function untilOf(look: SensorOutlook, at: Instant): string {
  const from = look.inViewFrom;
  if (from === null || from <= at) return '';
  const sigmaS = look.inViewSigmaS ?? 0;
  if (sigmaS <= EXACT_SIGMA_S) return ` until ${clock(from)}`;
  return ` until about ${isoFromInstant(from).slice(11, 16)} UTC, ± ${Math.ceil(sigmaS / 10) * 10} s`;
}

/** What hid it from a radar until a time that is past. */
function wasHidden({ sensor, before }: SensorOutlook, own: OwnEyes): string[] {
  const kind = own.sensors.find(({ id }) => id === sensor)?.kind;
  if (kind !== 'radar' || before === null || before.until === null) return [];
  return [`${sensor} had it ${before.reason} until ${clock(before.until)}`];
}

function stateOf(states: readonly SensorState[], sensor: string): SensorState['state'] | null {
  return states.find((one) => one.sensor === sensor)?.state ?? null;
}

function earliest(evidence: readonly Evidence[]): Evidence | null {
  return evidence.reduce<Evidence | null>(
    (first, piece) => (first === null || piece.firstSeen < first.firstSeen ? piece : first),
    null,
  );
}
