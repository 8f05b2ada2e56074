// SPDX-License-Identifier: Apache-2.0
// One launch seen by two sides, made by hand for the tests of the model: West's infrared at 60 s,
// East's own radar at 300 s. Places and figures are of the ready-made exercise, rounded.

import { addSeconds, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import type {
  ConsoleObject,
  ConsoleSnapshot,
  Evidence,
  LaunchReport,
  Outlook,
  Sensor,
  Warning,
} from '@isthmus/picture';

const LIFTOFF = instantFromIso('2012-06-01T09:00:00Z');
export const after = (seconds: number): Instant => addSeconds(LIFTOFF, seconds);

export const GABALA: Sensor = {
  kind: 'radar',
  id: 'gabala',
  site: geodeticFromDegrees(40.87, 47.81, 680),
  azimuthFromRad: (107 * Math.PI) / 180,
  azimuthToRad: (217 * Math.PI) / 180,
  elevationMinRad: (2 * Math.PI) / 180,
  elevationMaxRad: (80 * Math.PI) / 180,
  rangeMaxM: 6e6,
  revisitS: 1,
  noise: { rangeM: 100, azimuthRad: 7e-4, elevationRad: 7e-4 },
  bias: { rangeM: 30, azimuthRad: 3e-4, elevationRad: 3e-4 },
};

export function evidence(
  party: string,
  source: Evidence['source'],
  seen: readonly [number, number],
): Evidence {
  return {
    party,
    source,
    sensors: party === 'own' ? ['gabala'] : [],
    firstSeen: after(seen[0]),
    lastSeen: after(seen[1]),
    looks: 12,
  };
}

export function warning(part: Partial<Warning>): Warning {
  return {
    id: 'W-1',
    event: 'west:aa',
    stage: 'cue',
    basis: 'partner-only',
    history: [{ stage: 'cue', at: after(64), because: "A launch by west's report (infrared)." }],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: {
      time: after(5),
      timeSigmaS: 12,
      point: geodeticFromDegrees(20, 62),
      pointCovarianceM2: [1e8, 0, 4e8],
      azimuthRad: (321.5 * Math.PI) / 180,
      azimuthSigmaRad: 0.02,
      method: 'partner',
    },
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: [evidence('west', 'infrared', [62, 118])],
    ...part,
  };
}

export const OUTLOOK: Outlook = {
  picture: 'system',
  event: 'west:aa',
  object: 'west:t1',
  computedAt: after(120),
  path: [
    { at: after(120), point: geodeticFromDegrees(22, 61, 100e3) },
    { at: after(1085), point: geodeticFromDegrees(44, 34) },
  ],
  sensors: [
    {
      sensor: 'gabala',
      now: 'below the horizon',
      inViewFrom: after(292),
      inViewUntil: after(801),
      before: null,
    },
  ],
};

export function object(part: Partial<ConsoleObject>): ConsoleObject {
  return {
    id: 'west:t1',
    event: 'west:aa',
    picture: 'partner',
    category: 'launch',
    phase: 'boost',
    point: geodeticFromDegrees(21.4, 61.2, 70e3),
    speedMps: 2500,
    climbMps: 900,
    courseRad: 5.6,
    sigmaM: 4000,
    lastSeen: after(118),
    ...part,
  };
}

const REPORT: LaunchReport = {
  kind: 'launch-report',
  event: 'aa',
  update: 3,
  final: false,
  launchTime: after(5),
  launchTimeSigmaS: 12,
  launchArea: null,
  azimuthRad: null,
  azimuthSigmaRad: null,
  objectCountAtLeast: 1,
  impactArea: null,
  impactTime: null,
  impactTimeSigmaS: null,
  sources: ['infrared'],
  assessment: 'tracked',
};

/** East at 120 s: West has told of a launch, own radar has it below the horizon. */
export function snapshot(part: Partial<ConsoleSnapshot> = {}): ConsoleSnapshot {
  return {
    kind: 'snapshot',
    side: {
      side: 'east',
      partner: 'west',
      mode: 'exercise',
      agreement: { name: 'black-sea-2012', version: 1 },
      sensors: [GABALA],
      build: 'test',
    },
    clock: { at: after(120), speed: 20, over: false },
    status: {
      link: 'up',
      counts: { released: 0, withheld: 0, received: 9, refused: 0 },
      recording: true,
    },
    objects: [object({})],
    events: [],
    warnings: [{ picture: 'system', warning: warning({}) }],
    reports: [{ party: 'west', report: REPORT, firstSeen: after(64), lastSeen: after(116) }],
    outlooks: [OUTLOOK],
    notices: [],
    joins: [],
    notes: [],
    trails: [{ key: 'partner/west:t1', points: [geodeticFromDegrees(20.5, 61.6, 30e3)] }],
    ...part,
  };
}
