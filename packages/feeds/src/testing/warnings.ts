// SPDX-License-Identifier: Apache-2.0
// Warnings made by hand for the tests of this package. Places and figures are those of the
// ready-made exercise, rounded.

import { addSeconds, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import type { Evidence, ImpactRegion, Warning } from '@isthmus/picture';
import type { CapContext } from '../cap/of-warning.ts';

const LIFT_OFF = instantFromIso('2012-06-01T11:40:00Z');
export const after = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);

export function regionOf(overrides: Partial<ImpactRegion> = {}): ImpactRegion {
  return {
    statement: 'region',
    centre: geodeticFromDegrees(43.4, 34.2),
    covarianceM2: [4e8, 1e8, 9e8],
    probability: 0.9,
    areaKm2: 8558,
    time: after(1085),
    timeSigmaS: 4,
    ...overrides,
  };
}

export function evidenceOf(overrides: Partial<Evidence> = {}): Evidence {
  return {
    party: 'own',
    source: 'radar',
    sensors: ['gabala'],
    firstSeen: after(290),
    lastSeen: after(400),
    looks: 100,
    ...overrides,
  };
}

export function warningOf(overrides: Partial<Warning> = {}): Warning {
  return {
    id: 'own-1',
    event: 'event-1',
    stage: 'tracked',
    basis: 'single-radar',
    history: [
      { stage: 'cue', at: after(64), because: 'Launch seen by own radar (gabala).' },
      { stage: 'tracked', at: after(70), because: 'Tracked.' },
    ],
    assessment: 'missile',
    objectCountAtLeast: 2,
    launch: {
      time: after(5),
      timeSigmaS: 12,
      point: geodeticFromDegrees(20, 62),
      pointCovarianceM2: [1e8, 0, 4e8],
      azimuthRad: (321.5 * Math.PI) / 180,
      azimuthSigmaRad: 0.02,
      method: 'infrared',
    },
    impact: regionOf(),
    evidence: [evidenceOf()],
    ...overrides,
  };
}

export function contextOf(
  second: number,
  overrides: Partial<CapContext['issuer']> = {},
): CapContext {
  return {
    issuer: {
      sender: 'west.example',
      senderName: 'West early-warning centre',
      mode: 'exercise',
      addresses: [],
      ...overrides,
    },
    at: after(second),
    places: null,
  };
}
