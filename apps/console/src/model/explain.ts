// SPDX-License-Identifier: Apache-2.0
// Why a warning says what it says, in sentences: who saw it, how long ago, how sure. It repeats what
// the node stated and computes nothing new; why the two sides differ is the node's own sentence.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { NoImpactStatement, SensorOutlook, Warning, WarningStep } from '@isthmus/picture';
import { type Case, impactOf, isEnded } from './cases.ts';
import type { PictureState } from './picture-state.ts';
import {
  bearing,
  clockTime,
  duration,
  kilometres,
  listed,
  place,
  squareKilometres,
  titled,
} from './words.ts';

export interface EvidenceLine {
  readonly key: string;
  /** Whose: own sensors, or a partner by name. */
  readonly party: 'own' | 'partner';
  readonly who: string;
  readonly what: string;
  readonly firstSeen: Instant;
  readonly ageS: number;
}

/** Who supports the warning, own sensors first, each with how old its word is. */
export function evidenceLines(one: Case, state: PictureState): EvidenceLine[] {
  const now = state.clock.at;
  return one.warning.evidence
    .map((piece, i): EvidenceLine => {
      const isOwn = piece.party === 'own';
      const kind = piece.source === 'infrared' ? 'infrared' : 'radar';
      const looks = piece.looks > 0 ? `${piece.looks} looks` : 'its report alone';
      return {
        key: `${piece.party}/${piece.source}/${i}`,
        party: isOwn ? 'own' : 'partner',
        who: isOwn ? listed(piece.sensors) || `own ${kind}` : titled(piece.party),
        what: `${kind}, ${looks}`,
        firstSeen: piece.firstSeen,
        ageS: now === null ? 0 : secondsBetween(piece.lastSeen, now),
      };
    })
    .sort((a, b) => Number(a.party === 'partner') - Number(b.party === 'partner'));
}

/** The sentence under the heading: on what the present stage was reached. */
export function headline(warning: Warning): string {
  const step = warning.history.find((one) => one.stage === warning.stage);
  return step?.because ?? '';
}

/** One fact of the table: its name, its value, how sure. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string | null;
}

const NO_IMPACT: Record<NoImpactStatement['because'], string> = {
  'launch not yet tracked': 'the launch is not yet tracked',
  'still powered': 'it is still under power',
  'too little of the coast seen by radar': 'radar has seen too little of its free flight',
  'not ballistic': 'it does not fly a ballistic path',
  'space object': 'it is in orbit',
  'track lost': 'the track was lost',
};

/** The name an officer types to act on a case: the own warning's, since what is done to it is done to both. */
export function nameOf({ own, warning }: Case): string {
  return own?.id ?? warning.id;
}

const REASONS: Record<NonNullable<WarningStep['reason']>, string> = {
  'false-detection': 'false detection',
  'exercise-data': 'exercise data',
  'equipment-fault': 'fault of equipment',
  'announced-launch': 'announced launch',
  duplicate: 'told twice',
  'sent-in-error': 'sent in error',
  'partner-by-voice': 'the partner by voice',
  'other-sensor': 'another sensor',
  observer: 'observers',
};

/** Who acted in a step and why: `First Officer and Second Officer · observers`; null for evidence. */
export function actorOf({ by, reason }: WarningStep): string | null {
  if (by === undefined) return null;
  return reason === undefined ? listed(by) : `${listed(by)} · ${REASONS[reason]}`;
}

export function factsOf(one: Case): Fact[] {
  const { warning } = one;
  const { launch } = warning;
  const facts: Fact[] = [{ name: 'Warning', value: nameOf(one), note: null }];
  if (launch !== null) {
    facts.push({
      name: 'Launched',
      value: clockTime(launch.time),
      note: `± ${Math.round(launch.timeSigmaS)} s`,
    });
    facts.push({ name: 'From', value: place(launch.point), note: null });
    if (launch.azimuthRad !== null) {
      facts.push({
        name: 'Heading',
        value: bearing(launch.azimuthRad),
        note: launch.azimuthSigmaRad === null ? null : `± ${degrees(launch.azimuthSigmaRad)}`,
      });
    }
  }
  const impact = impactOf(warning);
  if (impact !== null) {
    facts.push({
      name: 'Impact',
      value: clockTime(impact.time),
      note: `± ${Math.round(impact.timeSigmaS)} s`,
    });
    facts.push({
      name: 'Near',
      value: place(impact.centre),
      note: `${squareKilometres(impact.areaKm2)} hold it at ${Math.round(impact.probability * 100)} %`,
    });
  } else if (warning.impact.statement === 'none') {
    facts.push({
      name: 'Impact',
      value: 'No statement',
      note: NO_IMPACT[warning.impact.because],
    });
  }
  facts.push({ name: 'Objects', value: `at least ${warning.objectCountAtLeast}`, note: null });
  return facts;
}

function degrees(radians: number): string {
  const value = (radians * 180) / Math.PI;
  return `${value < 1 ? value.toFixed(1) : Math.round(value)}°`;
}

/** A time told to the second, where its spread allows; else in minutes, with the spread. */
const EXACT_SIGMA_S = 5;

function expectation(sensor: SensorOutlook, now: Instant | null): string | null {
  const from = sensor.inViewFrom;
  if (from === null || now === null) return null;
  const sigmaS = sensor.inViewSigmaS ?? 0;
  const inS = secondsBetween(now, from);
  if (sigmaS <= EXACT_SIGMA_S) return `in view at ${clockTime(from)} (in ${duration(inS)})`;
  const roughS = Math.max(0, Math.round(inS / 10) * 10);
  return `in view in about ${duration(roughS)}, ± ${duration(Math.ceil(sigmaS / 10) * 10)}`;
}

/** One own sensor and this launch: seen, in view, or what is in the way and until when. */
export interface SightLine {
  readonly sensor: string;
  readonly state: 'seeing' | 'in view' | 'hidden';
  readonly text: string;
}

/** What each own sensor can see of it, now and next. */
export function sightLines(one: Case, state: PictureState): SightLine[] {
  const now = state.clock.at;
  const outlook = one.systemOutlook ?? one.ownOutlook;
  if (outlook === null || now === null) return [];
  return outlook.sensors.map((sensor): SightLine => {
    const seen = one.warning.evidence.find(
      (piece) => piece.party === 'own' && piece.sensors.includes(sensor.sensor),
    );
    const itself = state.status.sensors?.find((said) => said.sensor === sensor.sensor);
    if (itself?.state === 'down' && itself.since !== null) {
      const text = `Down since ${clockTime(itself.since)}.`;
      return { sensor: sensor.sensor, state: 'hidden', text };
    }
    const before = sensor.before;
    const was =
      before === null || before.until === null
        ? ''
        : ` It was ${before.reason} until ${clockTime(before.until)}.`;
    if (sensor.now === 'in view') {
      const leaves =
        sensor.inViewUntil === null ? '' : ` until about ${clockTime(sensor.inViewUntil)}`;
      const text = seen === undefined ? `In view${leaves}; no plot yet.` : `Sees it${leaves}.`;
      return {
        sensor: sensor.sensor,
        state: seen === undefined ? 'in view' : 'seeing',
        text: text + was,
      };
    }
    const expected = expectation(sensor, now);
    const next = expected === null ? '' : ` Expected ${expected}.`;
    const past = seen === undefined ? '' : ` Saw it until ${clockTime(seen.lastSeen)}.`;
    return {
      sensor: sensor.sensor,
      state: 'hidden',
      text: `${sentence(sensor.now)}.${next}${past}`,
    };
  });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What own sensors alone would say, beside the linked picture: what the link is worth here. */
export function aloneLine(one: Case, state: PictureState): string | null {
  if (one.system === null) return null;
  const { own } = one;
  const partner = titled(state.side.partner ?? 'the partner');
  if (own === null)
    return `Own sensors alone: nothing known. Without ${partner} there would be no warning yet.`;
  const impact = impactOf(own);
  const stage = isEnded(own)
    ? own.stage
    : `${own.stage} since ${clockTime(own.history.at(-1)?.at as Instant)}`;
  const where =
    impact === null
      ? own.impact.statement === 'none'
        ? `no impact statement, since ${NO_IMPACT[own.impact.because]}`
        : ''
      : `an impact region of ${squareKilometres(impact.areaKm2)}`;
  return `Own sensors alone: ${stage}; ${where}.`;
}

/** The partner's newest report of it, as it came. */
export function reportLine(one: Case, state: PictureState): string | null {
  const { report } = one;
  const now = state.clock.at;
  if (report === null || now === null) return null;
  const { update, final, sources, assessment } = report.report;
  const age = duration(secondsBetween(report.lastSeen, now));
  const by = sources.length === 0 ? '' : `, by ${listed(sources)}`;
  const area = report.report.impactArea;
  const impact =
    area === null ? '' : `; impact within ${kilometres(area.radiusM)} of ${place(area.centre)}`;
  return `${titled(report.party)}'s launch report ${update}${final ? ' (final)' : ''}, received ${age} ago: ${assessment}${by}${impact}.`;
}
