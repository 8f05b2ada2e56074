// SPDX-License-Identifier: Apache-2.0
// Terms and drafts for the tests of this room; made up, of no real system.

import {
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
} from '@isthmus/earth';
import type { Estimate, Item, LaunchReport, Rebase, Tracklet, TrackState } from '@isthmus/picture';
import { type Agreement, type Clause, parseAgreement } from './agreement.ts';
import type { Draft, Terms } from './gate.ts';

export const NOW: Instant = instantFromIso('2012-06-01T12:00:00Z');

export const CLAUSE: Clause = {
  id: 'west-launches',
  from: 'west',
  to: 'east',
  category: 'launch',
  level: 'tracklet',
  impactRegions: true,
  tickS: 1,
  gridKm: { report: 10, track: 1 },
  delayS: 0,
  looksATracklet: 4,
};

export function agreementOf(
  clauses: readonly Clause[],
  change: Partial<Agreement> = {},
): Agreement {
  return parseAgreement({
    name: 'test',
    version: 1,
    parties: ['west', 'east'],
    mode: 'exercise',
    validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
    onwardRelease: 'never',
    clauses,
    ...change,
  });
}

export function termsOf(agreement: Agreement, change: Partial<Terms> = {}): Terms {
  return {
    agreement,
    from: 'west',
    to: 'east',
    agreementHash: 'ab'.repeat(32),
    identify,
    ...change,
  };
}

/** Not a keyed hash: a stand-in that is injective for short identifiers. */
export function identify(localId: string): string {
  let hex = '';
  for (const byte of new TextEncoder().encode(localId)) hex += byte.toString(16).padStart(2, '0');
  return hex.padStart(32, '0').slice(-32);
}

/** A body near the Black Sea's longitude, 400 km up, with the given sigmas. */
export function estimateAt(
  time: Instant,
  sigma: { readonly positionM: number; readonly velocityMps: number } = {
    positionM: 100,
    velocityMps: 10,
  },
): Estimate {
  const [x, y, z] = ecefFromGeodetic(geodeticFromDegrees(35, 50, 400_000));
  const covariance: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      const own = i < 3 ? sigma.positionM ** 2 : sigma.velocityMps ** 2;
      const cross = j === i + 3 ? 0.3 * sigma.positionM * sigma.velocityMps : 0;
      covariance.push(i === j ? own : cross);
    }
  }
  return { time, state: [x + 0.12345, y, z, -1234.56789, 2345.6789, 3000.1234], covariance };
}

export const REPORT: LaunchReport = {
  kind: 'launch-report',
  event: 'e1',
  update: 1,
  final: false,
  launchTime: (NOW - 90_300_000) as Instant,
  launchTimeSigmaS: 3.3,
  launchArea: { centre: geodeticFromDegrees(20.01, 62.02), radiusM: 8_123 },
  azimuthRad: 5.6112,
  azimuthSigmaRad: 0.03,
  objectCountAtLeast: 1,
  impactArea: { centre: geodeticFromDegrees(43.3, 34.1), radiusM: 60_123 },
  impactTime: (NOW + 995_300_000) as Instant,
  impactTimeSigmaS: 12,
  sources: ['radar', 'infrared'],
  assessment: 'tracked',
};

const OF_TRACK = { track: 't1', event: 'e1', source: 'radar', phase: 'coast' } as const;

export function trackItem(time: Instant = NOW): TrackState {
  return { kind: 'track', ...OF_TRACK, looks: 9, estimate: estimateAt(time) };
}

export function rebaseItem(time: Instant = NOW, epoch = 1): Rebase {
  return { kind: 'rebase', ...OF_TRACK, looks: 9, epoch, estimate: estimateAt(time) };
}

export function trackletItem(base: Instant, time: Instant, looks = 4): Tracklet {
  return {
    kind: 'tracklet',
    ...OF_TRACK,
    looks,
    epoch: 1,
    base,
    estimate: estimateAt(time, { positionM: 300, velocityMps: 30 }),
  };
}

export function draftOf(item: Item, change: Partial<Draft> = {}): Draft {
  return {
    item,
    category: 'launch',
    region: geodeticFromDegrees(20, 62),
    current: 'current' in change || !('estimate' in item) ? null : estimateAt(item.estimate.time),
    mode: 'exercise',
    ...change,
  };
}

export function seconds(from: Instant, count: number): Instant {
  return (from + count * 1e6) as Instant;
}
