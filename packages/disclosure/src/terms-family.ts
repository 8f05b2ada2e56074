// SPDX-License-Identifier: Apache-2.0
// The terms among which a recommendation is looked for: the agreement as it stands, then step by
// step coarser in what one party gives. Every step is an agreement that could be signed.

import type { Agreement, Clause } from '@isthmus/release';
import type { KnownTerms } from './received.ts';

/** One member of the family. */
export interface FamilyMember {
  readonly name: string;
  readonly agreement: Agreement;
}

/** A step: what it makes of a clause; a clause that gives less already stays as it is. */
interface Step {
  readonly name: string;
  readonly change: (clause: Clause) => Clause;
}

const LEVELS = ['report', 'track', 'tracklet', 'plot'] as const;

/** Coarser than, or as coarse as, before in every term. */
function coarser(
  clause: Clause,
  to: {
    readonly level?: Clause['level'];
    readonly tickS?: number;
    readonly reportKm?: number;
    readonly trackKm?: number;
    readonly looks?: number;
    readonly delayS?: number;
    readonly floorM?: number;
  },
): Clause {
  const level = to.level ?? clause.level;
  const lower = LEVELS.indexOf(level) < LEVELS.indexOf(clause.level) ? level : clause.level;
  const { looksATracklet, accuracyFloor, ...kept } = clause;
  const looks = Math.max(looksATracklet ?? 0, to.looks ?? 0);
  const positionM = Math.max(accuracyFloor?.positionM ?? 0, to.floorM ?? 0);
  // A floor on the position without one on the velocity would be undone by waiting.
  const velocityMps = Math.max(accuracyFloor?.velocityMps ?? 0, (to.floorM ?? 0) / FLOOR_S);
  return {
    ...kept,
    level: lower,
    tickS: Math.max(clause.tickS, to.tickS ?? 0),
    delayS: Math.max(clause.delayS, to.delayS ?? 0),
    gridKm: {
      report: Math.max(clause.gridKm.report, to.reportKm ?? 0),
      track: Math.max(clause.gridKm.track, to.trackKm ?? 0),
    },
    ...(looks > 0 && lower !== 'report' && lower !== 'track' ? { looksATracklet: looks } : {}),
    ...(positionM > 0 && lower !== 'report' ? { accuracyFloor: { positionM, velocityMps } } : {}),
  };
}

const FLOOR_S = 100;

/** From the least coarse; what comes later reveals no more levels than what comes before. */
const STEPS: readonly Step[] = [
  { name: 'tracklets of at least 16 looks', change: (c) => coarser(c, { looks: 16 }) },
  { name: 'tracklets of at least 64 looks', change: (c) => coarser(c, { looks: 64, tickS: 10 }) },
  {
    name: 'tracklets with a floor of 5 km',
    change: (c) => coarser(c, { looks: 16, tickS: 10, floorM: 5000 }),
  },
  {
    name: 'tracks on a grid of 10 km, every 10 s',
    change: (c) => coarser(c, { level: 'track', trackKm: 10, tickS: 10 }),
  },
  {
    name: 'tracks on a grid of 100 km, every 60 s',
    change: (c) => coarser(c, { level: 'track', trackKm: 100, tickS: 60 }),
  },
  { name: 'launch reports', change: (c) => coarser(c, { level: 'report' }) },
  {
    name: 'launch reports on a grid of 50 km, every 60 s',
    change: (c) => coarser(c, { level: 'report', reportKm: 50, tickS: 60 }),
  },
  {
    name: 'launch reports without impact regions',
    change: (c) => withoutImpact(coarser(c, { level: 'report', reportKm: 50, tickS: 60 })),
  },
];

function withoutImpact(clause: Clause): Clause {
  const { impactRegions, ...kept } = clause;
  return kept;
}

/** The family of an agreement for what `from` gives; the first member is the agreement itself. */
export function termsFamily(agreement: Agreement, from: string): readonly FamilyMember[] {
  const family: FamilyMember[] = [{ name: 'as agreed', agreement }];
  for (const step of STEPS) {
    const clauses = agreement.clauses.map((c) => (c.from === from ? step.change(c) : c));
    const changed: Agreement = { ...agreement, clauses };
    const isNew = family.every((one) => JSON.stringify(one.agreement) !== JSON.stringify(changed));
    if (isNew) family.push({ name: step.name, agreement: changed });
  }
  return family;
}

/** What the partner knows of the terms: the finest of those under which something could come. */
export function knownTerms(agreement: Agreement, from: string): KnownTerms {
  const clauses = agreement.clauses.filter((clause) => clause.from === from);
  const least = (of: (clause: Clause) => number): number =>
    clauses.length === 0 ? 0 : Math.min(...clauses.map(of));
  return {
    trackGridKm: least(({ gridKm }) => gridKm.track),
    floorM: least(({ accuracyFloor }) => accuracyFloor?.positionM ?? 0),
    delayS: least(({ delayS }) => delayS),
    tickS: least(({ tickS }) => tickS),
  };
}
