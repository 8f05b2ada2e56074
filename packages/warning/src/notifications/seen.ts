// SPDX-License-Identifier: Apache-2.0
// What was seen, line by line: launches and watched areas as people or programs write them down, and
// the ticks that a node prints. Of a launch the newest word counts.

import { geodeticFromDegrees, instant, radiansFromDegrees } from '@isthmus/earth';
import type { EventId, FeedTick, LaunchEstimate, Warning } from '@isthmus/picture';
import Type from 'typebox';
import { NotificationError } from './errors.ts';
import type { SeenLaunch } from './fit.ts';
import type { WatchedArea } from './match.ts';
import { boundedOf, checkSchema, instantOf } from './parse.ts';
import { bounded } from './schema.ts';

const closed = { additionalProperties: false } as const;
const utc = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$',
});
const sigma = Type.Number({ exclusiveMinimum: 0, maximum: 1e6 });

const launchSchema = Type.Object(
  {
    kind: Type.Literal('launch'),
    event: Type.String({ minLength: 1, maxLength: 200 }),
    time: utc,
    timeSigmaS: sigma,
    latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
    longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
    /** One sigma on each axis. */
    sigmaKm: sigma,
    azimuthDeg: Type.Optional(Type.Number({ minimum: 0, maximum: 360 })),
    azimuthSigmaDeg: Type.Optional(sigma),
    assessment: Type.Optional(
      Type.Enum(['missile', 'space launch', 'suborbital rocket', 'undetermined']),
    ),
  },
  closed,
);

const watchedSchema = Type.Object(
  {
    kind: Type.Literal('watched'),
    from: utc,
    until: utc,
    area: bounded,
    detectionProbability: Type.Number({ minimum: 0, maximum: 1 }),
  },
  closed,
);

/** Everything that was seen; the caller's to hand to `readSeen` line after line. */
export interface Seen {
  readonly launches: Map<EventId, SeenLaunch>;
  readonly watched: WatchedArea[];
}

/** What else a node prints; it says nothing of launches. */
const PASSED_OVER = ['note', 'console', 'started', 'ready', 'done', 'fault', 'closed'];

/**
 * Takes one line's value into `seen`.
 *
 * @throws NotificationError with the pointer to what is wrong in the line.
 */
export function readSeen(seen: Seen, value: unknown): void {
  const kind: unknown =
    typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  switch (kind) {
    case 'launch':
      checkSchema(launchSchema, value, '');
      readLaunch(seen, value as Type.Static<typeof launchSchema>);
      return;
    case 'watched':
      checkSchema(watchedSchema, value, '');
      seen.watched.push(watchedOf(value as Type.Static<typeof watchedSchema>));
      return;
    case 'tick':
      readTick(seen, value as Partial<FeedTick>);
      return;
    default:
      if (typeof kind === 'string' && PASSED_OVER.includes(kind)) return;
      throw new NotificationError(
        'bad-document',
        '/kind',
        'expected "launch", "watched", or a line that a node prints',
      );
  }
}

function readLaunch(seen: Seen, line: Type.Static<typeof launchSchema>): void {
  const { event, azimuthDeg, azimuthSigmaDeg } = line;
  if ((azimuthDeg === undefined) !== (azimuthSigmaDeg === undefined)) {
    const lacking = azimuthDeg === undefined ? 'azimuthDeg' : 'azimuthSigmaDeg';
    throw new NotificationError('bad-value', `/${lacking}`, 'expected a number here, or neither');
  }
  const variance = (line.sigmaKm * 1000) ** 2;
  seen.launches.set(event, {
    event,
    assessment: line.assessment ?? 'undetermined',
    launch: {
      time: instantOf(line.time, '/time'),
      timeSigmaS: line.timeSigmaS,
      point: geodeticFromDegrees(line.latitudeDeg, line.longitudeDeg),
      pointCovarianceM2: [variance, 0, variance],
      azimuthRad: azimuthDeg === undefined ? null : radiansFromDegrees(azimuthDeg),
      azimuthSigmaRad: azimuthSigmaDeg === undefined ? null : radiansFromDegrees(azimuthSigmaDeg),
      method: 'back-propagated',
    },
  });
}

function watchedOf(line: Type.Static<typeof watchedSchema>): WatchedArea {
  return {
    from: instantOf(line.from, '/from'),
    until: instantOf(line.until, '/until'),
    area: boundedOf(line.area, '/area'),
    detectionProbability: line.detectionProbability,
  };
}

/**
 * The system picture's warnings, which hold every own one. A cancelled warning was of no launch, and
 * one that a partner's word was joined to goes on under the name it got then.
 */
function readTick(seen: Seen, tick: Partial<FeedTick>): void {
  if (!Array.isArray(tick.systemWarnings)) {
    throw new NotificationError('bad-document', '/systemWarnings', 'expected a list');
  }
  for (const join of tick.joins ?? []) {
    if (join.system !== join.own) seen.launches.delete(join.own);
    if (join.system !== join.partner) seen.launches.delete(join.partner);
  }
  tick.systemWarnings.forEach((warning: Warning, i) => {
    if (warning.stage === 'cancelled') seen.launches.delete(warning.event);
    else if (isLaunch(warning.launch, `/systemWarnings/${i}/launch`)) {
      const { event, launch, assessment } = warning;
      seen.launches.set(event, { event, launch, assessment });
    }
  });
}

function isLaunch(launch: LaunchEstimate | null, path: string): launch is LaunchEstimate {
  if (launch === null) return false;
  const numbers = [
    launch?.time,
    launch?.timeSigmaS,
    launch?.point?.latitudeRad,
    launch?.point?.longitudeRad,
    ...(launch?.pointCovarianceM2 ?? [Number.NaN]),
  ];
  if (!numbers.every(Number.isFinite)) {
    throw new NotificationError('bad-document', path, 'is no estimate of a launch');
  }
  return instant(launch.time) === launch.time;
}
