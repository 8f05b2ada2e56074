// SPDX-License-Identifier: Apache-2.0
// Why a warning says what it says, in sentences: who saw it, how long ago, how sure. It repeats what
// the node stated and computes nothing new; why the two sides differ is the node's own sentence.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type {
  FlightKind,
  NoImpactStatement,
  SensorOutlook,
  Warning,
  WarningStep,
} from '@isthmus/picture';
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
  'flame out, not yet seen by radar': 'the flame is out and no radar has seen it yet',
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
  } else if (warning.impact.statement !== 'region') {
    facts.push({
      name: 'Impact',
      value: 'No statement',
      note: NO_IMPACT[warning.impact.because],
    });
  }
  const reach = reachLine(warning);
  if (reach !== null) facts.push({ name: 'Can reach', ...reach });
  facts.push(...flightFacts(warning));
  facts.push({
    name: 'Objects',
    value: `at least ${warning.objectCountAtLeast}`,
    note: 'which is which is not determined',
  });
  return facts;
}

/** What is reached on a condition that nobody has seen met, which is said with it. */
function reachLine({ impact }: Warning): { readonly value: string; readonly note: string } | null {
  if (impact.statement !== 'reachable') return null;
  const { motion, from, until } = impact.condition;
  const end = motion === 'thrust' ? 'it burns out' : 'the force on it ends';
  return {
    value: `${squareKilometres(impact.areaKm2)} about ${place(impact.centre)}`,
    note: `only if ${end} between ${clockTime(from)} and ${clockTime(until)}`,
  };
}

const FLIGHT_WORDS: Record<FlightKind, string> = {
  'not yet known': 'Not yet known',
  'under power': 'Under power',
  'suborbital so far': 'Comes down unless it burns again',
  'ballistic missile': 'Ballistic missile',
  'steep flight': 'Steep: sounding rocket or lofted missile',
  'space launch': 'Space launch',
  'powered again': 'Burns again after its coast',
  manoeuvring: 'Manoeuvres in the air',
  gliding: 'Glides',
  'left its orbit': 'Left its orbit',
  aircraft: 'Aircraft',
  'space object': 'Space object',
  'catalogued satellite': 'Satellite of the catalogue',
  'decaying object': 'Comes down from orbit',
};

/** What it is: the kind, this flight's range and top, and the class by what the missile could reach. */
function flightFacts({ flight }: Warning): Fact[] {
  if (flight === undefined) return [];
  const { kind, range, apogeeM, reach } = flight;
  const facts: Fact[] = [{ name: 'Flight', value: FLIGHT_WORDS[kind], note: null }];
  if (range !== null) {
    facts.push({
      name: 'Range',
      value: kilometres(range.metres),
      note: apogeeM === null ? null : `top at ${kilometres(apogeeM)}`,
    });
  }
  if (reach !== null) {
    const shares = Object.entries(reach.classes)
      .filter(([, share]) => share >= CLASS_TOLD_FROM)
      .sort(([, a], [, b]) => b - a)
      .map(([name, share]) => `${name} ${share > 0.99 ? 'over 99' : Math.round(share * 100)} %`);
    facts.push({
      name: 'Class by energy',
      value: listed(shares),
      note: `could reach ${kilometres(reach.fromM)} to ${kilometres(reach.toM)}`,
    });
  }
  return facts;
}

/** A class less likely than this is not told. */
const CLASS_TOLD_FROM = 0.01;

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
      ? own.impact.statement !== 'region'
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

/** What notices of launches say of it: of the own warning first, which no partner had a part in. */
export function announcedLine({ own, system }: Case, state: PictureState): string | null {
  const of = (key: string): string | undefined => state.warnings.get(key)?.announced;
  return of(`own/${own?.id}`) ?? of(`system/${system?.id}`) ?? null;
}
