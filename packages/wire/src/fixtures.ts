// SPDX-License-Identifier: Apache-2.0
// Releases for the tests of this room, let go by the real gate under made-up terms.

import type { Instant, Random } from '@isthmus/earth';
import {
  createRandom,
  ecefFromGeodetic,
  geodeticFromDegrees,
  instantFromIso,
} from '@isthmus/earth';
import type { Estimate, Item, ItemKind } from '@isthmus/picture';
import {
  createMemory,
  decide,
  type GateMemory,
  parseAgreement,
  type Released,
  type Terms,
} from '@isthmus/release';

const NOW: Instant = instantFromIso('2012-06-01T12:00:00Z');

export const KINDS: readonly ItemKind[] = [
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

const TERMS: Terms = {
  agreement: parseAgreement({
    name: 'test',
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
  }),
  from: 'west',
  to: 'east',
  agreementHash: '0f'.repeat(32),
  identify: (localId) => createHex(localId),
};

/** One released item of the kind, of random content; equal seeds give equal items. */
export function releasedOf(kind: ItemKind, seed: number): Released {
  const random = createRandom(seed);
  let memory = createMemory();
  // What an item follows on, or takes back, must have gone before it.
  if (kind === 'tracklet' || kind === 'drop' || kind === 'withdrawal') {
    memory = letGo(memory, itemOf('rebase', NOW, random), NOW).memory;
  }
  const now = (NOW + 10_000_000) as Instant;
  return letGo(memory, itemOf(kind, now, random), now).released;
}

function letGo(
  memory: GateMemory,
  item: Item,
  now: Instant,
): { readonly released: Released; readonly memory: GateMemory } {
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
  if (decision.outcome !== 'release') throw new Error(JSON.stringify(decision));
  return decision;
}

function itemOf(kind: ItemKind, at: Instant, random: Random): Item {
  const phases = ['boost', 'coast', 'reentry', 'orbit', 'air'] as const;
  const of = {
    track: 't1',
    event: 'e1',
    source: random.chance(1, 2) ? 'radar' : 'infrared',
    phase: phases[random.integer(5)] as (typeof phases)[number],
  } as const;
  const looks = 4 + random.integer(100);
  switch (kind) {
    case 'launch-report':
      return reportOf(random);
    case 'track':
      return { kind, ...of, looks, estimate: estimateOf(at, random) };
    case 'rebase':
      return { kind, ...of, looks, epoch: 3, estimate: estimateOf(at, random) };
    case 'tracklet':
      return { kind, ...of, looks, epoch: 3, base: NOW, estimate: estimateOf(at, random) };
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

function reportOf(random: Random): Item {
  const maybe = <T>(value: T): T | null => (random.chance(1, 4) ? null : value);
  const time = (): Instant => (NOW + random.integer(2 ** 31)) as Instant;
  const area = () => ({
    centre: geodeticFromDegrees(random.uniform() * 180 - 90, random.uniform() * 360 - 180),
    radiusM: random.uniform() * 1e6,
  });
  const stages = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'] as const;
  return {
    kind: 'launch-report',
    event: 'e1',
    update: 1,
    final: random.chance(1, 2),
    launchTime: maybe(time()),
    launchTimeSigmaS: maybe(random.uniform() * 100),
    launchArea: maybe(area()),
    azimuthRad: maybe(random.uniform() * 2 * Math.PI),
    azimuthSigmaRad: maybe(random.uniform()),
    objectCountAtLeast: random.integer(20),
    impactArea: maybe(area()),
    impactTime: maybe(time()),
    impactTimeSigmaS: maybe(random.uniform() * 100),
    sources: random.chance(1, 2) ? ['radar', 'infrared'] : ['infrared'],
    assessment: stages[random.integer(5)] as (typeof stages)[number],
  };
}

/** A state anywhere near the Earth, and L L^T of a random lower triangle. */
function estimateOf(time: Instant, random: Random): Estimate {
  const place = geodeticFromDegrees(
    random.uniform() * 180 - 90,
    random.uniform() * 360 - 180,
    random.uniform() * 1e6,
  );
  const lower = Array.from({ length: 36 }, (_, k) => {
    const [row, column] = [Math.floor(k / 6), k % 6];
    if (column > row) return 0;
    const value = row === column ? 0.2 + random.uniform() : random.normal();
    return value * (row < 3 ? 1000 : 10);
  });
  const covariance: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    for (let j = i; j < 6; j += 1) {
      let sum = 0;
      for (let k = 0; k < 6; k += 1) {
        sum += (lower[i * 6 + k] as number) * (lower[j * 6 + k] as number);
      }
      covariance.push(sum);
    }
  }
  const velocity = [0, 0, 0].map(() => random.normal() * 2000);
  return { time, state: [...ecefFromGeodetic(place), ...velocity], covariance };
}

function createHex(text: string): string {
  const random = createRandom(text);
  return Array.from({ length: 32 }, () => random.integer(16).toString(16)).join('');
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
