// SPDX-License-Identifier: Apache-2.0
// Ticks of a made-up node, for tests of the console feed.

import { addSeconds, ecefFromGeodetic, geodeticFromDegrees, instant } from '@isthmus/earth';
import type {
  ConsoleSide,
  Evidence,
  FeedNote,
  FeedTick,
  PictureEvent,
  Warning,
} from '@isthmus/picture';

const START = instant(1_340_000_000_000_000);

export const SIDE: ConsoleSide = {
  side: 'west',
  partner: 'east',
  mode: 'exercise',
  agreement: { name: 'test', version: 1 },
  sensors: [],
  build: 'test',
};

/** One event with one object that moves east, seen by `parties`. */
export function eventOf(
  id: string,
  second: number,
  parties: readonly Evidence['party'][],
): PictureEvent {
  const at = addSeconds(START, second);
  const place = Number.parseInt(id.replace(/\D/g, ''), 10) || 0;
  const [x, y, z] = ecefFromGeodetic(
    geodeticFromDegrees(40 + (place % 20), (place % 90) + second * 0.02, 100_000),
  );
  return {
    id,
    category: 'launch',
    launch: null,
    objects: [
      {
        id: `${id}-a`,
        tracks: [],
        phase: 'coast',
        estimate: {
          time: at,
          state: [x, y, z, -500.123, 1500.456, 300.789],
          covariance: Array.from({ length: 21 }, (_, i) => (i === 0 || i === 6 ? 1e4 : 0)),
        },
        lastSeen: at,
        coastSeenS: 0,
      },
    ],
    evidence: parties.map((party) => ({
      party,
      source: 'radar',
      sensors: [],
      firstSeen: START,
      lastSeen: START,
      looks: 3,
    })),
    firstSeen: START,
    lastSeen: START,
  };
}

function warningOf(event: PictureEvent): Warning {
  return {
    id: `w-${event.id}`,
    event: event.id,
    stage: 'cue',
    basis: 'single-radar',
    history: [{ stage: 'cue', at: START, because: 'seen' }],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: null,
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: event.evidence,
  };
}

export function tickOf(
  second: number,
  events: {
    readonly own?: readonly PictureEvent[];
    readonly partner?: readonly PictureEvent[];
    readonly system?: readonly PictureEvent[];
  } = {},
): FeedTick {
  const at = addSeconds(START, second);
  const { own = [], partner = [], system = [] } = events;
  return {
    kind: 'tick',
    at,
    own: { at, events: own },
    ownWarnings: own.map(warningOf),
    system: { at, events: system },
    systemWarnings: system.map(warningOf),
    partner: { at, events: partner },
    joins: [],
    reports: [],
    outlooks: [],
    explained: [],
    sensors: [],
    link: 'up',
    counts: { released: second, withheld: 0, received: 0, refused: 0 },
    recording: true,
  };
}

export function noteOf(second: number, text: string): FeedNote {
  return { kind: 'note', at: addSeconds(START, second), about: 'sees', partner: null, text };
}
