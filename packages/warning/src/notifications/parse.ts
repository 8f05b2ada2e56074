// SPDX-License-Identifier: Apache-2.0
// The one loader of notices: shape by the schema, then meaning. YAML is read elsewhere; the path of
// an error is a JSON pointer, from which a reader of YAML finds the line.

import { type Geodetic, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import type {
  AnnouncedLaunch,
  BoundedArea,
  GivenLength,
  LaunchArea,
  NotificationMessage,
} from '@isthmus/picture';
import type { TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { polygonProblem } from './area.ts';
import { NotificationError } from './errors.ts';
import {
  type AnnouncedDocument,
  type AreaDocument,
  amendmentSchema,
  cancellationSchema,
  circleSchema,
  holdSchema,
  type MessageDocument,
  type NoticesDocument,
  namedSchema,
  noticeSchema,
  noticesSchema,
  polygonSchema,
  postLaunchSchema,
  quadrantSchema,
} from './schema.ts';

/**
 * Checks a plain value (from YAML or JSON) and returns its messages.
 *
 * @throws NotificationError with a JSON pointer and what was expected. The first problem is told.
 */
export function parseNotices(value: unknown): NotificationMessage[] {
  checkShape(value);
  // The schema has just accepted it.
  const document = value as NoticesDocument;
  const messages = document.notices.map((message, i) => messageOf(message, `/notices/${i}`));
  checkReferences(messages);
  return messages;
}

const MESSAGES: Readonly<Record<string, TSchema>> = {
  notice: noticeSchema,
  amendment: amendmentSchema,
  hold: holdSchema,
  cancellation: cancellationSchema,
  'post-launch report': postLaunchSchema,
};
const BOUNDED: Readonly<Record<string, TSchema>> = {
  circle: circleSchema,
  polygon: polygonSchema,
};
const AREAS: Readonly<Record<string, TSchema>> = {
  ...BOUNDED,
  named: namedSchema,
  quadrant: quadrantSchema,
};

/**
 * Kinds first, innermost first, each by its own schema: a union's own complaint would list what
 * every other kind lacks, which tells nobody what to mend.
 */
function checkShape(value: unknown): void {
  const list = fieldOf(value, 'notices');
  if (Array.isArray(list)) {
    list.forEach((message: unknown, i) => {
      checkMessage(message, `/notices/${i}`);
    });
  }
  checkSchema(noticesSchema, value, '');
}

function checkMessage(message: unknown, path: string): void {
  const isAmendment = fieldOf(message, 'kind') === 'amendment';
  const said = isAmendment ? fieldOf(message, 'changes') : message;
  const at = isAmendment ? `${path}/changes` : path;
  const launchArea = fieldOf(said, 'launchArea');
  if (launchArea !== undefined) checkArea(launchArea, `${at}/launchArea`, AREAS);
  const impact = fieldOf(said, 'impactAreas');
  if (Array.isArray(impact)) {
    impact.forEach((area: unknown, i) => {
      checkArea(area, `${at}/impactAreas/${i}`, BOUNDED);
    });
  }
  checkSchema(schemaOf(message, path, MESSAGES), message, path);
}

function checkArea(area: unknown, path: string, kinds: Readonly<Record<string, TSchema>>): void {
  const outline = fieldOf(area, 'outline');
  if (outline !== undefined) checkArea(outline, `${path}/outline`, BOUNDED);
  checkSchema(schemaOf(area, path, kinds), area, path);
}

function schemaOf(value: unknown, path: string, kinds: Readonly<Record<string, TSchema>>): TSchema {
  const kind = fieldOf(value, 'kind');
  const schema = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (schema !== undefined) return schema;
  const names = Object.keys(kinds).map((name) => `"${name}"`);
  const got = kind === undefined ? 'nothing' : JSON.stringify(kind);
  throw new NotificationError(
    'bad-document',
    `${path}/kind`,
    `expected ${names.join(' or ')}, got ${got}`,
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** @throws NotificationError `bad-document` for the first problem, its path prefixed by `path`. */
export function checkSchema(schema: TSchema, value: unknown, path: string): void {
  const problem = Errors(schema, value)[1][0] as Problem | undefined;
  if (problem === undefined) return;
  throw new NotificationError('bad-document', path + problem.instancePath, expectation(problem));
}

interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function expectation(problem: Problem): string {
  const params = problem.params as Record<string, unknown>;
  const named = (list: unknown): string => (Array.isArray(list) ? list.join(', ') : String(list));
  switch (problem.keyword) {
    case 'required':
      return `expected the field ${named(params['requiredProperties'])}`;
    case 'boolean':
      return 'unknown field: remove it';
    case 'enum':
      return `expected one of: ${named(params['allowedValues'])}`;
    case 'pattern':
      return `expected text that matches ${String(params['pattern'])}`;
    case 'type':
      return `expected ${named(params['type'])}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `expected a number ${String(params['comparison'])} ${String(params['limit'])}`;
    default:
      return problem.message;
  }
}

function messageOf(message: MessageDocument, path: string): NotificationMessage {
  const given = instantOf(message.given, `${path}/given`);
  switch (message.kind) {
    case 'notice': {
      const { kind, id, regime, from } = message;
      const launch: AnnouncedLaunch = { ...NOTHING, ...announcedOf(message, path) };
      return { kind, id, regime, from, given, launch };
    }
    case 'amendment': {
      const changes = announcedOf(message.changes, `${path}/changes`);
      return { kind: message.kind, of: message.of, given, changes };
    }
    case 'post-launch report': {
      const launched = instantOf(message.launched, `${path}/launched`);
      if (launched > given) {
        throw new NotificationError('bad-value', `${path}/launched`, 'is after the report of it');
      }
      return { kind: message.kind, of: message.of, given, launched };
    }
    default:
      return { kind: message.kind, of: message.of, given };
  }
}

/** A launch of which nothing is announced. */
export const NOTHING: AnnouncedLaunch = {
  missileClass: null,
  plannedDate: null,
  window: null,
  launchArea: null,
  direction: null,
  impactAreas: null,
  range: null,
  apogee: null,
  flightTime: null,
};

/** The fields that are there, and no other. */
function announcedOf(document: AnnouncedDocument, path: string): Partial<AnnouncedLaunch> {
  const { date, window, launchArea, direction, impactAreas, range, apogee, flightTime } = document;
  return {
    ...(document.class === undefined ? {} : { missileClass: document.class }),
    ...(date === undefined ? {} : { plannedDate: instantOf(`${date}T00:00:00Z`, `${path}/date`) }),
    ...(window === undefined ? {} : { window: windowOf(window, `${path}/window`) }),
    ...(launchArea === undefined ? {} : { launchArea: areaOf(launchArea, `${path}/launchArea`) }),
    ...(direction === undefined
      ? {}
      : {
          direction: {
            valueDeg: direction.valueDeg,
            toleranceDeg: direction.toleranceDeg ?? null,
          },
        }),
    ...(impactAreas === undefined
      ? {}
      : { impactAreas: impactAreas.map((area, i) => boundedOf(area, `${path}/impactAreas/${i}`)) }),
    ...(range === undefined ? {} : { range: lengthOf(range) }),
    ...(apogee === undefined ? {} : { apogee: lengthOf(apogee) }),
    ...(flightTime === undefined
      ? {}
      : { flightTime: { ...flightTime, tolerance: flightTime.tolerance ?? null } }),
  };
}

type LengthDocument = NonNullable<AnnouncedDocument['range']>;

function lengthOf({ value, unit, tolerance }: LengthDocument): GivenLength {
  return { value, unit, tolerance: tolerance ?? null };
}

function windowOf(
  window: NonNullable<AnnouncedDocument['window']>,
  path: string,
): NonNullable<AnnouncedLaunch['window']> {
  const from = instantOf(window.from, `${path}/from`);
  const until = instantOf(window.until, `${path}/until`);
  if (until <= from) {
    throw new NotificationError('bad-value', `${path}/until`, 'is not after the beginning');
  }
  return { from, until };
}

/** Refuses the thirtieth of February, which a date parser would roll over. */
export function instantOf(text: string, path: string): Instant {
  try {
    const at = instantFromIso(text);
    if (new Date(at / 1000).toISOString().slice(0, 19) === text.slice(0, 19)) {
      return at;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new NotificationError('bad-value', path, `there is no ${text}`);
}

function areaOf(area: AreaDocument, path: string): LaunchArea {
  if (area.kind === 'circle' || area.kind === 'polygon') return boundedOf(area, path);
  const outline = area.outline === undefined ? null : boundedOf(area.outline, `${path}/outline`);
  return area.kind === 'named'
    ? { kind: 'named', name: area.name, outline }
    : { kind: 'quadrant', ocean: area.ocean, quadrant: area.quadrant, outline };
}

export function boundedOf(
  area: Extract<AreaDocument, { readonly kind: 'circle' | 'polygon' }>,
  path: string,
): BoundedArea {
  if (area.kind === 'circle') {
    return { kind: 'circle', centre: placeOf(area), radius: lengthOf(area.radius) };
  }
  const points = area.points.map(placeOf);
  const problem = polygonProblem(points);
  if (problem !== null) throw new NotificationError('bad-value', `${path}/points`, problem);
  return { kind: 'polygon', points };
}

function placeOf(at: { readonly latitudeDeg: number; readonly longitudeDeg: number }): Geodetic {
  return geodeticFromDegrees(at.latitudeDeg, at.longitudeDeg);
}

/** One notice an id; a change comes after its notice, and none after a cancellation. */
function checkReferences(messages: readonly NotificationMessage[]): void {
  const notices = new Map<string, Instant>();
  const refuse = (path: string, message: string): never => {
    throw new NotificationError('bad-reference', path, message);
  };
  messages.forEach((message, i) => {
    if (message.kind !== 'notice') return;
    if (notices.has(message.id)) {
      refuse(`/notices/${i}/id`, `"${message.id}" is the id of another notice already`);
    }
    notices.set(message.id, message.given);
  });
  const ended = new Map<string, Instant>();
  for (const message of messages) {
    if (message.kind === 'cancellation') ended.set(message.of, message.given);
  }
  messages.forEach((message, i) => {
    if (message.kind === 'notice') return;
    const path = `/notices/${i}`;
    const given = notices.get(message.of);
    if (given === undefined) return refuse(`${path}/of`, `there is no notice "${message.of}"`);
    if (message.given < given) refuse(`${path}/given`, 'is before its notice was given');
    const end = ended.get(message.of);
    const isChange = message.kind === 'amendment' || message.kind === 'hold';
    if (isChange && end !== undefined && message.given >= end) {
      refuse(`${path}/given`, 'is after its notice was cancelled: give a new notice');
    }
    return undefined;
  });
}
