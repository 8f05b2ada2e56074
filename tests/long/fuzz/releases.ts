// SPDX-License-Identifier: Apache-2.0
// A Release of every item kind, let go by the gate and encoded by the product.

import { createRandom, type Instant, instantFromIso, type Random } from '@isthmus/earth';
import type { Estimate, Item, ItemKind } from '@isthmus/picture';
import {
  createMemory,
  decide,
  type GateMemory,
  parseAgreement,
  type Terms,
} from '@isthmus/release';
import { encode } from '@isthmus/wire';

export const ITEM_KINDS: readonly ItemKind[] = [
  'launch-report',
  'track',
  'rebase',
  'tracklet',
  'drop',
  'withdrawal',
  'coverage-report',
  'test',
];

const COVERAGE = {
  id: 'west-coverage',
  from: 'west',
  to: 'east',
  region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 },
  objectClasses: ['short-range', 'medium-range', 'long-range'],
  everyS: 600,
};

/** The document of these releases, and a seed of those that read agreements. */
export const AGREEMENT_DOCUMENT = {
  name: 'fuzz',
  version: 1,
  parties: ['west', 'east'],
  mode: 'exercise',
  validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
  onwardRelease: 'never',
  clauses: [
    {
      id: 'west-launches',
      from: 'west',
      to: 'east',
      category: 'launch',
      level: 'tracklet',
      impactRegions: true,
      tickS: 1,
      gridKm: { report: 10, track: 0 },
      delayS: 0,
    },
  ],
  coverage: [COVERAGE],
};

const TERMS: Terms = {
  agreement: parseAgreement(AGREEMENT_DOCUMENT),
  from: 'west',
  to: 'east',
  agreementHash: '0f'.repeat(32),
  identify: (id) => Buffer.from(id.padEnd(16, '.')).toString('hex').slice(0, 32),
};

const FIRST = instantFromIso('2012-06-01T12:00:00Z');

/** Bytes of a Release of the kind; equal seeds give equal bytes. */
export function releaseOf(kind: ItemKind, seed: number): Uint8Array {
  const random = createRandom(`release ${seed}`);
  let memory = createMemory();
  // What an item follows on, or takes back, must have gone before it.
  if (kind === 'tracklet' || kind === 'drop' || kind === 'withdrawal') {
    memory = letGo(memory, itemOf('rebase', FIRST, random), FIRST).memory;
  }
  const now = (FIRST + 10_000_000) as Instant;
  return encode(letGo(memory, itemOf(kind, now, random), now).released).bytes;
}

function letGo(memory: GateMemory, item: Item, now: Instant) {
  const current = 'estimate' in item ? item.estimate : null;
  const draft = {
    item,
    category: 'launch',
    region: null,
    coverage: COVERAGE.id,
    current,
    mode: 'exercise',
  } as const;
  const decision = decide(memory, draft, TERMS, now);
  if (decision.outcome !== 'release') throw new TypeError(JSON.stringify(decision));
  return decision;
}

function itemOf(kind: ItemKind, at: Instant, random: Random): Item {
  const of = { track: 't1', event: 'e1', source: 'radar', phase: 'coast' } as const;
  const looks = 4 + random.integer(100);
  switch (kind) {
    case 'launch-report':
      return reportOf(random);
    case 'track':
      return { kind, ...of, looks, estimate: estimateOf(at, random) };
    case 'rebase':
      return { kind, ...of, looks, epoch: 3, estimate: estimateOf(at, random) };
    case 'tracklet':
      return { kind, ...of, looks, epoch: 3, base: FIRST, estimate: estimateOf(at, random) };
    case 'drop':
      return { kind, track: of.track, event: of.event, reason: 'ended' };
    case 'withdrawal':
      return { kind, event: of.event, reason: 'mistaken-identity' };
    case 'coverage-report':
      return coverageOf(at, random);
    case 'test':
      return { kind, serial: random.integer(2 ** 32) };
  }
}

function estimateOf(time: Instant, random: Random): Estimate {
  const state = [4e6, 3e6, 4e6, 2e3, -1e3, 3e3].map((value) => value + 1e3 * random.normal());
  // A diagonal that dominates: positive definite whatever stands beside it.
  const covariance: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      covariance.push(i === j ? 1e4 + 1e4 * random.uniform() : 100 * random.normal());
    }
  }
  return { time, state, covariance };
}

function reportOf(random: Random): Item {
  const maybe = <T>(value: T): T | null => (random.chance(1, 4) ? null : value);
  const time = (): Instant => (FIRST + random.integer(2 ** 31)) as Instant;
  const area = () => ({
    centre: {
      latitudeRad: (random.uniform() - 0.5) * 3,
      longitudeRad: (random.uniform() - 0.5) * 6,
      heightM: 0,
    },
    radiusM: random.uniform() * 1e6,
  });
  return {
    kind: 'launch-report',
    event: 'e1',
    update: 1,
    final: random.chance(1, 2),
    launchTime: maybe(time()),
    launchTimeSigmaS: maybe(random.uniform() * 100),
    launchArea: maybe(area()),
    azimuthRad: maybe(random.uniform() * 6),
    azimuthSigmaRad: maybe(random.uniform()),
    objectCountAtLeast: random.integer(20),
    impactArea: maybe(area()),
    impactTime: maybe(time()),
    impactTimeSigmaS: maybe(random.uniform() * 100),
    sources: random.chance(1, 2) ? ['infrared', 'radar'] : ['infrared'],
    assessment: 'tracked',
  };
}

function coverageOf(at: Instant, random: Random): Item {
  const classes = ['short-range', 'medium-range', 'long-range'] as const;
  const isCovered = random.chance(2, 3);
  return {
    kind: 'coverage-report',
    objectClass: classes[random.integer(3)] as (typeof classes)[number],
    from: (at - 3_600_000_000 - random.integer(2 ** 31)) as Instant,
    until: (at - random.integer(600_000_000)) as Instant,
    state: isCovered ? 'nothing-seen' : 'not-covered',
    leastHeightM: isCovered ? random.uniform() * 200_000 : null,
    detectionProbability: isCovered ? 0.5 + 0.5 * random.uniform() : null,
  };
}
