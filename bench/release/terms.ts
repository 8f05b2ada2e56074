// SPDX-License-Identifier: Apache-2.0
// Agreements of many kinds between two made-up parties, for trials of the gate.

import type { Random } from '@isthmus/earth';
import type { EventCategory } from '@isthmus/picture';
import { type Agreement, type Clause, canonicalAgreement, parseAgreement } from '@isthmus/release';
import { encodeHex, sha256 } from '@isthmus/seal';

export const WEST = 'west';
export const EAST = 'east';

/** The coverage clause of every agreement here. */
export const GULF = { id: 'west-gulf', everyS: 600 } as const;

const REGION = { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 6000 } as const;

/** An agreement, and of it what a trial needs to know. */
export interface DrawnTerms {
  readonly agreement: Agreement;
  readonly agreementHash: string;
  readonly clause: Clause;
  readonly category: EventCategory;
}

export function drawTerms(random: Random): DrawnTerms {
  const of = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const category = of(['launch', 'aircraft'] as const);
  const clause: Clause = {
    id: `west-${category}`,
    from: WEST,
    to: EAST,
    category,
    level: of(['report', 'track', 'tracklet', 'plot'] as const),
    impactRegions: random.chance(1, 2),
    tickS: of([1, 2, 5, 10, 30]),
    gridKm: { report: of([1, 5, 10, 50, 300]), track: of([0, 1, 5, 25, 50]) },
    delayS: of([0, 0, 3, 20]),
    looksATracklet: 4,
    ...(random.chance(1, 2) && { region: REGION }),
    ...(random.chance(1, 4) && { accuracyFloor: { positionM: 500, velocityMps: 20 } }),
  };
  const agreement = agreementOf([clause]);
  return { agreement, agreementHash: hashOf(agreement), clause, category };
}

export function agreementOf(
  clauses: readonly unknown[],
  change: Partial<Agreement> = {},
): Agreement {
  return parseAgreement({
    name: 'trial',
    version: 1,
    parties: [WEST, EAST],
    mode: 'exercise',
    validity: { from: '2012-01-01T00:00:00Z', until: '2033-01-01T00:00:00Z' },
    onwardRelease: 'never',
    clauses,
    coverage: [{ ...GULF, from: WEST, to: EAST, region: REGION, objectClasses: ['medium-range'] }],
    ...change,
  });
}

export function hashOf(agreement: Agreement): string {
  return encodeHex(sha256(new TextEncoder().encode(canonicalAgreement(agreement))));
}
