// SPDX-License-Identifier: Apache-2.0
// A tick of the node in the shapes a console shows: which pictures, which events, round numbers.

import { type Ecef, enuFromEcef, geodeticFromEcef, norm, type Vector3 } from '@isthmus/earth';
import type {
  ConsoleEvent,
  ConsoleObject,
  ConsolePicture,
  ConsoleWarning,
  Evidence,
  FeedTick,
  Outlook,
  PictureEvent,
  PictureObject,
  ReceivedReport,
  Warning,
} from '@isthmus/picture';

/** Everything of one tick that has a key, by its key. */
export interface ConsoleContent {
  /** `picture/id`. */
  readonly objects: ReadonlyMap<string, ConsoleObject>;
  /** `picture/id`. */
  readonly events: ReadonlyMap<string, ConsoleEvent>;
  /** `picture/id` of the warning. */
  readonly warnings: ReadonlyMap<string, ConsoleWarning>;
  /** `party/event`. */
  readonly reports: ReadonlyMap<string, ReceivedReport>;
  /** `picture/event`. */
  readonly outlooks: ReadonlyMap<string, Outlook>;
}

/**
 * What a console shows of a tick.
 *
 * The system picture appears only where both sides contribute: a system event without a partner's
 * evidence is the own event, and one known from the partner alone is the partner's, so that nothing
 * is shown twice.
 */
export function contentOf(tick: FeedTick): ConsoleContent {
  const objects = new Map<string, ConsoleObject>();
  const events = new Map<string, ConsoleEvent>();
  const put = (picture: ConsolePicture, event: PictureEvent): void => {
    events.set(`${picture}/${event.id}`, eventOf(picture, event));
    for (const object of event.objects) {
      const shown = objectOf(picture, event, object);
      if (shown !== null) objects.set(`${picture}/${object.id}`, shown);
    }
  };
  for (const event of tick.own.events) put('own', event);
  for (const event of tick.partner.events) put('partner', event);
  for (const event of tick.system.events) {
    if (hasOwn(event.evidence) && hasPartner(event.evidence)) put('system', event);
  }
  const warnings = new Map<string, ConsoleWarning>();
  const fits = new Map(tick.notices?.fits.map((fit) => [`${fit.picture}/${fit.warning}`, fit]));
  const says = new Map(tick.explained.map((one) => [one.warning, { says: one.says }]));
  const putWarning = (picture: ConsoleWarning['picture'], warning: Warning): void => {
    const key = `${picture}/${warning.id}`;
    const announced = fits.get(key)?.sentence ?? null;
    const beside = { ...(announced === null ? {} : { announced }), ...says.get(warning.id) };
    warnings.set(key, { picture, warning, ...beside });
  };
  for (const warning of tick.ownWarnings) putWarning('own', warning);
  for (const warning of tick.systemWarnings) {
    if (hasPartner(warning.evidence)) putWarning('system', warning);
  }
  return {
    objects,
    events,
    warnings,
    reports: new Map(tick.reports.map((one) => [`${one.party}/${one.report.event}`, one])),
    outlooks: new Map(tick.outlooks.map((one) => [`${one.picture}/${one.event}`, one])),
  };
}

function hasOwn(evidence: readonly Evidence[]): boolean {
  return evidence.some((piece) => piece.party === 'own');
}

function hasPartner(evidence: readonly Evidence[]): boolean {
  return evidence.some((piece) => piece.party !== 'own');
}

function eventOf(picture: ConsolePicture, event: PictureEvent): ConsoleEvent {
  const { id, category, launch, evidence, firstSeen, lastSeen } = event;
  return { id, picture, category, launch, evidence, firstSeen, lastSeen };
}

function objectOf(
  picture: ConsolePicture,
  event: PictureEvent,
  object: PictureObject,
): ConsoleObject | null {
  if (object.estimate === null) return null;
  const { state, covariance } = object.estimate;
  const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = state;
  const position: Vector3<Ecef> = [x, y, z];
  const velocity: Vector3<Ecef> = [vx, vy, vz];
  const point = geodeticFromEcef(position);
  const [east, north, up] = enuFromEcef(point, velocity);
  const course = Math.atan2(east, north);
  // Places of the three variances of the position in the upper triangle by rows.
  const varianceM2 = (covariance[0] ?? 0) + (covariance[6] ?? 0) + (covariance[11] ?? 0);
  return {
    id: object.id,
    event: event.id,
    picture,
    category: event.category,
    ...(event.orbiting === undefined ? {} : { orbiting: event.orbiting }),
    phase: object.phase,
    point: {
      latitudeRad: rounded(point.latitudeRad, 1e7),
      longitudeRad: rounded(point.longitudeRad, 1e7),
      heightM: rounded(point.heightM, 1),
    },
    speedMps: rounded(norm(velocity), 10),
    climbMps: rounded(up, 10),
    courseRad: rounded(course < 0 ? course + 2 * Math.PI : course, 1e7),
    sigmaM: rounded(Math.sqrt(varianceM2), 1),
    lastSeen: object.lastSeen,
  };
}

/** To one part in `parts`; never minus zero, which JSON cannot say. */
function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts + 0;
}

/** True when two plain values would be the same JSON; stops at the first difference. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, i) => isSame(value, b[i]));
  }
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}
