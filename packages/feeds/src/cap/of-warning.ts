// SPDX-License-Identifier: Apache-2.0
// A warning as a CAP message, and the message that takes it back, which every message has ready.
//
// Certainty speaks of the launch, not of where it comes down: that has a probability of its own.
// "Possible" (CAP: up to about one in two) is a first report, a partner's word alone, and infrared
// alone, which one cloud can deceive (1983); "Likely" is a track by an own radar; "Observed" is what
// two kinds of sensor, two radars or two officers established.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type { CancelReason, ImpactRegion, PlaceAtRisk, Places, Warning } from '@isthmus/picture';
import { areaOf, circleOf } from './area.ts';
import { type CapInfo, type CapIssuer, type CapMessage, referenceTo } from './message.ts';
import { descriptionOf, eventWords, headlineOf, type Said, withdrawalWords } from './words.ts';

/** Not seen for so long, it is said to be lost, whatever was predicted before. */
const LOST_AFTER_S = 60;
/** Down sooner than this, whoever is there acts at once; CAP leaves the figure to the sender. */
const IMMEDIATE_WITHIN_S = 900;
/** The longest minimum-energy flight (15,000 km, 2,379 s) with a margin: then it is down or in orbit. */
const LONGEST_FLIGHT_S = 2700;
/** A message about the end of a warning stays this long. */
const AFTERWARDS_S = 3600;
/** Time in which the next message comes where the predicted time is near or has passed. */
const SHORTEST_LIFE_S = 120;

/** What a message is made from besides the warning. */
export interface CapContext {
  readonly issuer: CapIssuer;
  readonly at: Instant;
  /** Asked anew for every message: what its region touches. Null where the side names no places. */
  readonly places: ((region: ImpactRegion) => PlacesTold) | null;
}

/** Places a region touches, and of which list. */
export interface PlacesTold {
  readonly version: Places['version'];
  readonly atRisk: readonly PlaceAtRisk[];
}

/** Number of the message in its warning, from 1, and what went before. */
export interface CapPlace {
  readonly number: number;
  readonly references: CapMessage['references'];
}

/** What is said of `warning` now: an Alert where nothing was said before, else an Update. */
export function messageOf(warning: Warning, context: CapContext, place: CapPlace): CapMessage {
  const { issuer, at } = context;
  return {
    issuer,
    identifier: identifierOf(warning, context, place.number),
    sent: at,
    msgType: place.references.length === 0 ? 'Alert' : 'Update',
    references: place.references,
    info: infoOf(warning, context),
  };
}

/**
 * The message that takes `message` and all before it back. It exists as soon as the message does, is
 * valid as it stands, and needs nobody to think of words: `reason` and `at` may be put in when it goes.
 */
export function cancelOf(
  message: CapMessage,
  given: { readonly reason: CancelReason | null; readonly at: Instant } = {
    reason: null,
    at: message.sent,
  },
): CapMessage {
  const { issuer, info } = message;
  const words = withdrawalWords(given.reason, issuer.mode === 'exercise');
  const kept = ['warning', 'picture'];
  return {
    issuer,
    identifier: `${message.identifier}-cancel`,
    sent: given.at,
    msgType: 'Cancel',
    references: [...message.references, referenceTo(message)],
    info: {
      event: info.event,
      responseType: 'None',
      urgency: 'Past',
      severity: 'Unknown',
      certainty: certaintyOfWithdrawal(given.reason),
      onset: null,
      expires: addSeconds(given.at, AFTERWARDS_S),
      ...words,
      parameters: [
        ...info.parameters.filter(({ name }) => kept.includes(name)),
        { name: 'stage', value: 'cancelled' },
        { name: 'reason', value: given.reason ?? 'evidence-gone' },
      ],
      areas: [],
    },
  };
}

/** Since when nobody has seen it, where that is too long ago; null while it is followed. */
export function lostSince(warning: Warning, at: Instant): Instant | null {
  const times = warning.evidence.map((piece) => piece.lastSeen);
  if (times.length === 0) return null;
  const last = Math.max(...times) as Instant;
  return secondsBetween(last, at) > LOST_AFTER_S ? last : null;
}

/** What CAP asks a message to be sorted by; see the head of this file. */
export function certaintyOf(warning: Warning): CapInfo['certainty'] {
  if (warning.history.some((step) => step.stage === 'confirmed')) return 'Observed';
  const { stage, basis } = warning;
  if (stage === 'cue' || basis === 'partner-only' || basis === 'infrared-only') return 'Possible';
  return 'Likely';
}

/** An announced launch and a duplicate were launches; of what evidence left behind nobody knows. */
function certaintyOfWithdrawal(reason: CancelReason | null): CapInfo['certainty'] {
  const wasNone: readonly (CancelReason | null)[] = [
    'false-detection',
    'exercise-data',
    'equipment-fault',
  ];
  return wasNone.includes(reason) ? 'Unlikely' : 'Unknown';
}

/**
 * `Expected` (within the hour) where nothing is said of the time: no ballistic flight takes longer.
 * Of a space launch and a lost track without a region nobody can say.
 */
export function urgencyOf(warning: Warning, at: Instant): CapInfo['urgency'] {
  const { impact, stage } = warning;
  if (stage === 'concluded' || stage === 'cancelled') return 'Past';
  if (impact.statement !== 'region') {
    return impact.because === 'space object' || impact.because === 'track lost'
      ? 'Unknown'
      : 'Expected';
  }
  const leftS = secondsBetween(at, impact.time);
  if (leftS + 3 * impact.timeSigmaS < 0) return 'Past';
  return leftS - 3 * impact.timeSigmaS <= IMMEDIATE_WITHIN_S ? 'Immediate' : 'Expected';
}

const SEVERITY: Record<Warning['assessment'], CapInfo['severity']> = {
  missile: 'Extreme',
  'suborbital rocket': 'Severe',
  'space launch': 'Minor',
  undetermined: 'Unknown',
};

/** Of a kind that is not determined: what comes down somewhere unless it burns again may be a missile. */
function severityOf({ assessment, impact }: Warning): CapInfo['severity'] {
  const mayComeDown = assessment === 'undetermined' && impact.statement === 'region';
  return mayComeDown ? 'Severe' : SEVERITY[assessment];
}

function infoOf(warning: Warning, context: CapContext): CapInfo {
  const { issuer, at } = context;
  const { impact, assessment } = warning;
  const region = impact.statement === 'region' ? impact : null;
  const places = region === null ? null : (context.places?.(region) ?? null);
  const certainty = certaintyOf(warning);
  const said: Said = {
    warning,
    at,
    lostSince: lostSince(warning, at),
    isExercise: issuer.mode === 'exercise',
    atRisk: places?.atRisk ?? [],
  };
  const onset = region === null ? null : addSeconds(region.time, -3 * region.timeSigmaS);
  const share = region === null ? '' : `${Math.round(region.probability * 100)} %`;
  return {
    event: eventWords(warning, certainty === 'Possible'),
    responseType: assessment === 'space launch' ? 'Monitor' : 'Assess',
    urgency: urgencyOf(warning, at),
    severity: severityOf(warning),
    certainty,
    onset: onset !== null && onset > at ? onset : null,
    expires: expiryOf(warning, at),
    headline: headlineOf(said),
    description: descriptionOf(said),
    parameters: parametersOf(warning, said, places?.version ?? null),
    areas:
      region === null
        ? []
        : [areaOf(region, `Region in which it comes down with a probability of ${share}`)],
  };
}

function expiryOf({ impact, stage }: Warning, at: Instant): Instant {
  if (stage === 'concluded') return addSeconds(at, AFTERWARDS_S);
  if (impact.statement !== 'region') return addSeconds(at, LONGEST_FLIGHT_S);
  const end = addSeconds(impact.time, 3 * impact.timeSigmaS + SHORTEST_LIFE_S);
  const least = addSeconds(at, SHORTEST_LIFE_S);
  return end > least ? end : least;
}

function parametersOf(
  warning: Warning,
  said: Said,
  placesVersion: string | null,
): CapInfo['parameters'] {
  const { impact } = warning;
  const values: Record<string, string | null> = {
    warning: warning.id,
    picture: warning.id.startsWith('own-') ? 'own' : 'system',
    stage: warning.stage,
    basis: warning.basis,
    assessment: warning.assessment,
    objectCountAtLeast: String(warning.objectCountAtLeast),
    trackLost: String(said.lostSince !== null),
    placesVersion,
  };
  if (impact.statement === 'region') {
    const { centre, radiusKm } = circleOf(impact);
    const at = `${centre.latitudeDeg.toFixed(4)},${centre.longitudeDeg.toFixed(4)}`;
    values['regionProbability'] = String(impact.probability);
    values['regionAreaKm2'] = String(Math.round(impact.areaKm2));
    values['regionTimeSigmaS'] = impact.timeSigmaS.toFixed(1);
    // For receivers that draw circles only; as an area of its own it would widen the region.
    values['regionCircle'] = `${at} ${radiusKm.toFixed(1)}`;
  } else {
    values['noRegionBecause'] = impact.because;
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value }],
  );
}

/** Unique for ever by sender, time and number: identifiers of warnings begin anew with a new record. */
function identifierOf(warning: Warning, { issuer, at }: CapContext, number: number): string {
  const stamp = Math.floor(at / 1e6).toString(36);
  return `${issuer.mode}-${warning.id}-${stamp}-${number}`;
}
