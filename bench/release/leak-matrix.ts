// SPDX-License-Identifier: Apache-2.0
// Every cell of kinds of item x categories x levels x receivers x modes x places x validity x impact
// regions: what the gate lets go in it is judged on its bytes by code that shares nothing with it.

import {
  addSeconds,
  createRandom,
  geodeticFromDegrees,
  type Instant,
  instant,
  instantFromIso,
  type Random,
} from '@isthmus/earth';
import type { EventCategory, Item, ItemKind } from '@isthmus/picture';
import {
  type Agreement,
  canonicalAgreement,
  createMemory,
  type Draft,
  decide,
  type GateMemory,
  type Released,
  releaseDue,
  type Terms,
} from '@isthmus/release';
import { encode } from '@isthmus/wire';
import { areaIn, drawAreaClass, drawStateClass, estimateIn } from './cells.ts';
import { type Asked, judgeBytes } from './judge.ts';
import { agreementOf, EAST, hashOf, WEST } from './terms.ts';

const KINDS: readonly ItemKind[] = [
  'launch-report',
  'track',
  'rebase',
  'tracklet',
  'drop',
  'withdrawal',
  'coverage-report',
  'test',
];
const CATEGORIES: readonly EventCategory[] = ['launch', 'aircraft', 'space-object', 'undetermined'];
/** Level of the launch clause; null where there is none. That of aircraft is always `report`. */
const LEVELS = [null, 'report', 'track', 'tracklet', 'plot'] as const;
const RECEIVERS = ['partner', 'other way', 'stranger', 'itself'] as const;
const MODES = ['exercise', 'live'] as const;
const PLACES = ['no region', 'inside', 'outside', 'unknown'] as const;
const VALIDITIES = ['in force', 'not yet', 'no longer'] as const;

export interface Cell {
  readonly kind: ItemKind;
  readonly category: EventCategory;
  readonly level: (typeof LEVELS)[number];
  readonly receiver: (typeof RECEIVERS)[number];
  readonly mode: (typeof MODES)[number];
  readonly place: (typeof PLACES)[number];
  readonly validity: (typeof VALIDITIES)[number];
  readonly impact: boolean;
}

export function allCells(): Cell[] {
  return KINDS.flatMap((kind) =>
    CATEGORIES.flatMap((category) =>
      LEVELS.flatMap((level) =>
        RECEIVERS.flatMap((receiver) =>
          MODES.flatMap((mode) =>
            PLACES.flatMap((place) =>
              VALIDITIES.flatMap((validity) =>
                [true, false].map((impact): Cell => {
                  return { kind, category, level, receiver, mode, place, validity, impact };
                }),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Cells in which at most one thing speaks against a release. */
export function nearCells(): Cell[] {
  return allCells().filter(({ category, receiver, mode, place, validity }) => {
    const against = [
      category !== 'launch',
      receiver !== 'partner',
      mode !== 'exercise',
      place === 'outside' || place === 'unknown',
      validity !== 'in force',
    ];
    return against.filter(Boolean).length <= 1;
  });
}

/** The way an item takes in a trial: the gate, and the encoding; each can be one with a leak. */
export interface Way {
  readonly decide: typeof decide;
  readonly bytesOf: (released: Released, draft: Draft) => Uint8Array;
}

export const SHIPPED_WAY: Way = { decide, bytesOf: (released) => encode(released).bytes };

export interface LeakMatrix {
  readonly cells: number;
  /** Items of which the judge says that they may not have gone. */
  readonly leaks: number;
  /** Cells in which something went; a matrix in which nothing goes shows nothing. */
  readonly releasing: number;
  readonly firstLeak: string | null;
}

export function leakMatrix(
  { seed, cells }: { readonly seed: number; readonly cells: readonly Cell[] },
  way: Way = SHIPPED_WAY,
): LeakMatrix {
  const found = { leaks: 0, releasing: 0, first: null as string | null };
  cells.forEach((cell, i) => {
    const said = runCell(cell, createRandom(`cell ${seed} ${i}`), way);
    if (said.released > 0) found.releasing += 1;
    if (said.leaks.length === 0) return;
    found.leaks += said.leaks.length;
    found.first ??= `${JSON.stringify(cell)}: ${said.leaks.join('; ')}`;
  });
  const { leaks, releasing, first } = found;
  return { cells: cells.length, leaks, releasing, firstLeak: first };
}

const START = instantFromIso('2012-06-01T12:00:00Z');
const EVENT = { local: 'event 7', hex: 'e7'.repeat(16) };
const TRACK = { local: 'track 9', hex: 'a9'.repeat(16) };

/** What leads up to the item of the cell and the item, each put to the gate and judged. */
function runCell(
  cell: Cell,
  random: Random,
  way: Way,
): { readonly released: number; readonly leaks: string[] } {
  const setting = settingOf(cell);
  const { terms } = setting;
  let memory: GateMemory = createMemory();
  let now: Instant = setting.from;
  const before: string[] = [];
  const leaks: string[] = [];
  let released = 0;
  const judge = (out: Released, draft: Draft): void => {
    released += 1;
    const asked = askedOf(cell, setting, { now, before: [...before] });
    leaks.push(...judgeBytes(way.bytesOf(out, draft), asked));
    before.push(out.item.kind);
  };
  let base = now;
  for (const kind of [...LEADS[cell.kind], cell.kind]) {
    // Longer than tick and delay together.
    now = addSeconds(now, 30 + random.integer(5));
    const item = itemOf(kind, random, { now, base });
    if ('estimate' in item) base = item.estimate.time;
    const draft = draftOf(item, cell);
    const decision = way.decide(memory, draft, terms, now);
    memory = decision.memory;
    if (decision.outcome === 'release') judge(decision.released, draft);
    now = addSeconds(now, 10);
    const due = releaseDue(memory, terms, now);
    memory = due.memory;
    for (const out of due.released) judge(out, draft);
  }
  return { released, leaks };
}

/** What has to have gone for the item to have something to follow. */
const LEADS: Readonly<Record<ItemKind, readonly ItemKind[]>> = {
  'launch-report': [],
  track: [],
  rebase: [],
  tracklet: ['rebase'],
  drop: ['track'],
  withdrawal: ['launch-report'],
  'coverage-report': [],
  test: [],
};

interface Setting {
  readonly agreement: Agreement;
  readonly document: string;
  readonly terms: Terms;
  readonly from: Instant;
}

const settings = new Map<string, Setting>();

function settingOf(cell: Cell): Setting {
  const { level, receiver, place, validity, impact } = cell;
  const key = JSON.stringify([level, receiver, place !== 'no region', validity, impact]);
  const known = settings.get(key);
  if (known !== undefined) return known;
  const clause = (category: string, of: string) => ({
    id: `west-${category}`,
    from: WEST,
    to: EAST,
    category,
    level: of,
    impactRegions: impact,
    tickS: 5,
    gridKm: { report: 50, track: 5 },
    delayS: impact ? 0 : 7,
    accuracyFloor: { positionM: 2000, velocityMps: 20 },
    ...(place !== 'no region' && {
      region: { kind: 'box', southDeg: 10, northDeg: 30, westDeg: -180, eastDeg: 180 },
    }),
  });
  const clauses = [
    clause('aircraft', 'report'),
    ...(level === null ? [] : [clause('launch', level)]),
  ];
  const agreement = agreementOf(clauses);
  const parties = {
    partner: { from: WEST, to: EAST },
    'other way': { from: EAST, to: WEST },
    stranger: { from: WEST, to: 'north' },
    itself: { from: WEST, to: WEST },
  }[receiver];
  const identify = (id: string): string =>
    id === EVENT.local ? EVENT.hex : id === TRACK.local ? TRACK.hex : '';
  const terms = { agreement, ...parties, agreementHash: hashOf(agreement), identify };
  const years = { 'in force': 0, 'not yet': -3, 'no longer': 30 }[validity];
  const from = addSeconds(START, years * 365.25 * 86_400);
  const setting = { agreement, document: canonicalAgreement(agreement), terms, from };
  settings.set(key, setting);
  return setting;
}

const LATITUDE_DEG = { 'no region': 50, inside: 20, outside: 50, unknown: null };

function askedOf(
  cell: Cell,
  { document, terms }: Setting,
  said: { readonly now: Instant; readonly before: readonly string[] },
): Asked {
  return {
    document,
    agreementHash: terms.agreementHash,
    giver: terms.from,
    receiver: terms.to,
    mode: cell.mode,
    category: cell.category,
    latitudeDeg: LATITUDE_DEG[cell.place],
    atUs: said.now,
    event: EVENT.hex,
    track: TRACK.hex,
    before: said.before,
  };
}

function draftOf(item: Item, { category, mode, place }: Cell): Draft {
  const latitudeDeg = LATITUDE_DEG[place];
  const region = latitudeDeg === null ? null : geodeticFromDegrees(latitudeDeg, 62);
  const current = 'estimate' in item ? item.estimate : null;
  const coverage = item.kind === 'coverage-report' ? { coverage: 'west-gulf' } : {};
  return { item, category, region, current, mode, ...coverage };
}

/** A well-formed item, finer in everything than any clause gives. */
function itemOf(
  kind: ItemKind,
  random: Random,
  { now, base }: { readonly now: Instant; readonly base: Instant },
): Item {
  const event = EVENT.local;
  const at = (aheadS: number): Instant =>
    instant(Math.round(now + (aheadS + 3 * random.normal()) * 1e6));
  const state = () => {
    const given = { gridKm: 1, tickS: 1, tick: Math.floor(now / 1e6) - 1, isPowered: false };
    const estimate = estimateIn(random, drawStateClass(random, given), now);
    return {
      track: TRACK.local,
      event,
      source: 'radar',
      phase: 'coast',
      looks: 9,
      estimate,
    } as const;
  };
  switch (kind) {
    case 'launch-report':
      return {
        kind,
        event,
        update: 1,
        final: false,
        launchTime: at(-100),
        launchTimeSigmaS: 1 + random.uniform(),
        launchArea: areaIn(random, drawAreaClass(random, 1)),
        azimuthRad: 6 * random.uniform(),
        azimuthSigmaRad: random.uniform(),
        objectCountAtLeast: 1 + random.integer(5),
        impactArea: areaIn(random, drawAreaClass(random, 1)),
        impactTime: at(500),
        impactTimeSigmaS: 20 * random.uniform(),
        sources: ['radar'],
        assessment: 'tracked',
      };
    case 'track':
      return { kind, ...state() };
    case 'rebase':
      return { kind, ...state(), epoch: 1 };
    case 'tracklet':
      return { kind, ...state(), epoch: 1, base };
    case 'drop':
      return { kind, track: TRACK.local, event, reason: 'lost' };
    case 'withdrawal':
      return { kind, event, reason: 'false' };
    case 'coverage-report':
      return {
        kind,
        objectClass: random.chance(1, 2) ? 'medium-range' : 'long-range',
        from: instant(now - 1_500_000_000),
        until: instant(now - 1_000_000),
        state: 'nothing-seen',
        leastHeightM: 100_000 * random.uniform(),
        detectionProbability: 0.5 + 0.4 * random.uniform(),
      };
    case 'test':
      return { kind, serial: 1 + random.integer(1000) };
  }
}
