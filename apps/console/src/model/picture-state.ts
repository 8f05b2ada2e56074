// SPDX-License-Identifier: Apache-2.0
// What the console knows: the fold of a snapshot and the deltas after it. Changed in place, since
// thousands of objects come a second; `version` says that something changed.

import type { Geodetic } from '@isthmus/earth';
import type {
  ConsoleClock,
  ConsoleDelta,
  ConsoleEvent,
  ConsoleObject,
  ConsoleRecord,
  ConsoleSide,
  ConsoleSnapshot,
  ConsoleStatus,
  ConsoleWarning,
  EventJoin,
  FeedNote,
  NoticeStanding,
  Outlook,
  ReceivedReport,
} from '@isthmus/picture';

/** The newest notes that are kept; older ones stand in the node's own log. */
export const NOTES_MAX = 500;

/** A longer trail loses every second point, in the node and here alike. */
const TRAIL_POINTS_MAX = 400;

export interface PictureState {
  version: number;
  side: ConsoleSide;
  clock: ConsoleClock;
  status: ConsoleStatus;
  /** By `picture/id`. */
  readonly objects: Map<string, ConsoleObject>;
  readonly events: Map<string, ConsoleEvent>;
  readonly warnings: Map<string, ConsoleWarning>;
  /** By `party/event`. */
  readonly reports: Map<string, ReceivedReport>;
  /** By `picture/event`. */
  readonly outlooks: Map<string, Outlook>;
  joins: readonly EventJoin[];
  /** Launches announced to this side, nearest first. */
  notices: readonly NoticeStanding[];
  /** Oldest first. */
  notes: readonly FeedNote[];
  readonly trails: Map<string, Geodetic[]>;
}

const objectKey = (object: ConsoleObject): string => `${object.picture}/${object.id}`;
const eventKey = (event: ConsoleEvent): string => `${event.picture}/${event.id}`;
const warningKey = (one: ConsoleWarning): string => `${one.picture}/${one.warning.id}`;
const reportKey = (one: ReceivedReport): string => `${one.party}/${one.report.event}`;
const outlookKey = (one: Outlook): string => `${one.picture}/${one.event}`;

/** The state after one more record; null stands for nothing received yet. */
export function fold(state: PictureState | null, record: ConsoleRecord): PictureState | null {
  if (record.kind === 'snapshot') return opened(record, (state?.version ?? 0) + 1);
  // A delta without its snapshot says nothing; the node sends one at each new connection.
  if (state === null) return null;
  advance(state, record);
  return state;
}

function opened(record: ConsoleSnapshot, version: number): PictureState {
  return {
    version,
    side: record.side,
    clock: record.clock,
    status: record.status,
    objects: byKey(record.objects, objectKey),
    events: byKey(record.events, eventKey),
    warnings: byKey(record.warnings, warningKey),
    reports: byKey(record.reports, reportKey),
    outlooks: byKey(record.outlooks, outlookKey),
    joins: record.joins,
    notices: record.notices,
    notes: record.notes.slice(-NOTES_MAX),
    trails: new Map(record.trails.map(({ key, points }) => [key, [...points]])),
  };
}

function advance(state: PictureState, delta: ConsoleDelta): void {
  state.version += 1;
  state.clock = delta.clock;
  state.status = delta.status;
  for (const key of delta.gone.objects) {
    state.objects.delete(key);
    state.trails.delete(key);
  }
  remove(state.events, delta.gone.events);
  remove(state.warnings, delta.gone.warnings);
  remove(state.reports, delta.gone.reports);
  remove(state.outlooks, delta.gone.outlooks);
  put(state.objects, delta.objects, objectKey);
  put(state.events, delta.events, eventKey);
  put(state.warnings, delta.warnings, warningKey);
  put(state.reports, delta.reports, reportKey);
  put(state.outlooks, delta.outlooks, outlookKey);
  if (delta.joins !== null) state.joins = delta.joins;
  if (delta.notices !== null) state.notices = delta.notices;
  if (delta.notes.length > 0) state.notes = [...state.notes, ...delta.notes].slice(-NOTES_MAX);
  for (const { key, point } of delta.trails) {
    const trail = state.trails.get(key);
    if (trail === undefined) state.trails.set(key, [point]);
    else if (trail.push(point) > TRAIL_POINTS_MAX) {
      state.trails.set(
        key,
        trail.filter((_, i) => i % 2 === 0),
      );
    }
  }
}

function byKey<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T> {
  return new Map(list.map((one) => [keyOf(one), one]));
}

function put<T>(map: Map<string, T>, list: readonly T[], keyOf: (one: T) => string): void {
  for (const one of list) map.set(keyOf(one), one);
}

function remove<T>(map: Map<string, T>, keys: readonly string[]): void {
  for (const key of keys) map.delete(key);
}
