// SPDX-License-Identifier: Apache-2.0
// What an officer may expect of the launches that are warned of: the path ahead of the main object,
// and what keeps each own sensor from seeing it. It says where a sensor could see, never that it did,
// and it changes no warning. Work a tick is bounded, whoever asks for it by sending events.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  EventId,
  Outlook,
  Picture,
  PictureEvent,
  Sensor,
  SensorId,
  SensorOutlook,
  SightReason,
} from '@isthmus/picture';
import { fallAhead, pathOf, positionOf, viewAhead } from './ahead.ts';
import { isOwn } from './evidence.ts';
import { OUTLOOK_RECOMPUTE_S, OUTLOOKS_MAX, OUTLOOKS_PER_TICK, POWERED_STALE_S } from './limits.ts';
import { isEnded, type WarningRecord, type WarningState } from './record.ts';
import { sightOf } from './sight.ts';
import { type Located, mainObject } from './statement.ts';

/** What kept one sensor from view, for how long, until it first could see. */
interface Hindrance {
  readonly sensor: SensorId;
  readonly kept: { reason: SightReason; seconds: number }[];
  until: Instant | null;
}

interface OutlookRecord {
  readonly picture: 'own' | 'system';
  /** Name of the warning, which stays when its event is renamed. */
  readonly warning: string;
  event: EventId;
  /** When the path is to be computed next, or since when it is wanted. */
  dueAt: Instant;
  hindrances: Hindrance[];
  /** When `hindrances` was last brought up; null before the first time. */
  advancedAt: Instant | null;
  /** Null until computed, and while it is not known where the object is. */
  outlook: Outlook | null;
}

/** Serialisable state of all outlooks of a side. */
export interface OutlookState {
  records: OutlookRecord[];
}

/** One picture and what is warned of in it. */
export interface WarnedPicture {
  readonly picture: Picture;
  readonly warnings: WarningState;
}

/** An open warning that an outlook is kept for, with what its picture holds of it now. */
interface Wanted {
  readonly picture: 'own' | 'system';
  readonly warning: string;
  readonly record: WarningRecord;
  readonly event: PictureEvent | undefined;
  /** 0 own, 1 of the system picture with own evidence, 2 on a partner's word alone. */
  readonly rank: 0 | 1 | 2;
}

/** An outlook that is kept, and its object where that is known. */
interface Held {
  readonly record: OutlookRecord;
  readonly wanted: Wanted;
  readonly object: Located | null;
}

interface Sight {
  readonly sensor: Sensor;
  readonly reason: SightReason;
}

/** No outlooks yet. */
export function createOutlooks(): OutlookState {
  return { records: [] };
}

/**
 * Every outlook that can be given: own ones, then those with own evidence, then a partner's alone,
 * each by the age of its warning. One that did not change is the same object as the tick before.
 */
export function currentOutlooks(state: OutlookState): readonly Outlook[] {
  return state.records.flatMap(({ outlook }) => (outlook === null ? [] : [outlook]));
}

/**
 * Brings the outlooks up to `now`, in place: one for each open warning of the own picture, and for
 * each of the system picture with evidence of a partner, at most `OUTLOOKS_MAX`; those that rest on
 * a partner alone are left out first.
 *
 * A path is computed again every `OUTLOOK_RECOMPUTE_S`, at most `OUTLOOKS_PER_TICK` of them in one
 * call, own ones first; what each sensor could see is brought up in every call. The caller
 * guarantees that pictures and warnings are those of `now`, which does not go back. Outlooks of the
 * own picture depend on `sensors` and `own` alone. Never throws for what an estimate holds.
 */
export function stepOutlooks(
  state: OutlookState,
  given: {
    readonly sensors: readonly Sensor[];
    readonly own: WarnedPicture;
    readonly system: WarnedPicture;
  },
  now: Instant,
): void {
  const before = new Map(state.records.map((record) => [keyOf(record), record]));
  const held = wantedOf(given.own, given.system).map((wanted): Held => {
    const record = before.get(keyOf(wanted)) ?? newRecord(wanted, state.records, now);
    return { record, wanted, object: objectOf(wanted) };
  });
  state.records = held.map(({ record }) => record);
  const due = new Set(dueOf(held, now));
  for (const one of held) {
    const { record, object } = one;
    record.event = one.wanted.record.warning.event;
    if (object === null) {
      record.outlook = null;
      continue;
    }
    const sights = sightsOf(given.sensors, object, now);
    advanceHindrances(record, sights, now);
    if (due.has(one)) {
      record.outlook = computed(record, { object, wanted: one.wanted, sights }, now);
      record.dueAt = addSeconds(now, OUTLOOK_RECOMPUTE_S);
    } else if (record.outlook !== null) {
      record.outlook = refreshed(record, record.outlook, sights);
    }
  }
}

/** A record that begins now; one of an event that partners join begins with what was own. */
function newRecord(wanted: Wanted, records: readonly OutlookRecord[], now: Instant): OutlookRecord {
  const { picture, warning, record } = wanted;
  const isSystem = picture === 'system';
  const own = records.find(
    (other) => isSystem && other.picture === 'own' && other.event === record.warning.event,
  );
  return {
    picture,
    warning,
    event: record.warning.event,
    dueAt: now,
    hindrances: structuredClone(own?.hindrances ?? []),
    advancedAt: own?.advancedAt ?? null,
    outlook: null,
  };
}

function keyOf(one: { readonly picture: string; readonly warning: string }): string {
  return `${one.picture}/${one.warning}`;
}

/** The warnings an outlook is kept for, own ones first, what rests on a partner alone last. */
function wantedOf(own: WarnedPicture, system: WarnedPicture): Wanted[] {
  const open = ({ picture, warnings }: WarnedPicture): Wanted[] => {
    const events = new Map(picture.events.map((event) => [event.id, event]));
    return warnings.records
      .filter((record) => !isEnded(record))
      .map((record) => ({
        picture: warnings.picture,
        warning: record.warning.id,
        record,
        event: events.get(record.warning.event),
        rank: warnings.picture === 'own' ? 0 : record.warning.evidence.some(isOwn) ? 1 : 2,
      }));
  };
  const shared = open(system).filter(({ record }) =>
    record.warning.evidence.some((evidence) => !isOwn(evidence)),
  );
  const byRank = [...open(own), ...shared].sort((a, b) => a.rank - b.rank);
  return byRank.slice(0, OUTLOOKS_MAX);
}

function objectOf({ record, event }: Wanted): Located | null {
  const object = event === undefined ? null : mainObject(record, event);
  return object?.estimate.state.every(Number.isFinite) === true ? object : null;
}

/** Those whose path is computed in this call: by rank, then who has waited longest. */
function dueOf(held: readonly Held[], now: Instant): Held[] {
  for (const { record, object } of held) {
    // Another body than before: its path is wanted now, behind those that were due already.
    const isOther = record.outlook !== null && record.outlook.object !== object?.id;
    if (isOther && record.dueAt > now) record.dueAt = now;
  }
  return held
    .filter(({ record, object }) => object !== null && record.dueAt <= now)
    .sort((a, b) => a.wanted.rank - b.wanted.rank || a.record.dueAt - b.record.dueAt)
    .slice(0, OUTLOOKS_PER_TICK);
}

function sightsOf(sensors: readonly Sensor[], object: Located, now: Instant): Sight[] {
  const isFresh = secondsBetween(object.lastSeen, now) <= POWERED_STALE_S;
  const powered = object.phase === 'boost' && isFresh;
  const position = positionOf(object.estimate.state);
  return sensors.map((sensor) => ({ sensor, reason: sightOf(sensor, position, powered) }));
}

/** Adds the time since the call before to what kept each sensor from view then. */
function advanceHindrances(record: OutlookRecord, sights: readonly Sight[], now: Instant): void {
  const seconds = record.advancedAt === null ? 0 : secondsBetween(record.advancedAt, now);
  record.advancedAt = now;
  for (const { sensor, reason } of sights) {
    let hindrance = record.hindrances.find((one) => one.sensor === sensor.id);
    if (hindrance === undefined) {
      hindrance = { sensor: sensor.id, kept: [], until: null };
      record.hindrances.push(hindrance);
    }
    if (hindrance.until !== null) continue;
    if (reason === 'in view') {
      hindrance.until = now;
      continue;
    }
    const entry = hindrance.kept.find((one) => one.reason === reason);
    if (entry === undefined) hindrance.kept.push({ reason, seconds });
    else entry.seconds += seconds;
  }
}

/** What kept a sensor from view longest; null where nothing ever did. */
function beforeOf(hindrance: Hindrance | undefined): SensorOutlook['before'] {
  const [first, ...rest] = hindrance?.kept ?? [];
  if (hindrance === undefined || first === undefined) return null;
  const longest = rest.reduce((a, b) => (b.seconds > a.seconds ? b : a), first);
  return { reason: longest.reason, until: hindrance.until };
}

function computed(
  record: OutlookRecord,
  of: { readonly object: Located; readonly wanted: Wanted; readonly sights: readonly Sight[] },
  now: Instant,
): Outlook {
  const fall = fallAhead(of.object);
  return {
    picture: record.picture,
    event: of.wanted.record.warning.event,
    object: of.object.id,
    computedAt: now,
    path: pathOf(fall, now),
    sensors: of.sights.map(({ sensor, reason }, i) => {
      const view = viewAhead(sensor, of.object, fall, now);
      return {
        sensor: sensor.id,
        now: reason,
        inViewFrom: view.from,
        ...(view.sigmaS === null ? {} : { inViewSigmaS: view.sigmaS }),
        inViewUntil: view.until,
        before: beforeOf(record.hindrances[i]),
      };
    }),
  };
}

/** An outlook with its event's name and what each sensor could see now; itself where unchanged. */
function refreshed(record: OutlookRecord, outlook: Outlook, sights: readonly Sight[]): Outlook {
  const sensors = outlook.sensors.map((said, i): SensorOutlook => {
    const now = sights[i]?.reason ?? said.now;
    const before = beforeOf(record.hindrances[i]);
    const isSame =
      said.now === now &&
      said.before?.reason === before?.reason &&
      said.before?.until === before?.until;
    return isSame ? said : { ...said, now, before };
  });
  const isSame = sensors.every((said, i) => said === outlook.sensors[i]);
  const { event } = record;
  return isSame && event === outlook.event ? outlook : { ...outlook, event, sensors };
}
