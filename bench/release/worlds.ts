// SPDX-License-Identifier: Apache-2.0
// Pairs of worlds that agree in all that may be known of them and differ in what may not: where in
// its tick, cell or step a value lies, which sensor saw it and when it came, local identifiers, how
// much is withheld, and in which order things came. A script says what both worlds share; a world is
// the script told with secrets of its own.

import {
  addSeconds,
  createRandom,
  geodeticFromDegrees,
  type Instant,
  instant,
  instantFromIso,
  type Random,
} from '@isthmus/earth';
import type { Estimate, FlightPhase, Item, LaunchReport, SourceKind } from '@isthmus/picture';
import type { Clause, Draft, Terms } from '@isthmus/release';
import {
  type AreaClass,
  areaIn,
  drawAreaClass,
  drawStateClass,
  estimateIn,
  sigmaIn,
  timeIn,
  within,
} from './cells.ts';
import { type DrawnTerms, drawTerms, EAST, GULF, WEST } from './terms.ts';

/** What the partner must not learn of one draft, for planted leaks to leak. */
export interface Secret {
  readonly sensor: string;
  readonly arrivedUs: number;
}

export interface Said {
  readonly draft: Draft;
  readonly secret: Secret;
}

export interface World {
  readonly terms: Terms;
  readonly turns: readonly { readonly now: Instant; readonly said: readonly Said[] }[];
}

const START = instantFromIso('2012-06-01T12:00:00Z');
const DEGREE = Math.PI / 180;

/** Tells one thing of the script, with the secrets of one world. */
type Teller = (random: Random, local: (name: string) => string, now: Instant) => Draft;

interface Script {
  readonly drawn: DrawnTerms;
  readonly turns: readonly { readonly now: Instant; readonly tellers: readonly Teller[] }[];
}

/** Two worlds that a partner must not be able to tell apart. */
export function drawPair(random: Random, pool: readonly DrawnTerms[]): readonly [World, World] {
  const script = drawScript(random, pool[random.integer(pool.length)] as DrawnTerms);
  return [tell(script, random), tell(script, random)];
}

/** Terms of many kinds, made once: reading an agreement costs more than a world does. */
export function drawPool(random: Random, count: number): DrawnTerms[] {
  return Array.from({ length: count }, () => drawTerms(random));
}

/** What both worlds share. */
function drawScript(random: Random, drawn: DrawnTerms): Script {
  const { clause } = drawn;
  const names = ['a', 'b'].slice(0, 1 + random.integer(2));
  const objects = names.map((name) => ({ name, facts: factsOf(random, clause), base: null }));
  const turns: { now: Instant; tellers: Teller[] }[] = [];
  let now = START;
  for (let k = 0; k < 3; k += 1) {
    now = addSeconds(now, 1 + random.integer(Math.ceil(1.5 * clause.tickS)));
    const tellers = objects.flatMap((object) => tellersOf(random, object, { drawn, now }));
    if (random.chance(1, 4)) tellers.push(coverageTeller(random, now));
    turns.push({ now, tellers });
  }
  return { drawn, turns };
}

interface Facts {
  readonly phase: FlightPhase;
  readonly source: SourceKind;
  readonly launch: AreaClass;
  readonly impact: AreaClass;
}

interface Shared {
  readonly name: string;
  readonly facts: Facts;
  /** The last state of which a tracklet could follow. */
  base: Estimate | null;
}

function factsOf(random: Random, clause: Clause): Facts {
  const phases =
    clause.tickS <= 5 ? (['boost', 'coast', 'reentry'] as const) : (['coast'] as const);
  return {
    phase: phases[random.integer(phases.length)] as FlightPhase,
    source: random.chance(1, 2) ? 'radar' : 'infrared',
    launch: drawAreaClass(random, clause.gridKm.report),
    impact: drawAreaClass(random, clause.gridKm.report),
  };
}

/** What is said of one event in one turn: at most one word of warning and one of its track. */
function tellersOf(
  random: Random,
  object: Shared,
  given: { readonly drawn: DrawnTerms; readonly now: Instant },
): Teller[] {
  const { category } = given.drawn;
  const tellers: Teller[] = [];
  const warns = random.integer(8);
  if (warns === 0) {
    tellers.push((secret, local) =>
      draftOf(secret, { kind: 'withdrawal', event: local(object.name), reason: 'false' }, category),
    );
  } else if (warns < 6) tellers.push(reportTeller(random, object, given));
  if (random.chance(1, 8)) {
    tellers.push((secret, local) => {
      const names = { track: local(`${object.name} track`), event: local(object.name) };
      return draftOf(secret, { kind: 'drop', ...names, reason: 'lost' }, category);
    });
  } else if (random.chance(3, 4)) tellers.push(stateTeller(random, object, given));
  if (random.chance(1, 10)) {
    const serial = random.integer(1000);
    tellers.push((secret) => draftOf(secret, { kind: 'test', serial }, category));
  }
  return tellers;
}

/** A report: each number somewhere in a class that both worlds share. */
function reportTeller(
  random: Random,
  { name, facts }: Shared,
  { drawn, now }: { readonly drawn: DrawnTerms; readonly now: Instant },
): Teller {
  const { clause, category } = drawn;
  const { tickS } = clause;
  const time = (from: Random, aheadS: number) => ({
    tick: Math.floor(now / (tickS * 1e6)) + Math.round(aheadS / tickS),
    count: 4 + from.integer(30),
  });
  const launch = random.chance(7, 8) ? time(random, -100) : null;
  const impact = random.chance(1, 2) ? time(random, 600) : null;
  const azimuth = random.chance(3, 4)
    ? { degree: random.integer(360), count: 4 + random.integer(60) }
    : null;
  const objects = 1 + random.integer(3);
  const stages = ['cue', 'tracked', 'confirmed', 'concluded'] as const;
  const assessment = stages[random.integer(4)] as LaunchReport['assessment'];
  const gives = clause.impactRegions === true;
  const steps = { step: tickS / 10, error: tickS };
  return (secret, local) => {
    const impactOf = gives ? impact : secret.chance(1, 2) ? time(secret, 600) : null;
    const item: LaunchReport = {
      kind: 'launch-report',
      event: local(name),
      update: 1 + secret.integer(50),
      final: assessment === 'concluded',
      launchTime: launch && timeIn(secret, launch.tick, tickS),
      launchTimeSigmaS: launch && sigmaIn(secret, { ...steps, count: launch.count }),
      launchArea: launch && areaIn(secret, facts.launch),
      azimuthRad: azimuth && (azimuth.degree + within(secret, 1)) * DEGREE,
      azimuthSigmaRad: azimuth && azimuthSigmaIn(secret, azimuth.count),
      objectCountAtLeast: objects,
      impactArea: impactOf && areaIn(secret, facts.impact),
      impactTime: impactOf && timeIn(secret, impactOf.tick, tickS),
      impactTimeSigmaS: impactOf && sigmaIn(secret, { ...steps, count: impactOf.count }),
      sources: secret.chance(1, 2) ? ['radar', 'infrared'] : ['infrared', 'radar', 'infrared'],
      assessment,
    };
    return draftOf(secret, item, category);
  };
}

/** The step of an azimuth's sigma: a tenth of a degree, in whole units of 1e-7 rad. */
function azimuthSigmaIn(secret: Random, count: number): number {
  return sigmaIn(secret, { count, step: 17_453e-7, error: DEGREE });
}

/** A state: of a track somewhere in its cell, tick and lattice; of a tracklet as it is. */
function stateTeller(
  random: Random,
  object: Shared,
  { drawn, now }: { readonly drawn: DrawnTerms; readonly now: Instant },
): Teller {
  const { clause, category } = drawn;
  const { phase, source } = object.facts;
  const tick = Math.floor(now / (clause.tickS * 1e6));
  const looks = 1 + random.integer(12);
  const gridKm = clause.gridKm.track;
  const given = { tickS: clause.tickS, tick, isPowered: phase !== 'coast' };
  const cls = drawStateClass(random, { ...given, gridKm: gridKm === 0 ? 1 : gridKm });
  const exact = estimateIn(random, cls, now);
  const common = (local: (name: string) => string) => ({
    track: local(`${object.name} track`),
    event: local(object.name),
    source,
    phase,
    looks,
  });
  const makes = random.integer(3);
  const { base } = object;
  if (makes === 0 || (makes === 2 && (base === null || base.time >= exact.time))) {
    object.base = exact;
    return (secret, local) => {
      const item: Item = { kind: 'rebase', ...common(local), epoch: 1, estimate: exact };
      return draftOf(secret, item, category);
    };
  }
  if (makes === 2 && base !== null) {
    object.base = exact;
    return (secret, local, at) => {
      const from = { epoch: 1, base: base.time, estimate: exact };
      const draft = draftOf(secret, { kind: 'tracklet', ...common(local), ...from }, category);
      // The full estimate behind a tracklet: only its time has to be that of the tracklet.
      return { ...draft, current: { ...estimateIn(secret, cls, at), time: exact.time } };
    };
  }
  return (secret, local, at) => {
    const estimate = gridKm === 0 ? exact : estimateIn(secret, cls, at);
    return draftOf(secret, { kind: 'track', ...common(local), estimate }, category);
  };
}

/** A report that nothing was seen, its numbers somewhere in their steps. */
function coverageTeller(random: Random, now: Instant): Teller {
  const everyUs = GULF.everyS * 1e6;
  const period = Math.floor(now / everyUs) - random.integer(2);
  const [height, tenths] = [1 + random.integer(40), 1 + random.integer(8)];
  const isSeen = random.chance(2, 3);
  return (secret, _local, at) => {
    const room = Math.min(at - period * everyUs, 0.9 * everyUs);
    const item: Item = {
      kind: 'coverage-report',
      objectClass: 'medium-range',
      from: instant((period - 1) * everyUs - Math.floor(secret.uniform() * 0.9 * everyUs)),
      until: instant(period * everyUs + Math.floor(secret.uniform() * room)),
      state: isSeen ? 'nothing-seen' : 'not-covered',
      leastHeightM: isSeen ? (height - 0.5 + within(secret, 1)) * 10_000 : null,
      detectionProbability: isSeen ? (tenths + 0.5 + within(secret, 1)) / 10 : null,
    };
    return { ...draftOf(secret, item, 'launch'), coverage: GULF.id };
  };
}

function draftOf(secret: Random, item: Item, category: Draft['category']): Draft {
  // Somewhere in the region of the clause, which every clause with one has around this point.
  const region = geodeticFromDegrees(20 + 3 * secret.normal(), 62 + 3 * secret.normal());
  return { item, category, region, current: null, mode: 'exercise' };
}

/** The script with secrets of its own. */
function tell(script: Script, random: Random): World {
  const { drawn } = script;
  const secret = random.fork(`${random.integer(2 ** 32)}`);
  const prefix = `${secret.integer(1e6)}-`;
  const local = (name: string): string => `${prefix}${name}`;
  const turns = script.turns.map(({ now, tellers }) => {
    const drafts = tellers.map((teller) => teller(secret, local, now));
    for (let i = secret.integer(4); i > 0; i -= 1) drafts.push(withheld(secret, drawn, now));
    // The order of arrival.
    const said = drafts
      .map((draft) => ({ draft, key: secret.uniform(), secret: secretOf(secret, now) }))
      .sort((a, b) => a.key - b.key);
    return { now, said };
  });
  // A keyed hash is a random function to whoever has no key: the same for the same thing.
  const identify = (id: string): string =>
    publicName(id.startsWith(prefix) ? id.slice(prefix.length) : `withheld ${id}`);
  const { agreement, agreementHash } = drawn;
  return { terms: { agreement, from: WEST, to: EAST, agreementHash, identify }, turns };
}

function secretOf(secret: Random, now: Instant): Secret {
  return { sensor: `radar-${secret.integer(9)}`, arrivedUs: now - secret.integer(900_000) };
}

/** 16 bytes that stand for a name, in no order of the names. */
function publicName(name: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  }
  const word = hash.toString(16).padStart(8, '0');
  return `${word}${word}${word}${word}`;
}

/** States of bodies that are not spoken of. */
const STRANGERS: readonly Estimate[] = Array.from({ length: 50 }, (_, i) => {
  const random = createRandom(`stranger ${i}`);
  const given = { gridKm: 5, tickS: 1, tick: START / 1e6, isPowered: false };
  return estimateIn(random, drawStateClass(random, given), START);
});

/** Something that must not go, of an event or track of its own, or spoiled. */
function withheld(secret: Random, drawn: DrawnTerms, now: Instant): Draft {
  const [track, event] = [`x${secret.integer(1e6)}`, `y${secret.integer(1e6)}`];
  const estimate = STRANGERS[secret.integer(STRANGERS.length)] as Estimate;
  const common = { track, event, source: 'radar', phase: 'coast', looks: 3, estimate } as const;
  const category = drawn.category;
  const of = (item: Item, change: Partial<Draft> = {}): Draft => ({
    ...draftOf(secret, item, category),
    ...change,
  });
  switch (secret.integer(8)) {
    case 0:
      return of({ kind: 'track', ...common }, { category: 'undetermined' });
    case 1:
      return of({ kind: 'track', ...common }, { category: 'space-object' });
    case 2:
      return of({ kind: 'track', ...common }, { mode: 'live' });
    case 3:
      return of({ kind: 'drop', track, event, reason: 'false' });
    case 4:
      return of({ kind: 'withdrawal', event, reason: 'false' });
    case 5:
      return of({ kind: 'tracklet', ...common, epoch: 1, base: instant(now - 5_000_000) });
    case 6:
      return of({ ...common, kind: 'track', sensors: ['radar-7'] } as Item);
    default:
      return of({ kind: 'track', ...common, looks: -1 });
  }
}
