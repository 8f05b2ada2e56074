// SPDX-License-Identifier: Apache-2.0
// A stricter agreement never releases more. Agreements are drawn at random, and of each a stricter one:
// one term or several moved the way `agreement diff` calls taking. Both meet the same world, drafted as a
// node drafts it, each from what its own gate remembers.
//
// No more is: nothing is told that the other does not tell, nothing sooner and no state more often;
// and from one memory nothing goes that would not go under the other, nor anything surer than it.
// Cells and ticks are coarsened to odd multiples: of two grids that do not nest neither hides all that
// the other does.

import {
  cholesky,
  createRandom,
  geodeticFromDegrees,
  type Instant,
  type Random,
  unpackSymmetric,
} from '@isthmus/earth';
import type { EventCategory, Item, LaunchReport } from '@isthmus/picture';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Agreement, Clause, CoverageClause } from './agreement.ts';
import { compareAgreements } from './agreement-changes.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  estimateAt,
  NOW,
  REPORT,
  rebaseItem,
  seconds,
  termsOf,
  trackItem,
  trackletItem,
} from './fixtures.ts';
import { type Decision, type Draft, decide, releaseDue, type Terms } from './gate.ts';
import { createMemory, type GateMemory, trackletBase } from './memory.ts';
import { LEVELS } from './shape.ts';

const STEPS = 30;
const CATEGORIES = ['launch', 'space-object', 'aircraft'] as const;
const PLACE = { latitudeDeg: 20, longitudeDeg: 62 };
const LABELS = [
  { west: 'W-1', east: 'E-1' },
  { west: 'W-2', east: 'E-2' },
];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T;

function regionOf(random: Random): NonNullable<Clause['region']> {
  return { kind: 'circle', ...PLACE, radiusKm: pick(random, [100, 400, 900]) };
}

function agreementAtRandom(random: Random): Agreement {
  const clauses = CATEGORIES.filter(() => random.chance(3, 4)).map((category): Clause => {
    const floor = { positionM: pick(random, [0, 50, 400]), velocityMps: pick(random, [0, 5, 40]) };
    return {
      ...CLAUSE,
      id: category,
      category,
      level: pick(random, LEVELS),
      impactRegions: random.chance(2, 3),
      tickS: pick(random, [1, 2, 3]),
      gridKm: { report: pick(random, [1, 10, 25]), track: pick(random, [0, 1, 5]) },
      delayS: pick(random, [0, 0, 2, 9]),
      looksATracklet: pick(random, [1, 2, 4]),
      ...(random.chance(1, 2) && { region: regionOf(random) }),
      ...(random.chance(1, 2) && { accuracyFloor: floor }),
    };
  });
  const coverage: CoverageClause = {
    id: 'watch',
    from: 'west',
    to: 'east',
    region: { kind: 'circle', ...PLACE, radiusKm: 300 },
    objectClasses: ['short-range', 'medium-range'],
    everyS: pick(random, [60, 120]),
  };
  return agreementOf(clauses, {
    ...(random.chance(1, 2) && { coverage: [coverage] }),
    ...(random.chance(1, 2) && { labels: LABELS }),
  });
}

/** One way in which a clause is stricter. */
const CLAUSE_STRICTER: readonly ((random: Random, clause: Clause) => Partial<Clause>)[] = [
  (random, { level }) => ({ level: pick(random, LEVELS.slice(0, LEVELS.indexOf(level) + 1)) }),
  () => ({ impactRegions: false }),
  (random, { tickS }) => ({ tickS: tickS * (tickS > 12 ? 1 : pick(random, [3, 5])) }),
  (random, { gridKm }) => ({ gridKm: { ...gridKm, report: gridKm.report * pick(random, [3, 5]) } }),
  (random, { gridKm }) => ({
    gridKm: { ...gridKm, track: gridKm.track === 0 ? 3 : gridKm.track * pick(random, [3, 5]) },
  }),
  (random, { delayS }) => ({ delayS: delayS + 1 + random.integer(9) }),
  (random, { looksATracklet = 4 }) => ({ looksATracklet: looksATracklet + 1 + random.integer(4) }),
  (random, { accuracyFloor = { positionM: 0, velocityMps: 0 } }) => ({
    accuracyFloor: {
      positionM: accuracyFloor.positionM + pick(random, [0, 30, 2000]),
      velocityMps: accuracyFloor.velocityMps + pick(random, [0, 3, 100]),
    },
  }),
  (random, { region }) => {
    if (region?.kind !== 'circle') return { region: regionOf(random) };
    return { region: { ...region, radiusKm: region.radiusKm / 2 } };
  },
];

/** One way in which an agreement is stricter; null where it has nothing of the sort. */
const STRICTER: readonly ((random: Random, agreement: Agreement) => Partial<Agreement> | null)[] = [
  ...CLAUSE_STRICTER.map((change) => (random: Random, { clauses }: Agreement) => {
    if (clauses.length === 0) return null;
    const at = random.integer(clauses.length);
    const clause = clauses[at] as Clause;
    return { clauses: clauses.with(at, { ...clause, ...change(random, clause) }) };
  }),
  (random, { clauses }) =>
    clauses.length === 0 ? null : { clauses: clauses.toSpliced(random.integer(clauses.length), 1) },
  (random, { labels }) =>
    labels?.length === 2 ? { labels: labels.toSpliced(random.integer(2), 1) } : null,
  (random, { validity }) => ({
    validity: { ...validity, until: isoOf(seconds(NOW, 1 + random.integer(STEPS))) },
  }),
  (random, { validity }) => ({
    validity: { ...validity, from: isoOf(seconds(NOW, random.integer(STEPS))) },
  }),
  (random, { coverage }) => {
    const [clause] = coverage ?? [];
    if (clause === undefined) return null;
    return random.chance(1, 2)
      ? { coverage: [{ ...clause, everyS: clause.everyS * 3 }] }
      : { coverage: [{ ...clause, objectClasses: clause.objectClasses.slice(0, 1) }] };
  },
  (_random, { coverage }) => (coverage === undefined ? null : { coverage: [] }),
];

function isoOf(at: Instant): string {
  return new Date(at / 1000).toISOString().replace('.000', '');
}

function stricterThan(random: Random, agreement: Agreement): Agreement {
  let next = agreement;
  const count = 1 + random.integer(3);
  for (let i = 0; i < count; i += 1) {
    const change = pick(random, STRICTER)(random, next);
    const { from, until } = change?.validity ?? next.validity;
    if (change !== null && from < until) next = agreementOf(next.clauses, { ...next, ...change });
  }
  return next;
}

/** What is the same whoever is told: the events, what sensors saw of them, and when. */
interface World {
  readonly times: readonly Instant[];
  readonly events: readonly {
    readonly category: EventCategory;
    readonly stepwise: boolean;
    readonly given: Partial<Draft>;
    readonly looks: readonly number[];
    readonly stages: readonly LaunchReport['assessment'][];
    readonly ends: ReadonlyMap<number, 'drop' | 'withdrawal'>;
  }[];
}

function worldAtRandom(random: Random): World {
  let now = NOW;
  const times = Array.from({ length: STEPS }, () => {
    now = seconds(now, pick(random, [0.4, 1, 1.7]));
    return now;
  });
  const events = Array.from({ length: 4 }, () => {
    let looks = 0;
    const north = pick(random, [0, 1.5, 3, 6, 20]);
    const region = geodeticFromDegrees(PLACE.latitudeDeg + north, PLACE.longitudeDeg);
    return {
      category: pick(random, CATEGORIES),
      stepwise: random.chance(1, 2),
      given: {
        region: random.chance(1, 8) ? null : region,
        ...(random.chance(1, 2) && { label: pick(random, ['W-1', 'W-2']) }),
      },
      looks: times.map(() => {
        looks += random.integer(3);
        return looks;
      }),
      stages: times.map(() => pick(random, ['cue', 'tracked', 'tracked', 'confirmed'] as const)),
      ends: new Map(
        times.flatMap((_, i) =>
          random.chance(1, 20) ? [[i, pick(random, ['drop', 'withdrawal'] as const)] as const] : [],
        ),
      ),
    };
  });
  return { times, events };
}

/** What a node would offer at a step, given what its gate remembers. */
function offers(world: World, step: number, memory: GateMemory): Draft[] {
  const now = world.times[step] as Instant;
  const drafts = world.events.flatMap((event, k): Draft[] => {
    const ids = { event: `e${k}`, track: `t${k}` };
    const looks = event.looks[step] as number;
    const assessment = event.stages[step] as LaunchReport['assessment'];
    const own = { ...REPORT, ...ids, assessment, objectCountAtLeast: 1 + (looks % 3) };
    const { track: _, ...report } = own;
    const base = trackletBase(memory, ids.track);
    const state: Item = !event.stepwise
      ? { ...trackItem(now), ...ids, looks }
      : base === null
        ? { ...rebaseItem(now), ...ids, looks }
        : { ...trackletItem(base.estimate.time, now, looks - base.looks), ...ids };
    const end = event.ends.get(step);
    const items: Item[] = [report, state];
    if (end === 'drop') items.push({ kind: 'drop', ...ids, reason: 'lost' });
    if (end === 'withdrawal') items.push({ kind: 'withdrawal', event: ids.event, reason: 'false' });
    const current = estimateAt(now);
    return items.map((item) =>
      draftOf(item, { category: event.category, current, ...event.given }),
    );
  });
  const until = (Math.floor(now / 60e6) * 60e6) as Instant;
  const classes = ['short-range', 'medium-range', 'long-range'] as const;
  const reports = classes.map((objectClass) =>
    draftOf(
      {
        kind: 'coverage-report',
        objectClass,
        from: seconds(until, -3600),
        until,
        state: 'nothing-seen',
        leastHeightM: 40_000,
        detectionProbability: 0.8,
      },
      { region: null, coverage: 'watch', label: 'W-1' },
    ),
  );
  return [...drafts, ...reports, draftOf({ kind: 'test', serial: step }, { label: 'W-1' })];
}

/** One thing that went. */
interface Told {
  readonly step: number;
  readonly item: Item;
  readonly label: string | null;
}

/** Runs a world past a gate; `ask` sees each draft with the memory it met and the answer it got. */
function run(
  world: World,
  terms: Terms,
  ask: (memory: GateMemory, draft: Draft, decision: Decision, now: Instant) => void = () => {},
): Told[] {
  let memory = createMemory();
  const told: Told[] = [];
  world.times.forEach((now, step) => {
    const due = releaseDue(memory, terms, now);
    memory = due.memory;
    told.push(...due.released.map(({ item, label }) => ({ step, item, label })));
    for (const draft of offers(world, step, memory)) {
      const decision = decide(memory, draft, terms, now);
      ask(memory, draft, decision, now);
      memory = decision.memory;
      if (decision.outcome !== 'release') continue;
      const { item, label } = decision.released;
      told.push({ step, item, label });
    }
  });
  return told;
}

/** What of one thing is counted together: states of a track, drops of it, and so on. */
function subjectOf(item: Item): string {
  if ('estimate' in item) return `states of ${item.track}`;
  if (item.kind === 'coverage-report') return `coverage of ${item.objectClass}`;
  if (item.kind === 'test') return `test ${item.serial}`;
  return `${item.kind} of ${'track' in item ? item.track : item.event}`;
}

function stepsBySubject(told: readonly Told[]): Map<string, number[]> {
  const steps = new Map<string, number[]>();
  for (const { step, item } of told) {
    steps.set(subjectOf(item), [...(steps.get(subjectOf(item)) ?? []), step]);
  }
  return steps;
}

/** True when a - b is positive semidefinite, but for rounding. */
function covers(a: readonly number[], b: readonly number[]): boolean {
  const [full, other] = [unpackSymmetric(a), unpackSymmetric(b)];
  const unit = (k: number): number => Math.sqrt(full[k * 7] as number);
  const scaled = full.map((value, k) => {
    const [row, column] = [Math.floor(k / 6), k % 6];
    const share = (value - (other[k] as number)) / (unit(row) * unit(column));
    return share + (row === column ? 1e-9 : 0);
  });
  return cholesky(scaled, 6) !== null;
}

/** Where the stricter item says more than the other: empty where it says no more. */
function more(strict: Item, lax: Item): string[] {
  const found: string[] = [];
  const [one, other]: Readonly<Record<string, unknown>>[] = [{ ...strict }, { ...lax }];
  for (const [field, value] of Object.entries(one ?? {})) {
    if (value !== null && (other?.[field] ?? null) === null) found.push(`${field} at all`);
  }
  if (strict.kind === 'launch-report' && lax.kind === 'launch-report') {
    for (const field of ['launchTimeSigmaS', 'impactTimeSigmaS', 'azimuthSigmaRad'] as const) {
      if ((strict[field] ?? Number.POSITIVE_INFINITY) < (lax[field] ?? 0)) found.push(field);
    }
    for (const field of ['launchArea', 'impactArea'] as const) {
      const [a, b] = [strict[field]?.radiusM, lax[field]?.radiusM];
      if ((a ?? Number.POSITIVE_INFINITY) < (b ?? 0)) found.push(`${field}.radiusM`);
    }
  }
  if ('estimate' in strict && 'estimate' in lax && strict.estimate.time === lax.estimate.time) {
    if (!covers(strict.estimate.covariance, lax.estimate.covariance)) found.push('covariance');
  }
  return found;
}

function drawn(seed: number) {
  const random = createRandom(seed);
  const lax = agreementAtRandom(random);
  return { lax, strict: stricterThan(random, lax), world: worldAtRandom(random) };
}

const RUNS = { numRuns: 60 };

describe('R-4: a stricter agreement', () => {
  test('is one of which agreement diff says that it gives nothing', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { lax, strict } = drawn(seed);
        const gives = compareAgreements(lax, strict).filter(({ effect }) => effect === 'gives');
        expect(gives).toEqual([]);
      }),
      RUNS,
    );
  });

  test('tells of nothing that the other does not tell of, nothing sooner, and no state more often', () => {
    let told = 0;
    let taken = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { lax, strict, world } = drawn(seed);
        const all = run(world, termsOf(lax));
        const some = run(world, termsOf(strict));
        told += some.length;
        taken += all.length - some.length;
        const most = stepsBySubject(all);
        for (const [subject, steps] of stepsBySubject(some)) {
          const before = most.get(subject) ?? [];
          // Of reports the first: a coarser one may change when a finer one does not.
          const counted = subject.startsWith('launch-report') ? steps.slice(0, 1) : steps;
          counted.forEach((step, k) => {
            const sooner = `seed ${seed}: number ${k + 1} of ${subject}`;
            expect(before[k] ?? Number.POSITIVE_INFINITY, sooner).toBeLessThanOrEqual(step);
          });
        }
      }),
      RUNS,
    );
    // Neither is empty, or nothing was compared.
    expect(told).toBeGreaterThan(0);
    expect(taken).toBeGreaterThan(0);
  });

  test('lets go, from one memory, only what the other lets go, no surer and with no field more', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { lax, strict, world } = drawn(seed);
        run(world, termsOf(strict), (memory, draft, decision, now) => {
          const item = goneOf(decision);
          if (item === null) return;
          compared += 1;
          const under = decide(memory, draft, termsOf(lax), now);
          const name = `seed ${seed}: ${subjectOf(item)} at ${now}`;
          // The partner holds the very words already.
          if (under.outcome === 'not-due' && under.because === 'unchanged') return;
          const other = goneOf(under);
          if (other === null) throw new Error(`${name}: ${JSON.stringify(under).slice(0, 200)}`);
          expect(more(item, other), name).toEqual([]);
        });
      }),
      RUNS,
    );
    expect(compared).toBeGreaterThan(0);
  });
});

/** What a decision lets go, at once or after its delay; else null. */
function goneOf(decision: Decision): Item | null {
  if (decision.outcome === 'release') return decision.released.item;
  const isHeld = decision.outcome === 'not-due' && decision.because === 'delayed';
  return isHeld ? (decision.memory.held.at(-1)?.item ?? null) : null;
}
