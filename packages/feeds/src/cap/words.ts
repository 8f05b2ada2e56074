// SPDX-License-Identifier: Apache-2.0
// What an alert says in English: numbers set into closed phrases, nothing that anybody typed. One
// launch is "one launch" whatever it sheds, a count is a lower bound, a space launch is never called
// a missile, and of a lost track nobody says that it came down.

import {
  degreesFromRadians,
  enclosingRadiusM,
  type Geodetic,
  type Instant,
  isoFromInstant,
} from '@isthmus/earth';
import type {
  CancelReason,
  ImpactRegion,
  NoImpactStatement,
  PlaceAtRisk,
  ReachableRegion,
  Warning,
  WarningBasis,
  WarningStage,
} from '@isthmus/picture';

/** A launch area is told as the circle that holds the point in this share of cases. */
const LAUNCH_PROBABILITY = 0.95;

const KINDS: Record<Warning['assessment'], string> = {
  missile: 'Ballistic missile launch',
  'space launch': 'Space launch',
  'suborbital rocket': 'Launch of a missile or a sounding rocket',
  undetermined: 'Launch, kind not determined',
};

const STAGES: Record<WarningStage, string> = {
  cue: 'first report, not yet tracked',
  tracked: 'tracked',
  confirmed: 'confirmed',
  concluded: 'over',
  cancelled: 'withdrawn',
};

const BASES: Record<WarningBasis, string> = {
  'partner-only': 'a partner’s report alone, and no own sensor has seen it',
  'infrared-only': 'infrared alone, and no radar has seen it',
  'single-radar': 'one radar',
  'several-radars': 'several radars',
  'dual-phenomenology': 'infrared and radar',
};

const NO_STATEMENT: Record<NoImpactStatement['because'], string> = {
  'launch not yet tracked': 'it is not yet tracked',
  'still powered': 'it is still under power',
  'too little of the coast seen by radar': 'radar has seen too little of its free flight',
  'not ballistic': 'it does not fly a ballistic path',
  'space object': 'it is in orbit',
  'flame out, not yet seen by radar': 'its flame is out and no radar has seen it yet',
  'track lost': 'the track was lost',
};

const WITHDRAWN: Record<CancelReason | 'evidence', string> = {
  'false-detection': 'it was a false detection: there was no launch',
  'exercise-data': 'exercise or test data had come into the picture: there was no launch',
  'equipment-fault': 'a fault of equipment had made it: there was no launch',
  'announced-launch': 'it was an announced launch',
  duplicate: 'it was told twice: another warning of the same launch stands',
  'sent-in-error': 'it was sent in error',
  evidence: 'what it rested on no longer stands',
};

/** What is said of a warning at one instant. */
export interface Said {
  readonly warning: Warning;
  readonly at: Instant;
  /** When it was last seen, where that is too long ago to call it followed; else null. */
  readonly lostSince: Instant | null;
  readonly isExercise: boolean;
  readonly atRisk: readonly PlaceAtRisk[];
}

/** CAP's event: the kind of thing, a precaution told from what is known. */
export function eventWords(warning: Warning, isPossible: boolean): string {
  const kind = KINDS[warning.assessment];
  return isPossible ? `Precautionary: ${kind.charAt(0).toLowerCase()}${kind.slice(1)}` : kind;
}

export function headlineOf({ warning, lostSince, isExercise }: Said): string {
  const { impact, stage } = warning;
  const state = lostSince !== null && stage !== 'concluded' ? lostWords(warning) : STAGES[stage];
  const where =
    impact.statement === 'region' && lostSince === null && stage !== 'concluded'
      ? `; expected down ${clock(impact.time)} near ${place(impact.centre)}`
      : '';
  return `${exercise(isExercise)}${KINDS[warning.assessment]}: ${state}${where}`;
}

/** A flame that is out was not lost: radar has yet to see what flies on. */
function lostWords({ impact }: Warning): string {
  const because = 'flame out, not yet seen by radar';
  return impact.statement === 'none' && impact.because === because ? because : 'track lost';
}

export function descriptionOf(said: Said): string {
  const { warning, isExercise, atRisk } = said;
  const { launch } = warning;
  const sentences = [
    `One launch; objects followed: at least ${warning.objectCountAtLeast}.`,
    `State: ${STAGES[warning.stage]}. It rests on ${BASES[warning.basis]}.`,
  ];
  if (launch !== null) {
    const radiusM = enclosingRadiusM(launch.pointCovarianceM2, LAUNCH_PROBABILITY);
    sentences.push(
      `Launched ${clock(launch.time)}, one sigma ${seconds(launch.timeSigmaS)}; from within ${kilometres(radiusM)} of ${place(launch.point)} with a probability of 95 %.`,
    );
  }
  const heading = launch?.azimuthRad ?? null;
  if (heading !== null) {
    sentences.push(`Heading ${Math.round(degreesFromRadians(heading))}°.`);
  }
  const flight = flightWords(warning);
  if (flight !== null) sentences.push(flight);
  sentences.push(whereDown(said));
  if (atRisk.length > 0) {
    const listed = atRisk.map(({ name, probability }) => `${name} (${percent(probability)})`);
    sentences.push(
      `Places this region touches, with the probability of each: ${listed.join(', ')}.`,
    );
  }
  return `${exercise(isExercise)}${sentences.join(' ')}`;
}

/** What a withdrawal says; `reason` is the officer's, or null where the evidence itself went. */
export function withdrawalWords(
  reason: CancelReason | null,
  isExercise: boolean,
): { readonly headline: string; readonly description: string } {
  const why = WITHDRAWN[reason ?? 'evidence'];
  return {
    headline: `${exercise(isExercise)}Withdrawn: ${why}`,
    description: `${exercise(isExercise)}The warning named in the references is withdrawn: ${why}.`,
  };
}

/** The class by what the missile could reach, which is not how far it flies now. */
function flightWords({ flight }: Warning): string | null {
  const reach = flight?.reach ?? null;
  if (flight === undefined || reach === null) return null;
  const [name, probability] = Object.entries(reach.classes).reduce((a, b) => (b[1] > a[1] ? b : a));
  const range =
    flight.range === null ? '' : ` This flight is ${kilometres(flight.range.metres)} long.`;
  const open =
    flight.kind === 'suborbital so far' || flight.kind === 'left its orbit'
      ? ' It comes down unless it burns again.'
      : '';
  return `By its speed after burn-out it could reach ${kilometres(reach.fromM)} to ${kilometres(reach.toM)}: class ${name} with a probability of ${percent(probability)}.${range}${open}`;
}

function whereDown({ warning, at, lostSince }: Said): string {
  const { impact } = warning;
  if (impact.statement !== 'region') {
    const lost = impact.because === 'track lost' ? ' Nobody has seen it come down.' : '';
    const reached = impact.statement === 'reachable' ? ` ${reachWords(impact)}` : '';
    return `No statement where it comes down: ${NO_STATEMENT[impact.because]}.${lost}${reached}`;
  }
  const region = regionWords(impact);
  if (warning.stage === 'concluded' || (lostSince !== null && at > impact.time)) {
    return `The predicted time ${clock(impact.time)} has passed. Nobody has seen it come down.`;
  }
  if (lostSince === null) return `Expected to come down ${region}.`;
  return `The track was lost: last seen ${clock(lostSince)}. Until then it was expected to come down ${region}. Nobody has seen it come down.`;
}

/** The condition comes first: nobody has seen it met. */
function reachWords({ condition, centre, areaKm2 }: ReachableRegion): string {
  const end = condition.motion === 'thrust' ? 'its thrust ends' : 'the force on it ends';
  return `Only if ${end} between ${clock(condition.from)} and ${clock(condition.until)}, it comes down in a region of ${grouped(areaKm2)} km² about ${place(centre)}.`;
}

function regionWords(region: ImpactRegion): string {
  return `${clock(region.time)}, one sigma ${seconds(region.timeSigmaS)}, near ${place(region.centre)}, within ${grouped(region.areaKm2)} km² with a probability of ${percent(region.probability)}`;
}

function exercise(isExercise: boolean): string {
  return isExercise ? 'EXERCISE. ' : '';
}

function clock(at: Instant): string {
  return `${isoFromInstant(at).slice(11, 19)} UTC`;
}

function place(point: Geodetic): string {
  const latitude = degreesFromRadians(point.latitudeRad);
  const longitude = degreesFromRadians(point.longitudeRad);
  return `${Math.abs(latitude).toFixed(1)} ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude).toFixed(1)} ${longitude < 0 ? 'W' : 'E'}`;
}

function seconds(value: number): string {
  return `${Math.max(1, Math.round(value))} s`;
}

function kilometres(metres: number): string {
  return `${grouped(Math.max(1000, metres) / 1000)} km`;
}

/** Never "0 %" of what can happen, and never "100 %". */
function percent(probability: number): string {
  const value = probability * 100;
  if (value < 1) return 'less than 1 %';
  return value > 99 ? 'more than 99 %' : `${Math.round(value)} %`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}
