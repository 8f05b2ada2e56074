// SPDX-License-Identifier: Apache-2.0
// What a new version of an agreement gives that the old one did not, and what it takes away: term by
// term, in the direction in which more is known of the giver.

import { geodesicDistanceM, geodeticFromDegrees, instantFromIso } from '@isthmus/earth';
import { type Agreement, type Clause, holdsLongitude, type Region } from './agreement.ts';
import { CATEGORY_WORDS, dateWords, regionWords, secondsWords } from './agreement-words.ts';
import { LIMITS } from './limits.ts';

/** `gives`: more goes, finer or sooner. `takes`: less. `changes`: neither of the two for certain. */
export type Effect = 'gives' | 'takes' | 'changes';

export interface AgreementChange {
  readonly effect: Effect;
  /** Who gives more or less, to whom; null for what is of the whole agreement. */
  readonly direction: { readonly from: string; readonly to: string } | null;
  /** Id of the clause in the new version, or in the old one where it is gone; null likewise. */
  readonly clause: string | null;
  /** One sentence with the old term and the new one. */
  readonly says: string;
}

/** Changes from `before` to `after`: of the whole first, then clause by clause. */
export function compareAgreements(before: Agreement, after: Agreement): AgreementChange[] {
  const changes: AgreementChange[] = [...generalChanges(before, after)];
  const left = [...before.clauses];
  for (const clause of after.clauses) {
    const at = counterpart(left, clause);
    const old = at === -1 ? null : (left.splice(at, 1)[0] ?? null);
    changes.push(...(old === null ? [added(clause)] : clauseChanges(old, clause)));
  }
  return [...changes, ...left.map(removed)];
}

/** The clause of that name for the same things; else one for the same things. */
function counterpart(clauses: readonly Clause[], clause: Clause): number {
  const isSame = (one: Clause): boolean =>
    one.from === clause.from && one.to === clause.to && one.category === clause.category;
  const named = clauses.findIndex((one) => one.id === clause.id && isSame(one));
  return named === -1 ? clauses.findIndex(isSame) : named;
}

function generalChanges(before: Agreement, after: Agreement): AgreementChange[] {
  const of = (effect: Effect, says: string): AgreementChange[] => [
    { effect, direction: null, clause: null, says },
  ];
  const changes: AgreementChange[] = [];
  const parties = [before, after].map((one) => one.parties.toSorted().join(' and '));
  if (parties[0] !== parties[1]) {
    changes.push(...of('changes', `between ${parties[1]}; was between ${parties[0]}`));
  }
  if (before.mode !== after.mode) {
    changes.push(...of('changes', `for ${after.mode} data; was for ${before.mode} data`));
  }
  for (const end of ['from', 'until'] as const) {
    const [old, now] = [before.validity[end], after.validity[end]];
    if (old === now) continue;
    const isLonger = instantFromIso(now) > instantFromIso(old) === (end === 'until');
    const says = `in force ${end} ${dateWords(now)}; was ${end} ${dateWords(old)}`;
    changes.push(...of(isLonger ? 'gives' : 'takes', says));
  }
  const labels = (one: Agreement) => (one.labels ?? []).map((row) => JSON.stringify(row)).sort();
  if (labels(before).join() !== labels(after).join()) {
    changes.push(...of('changes', 'other markings are equal: agreement show lists them'));
  }
  return changes;
}

function added(clause: Clause): AgreementChange {
  return told(clause, 'gives', `${whatOf(clause)}, at level ${clause.level}; was nothing`);
}

function removed(clause: Clause): AgreementChange {
  return told(clause, 'takes', `nothing of ${whatOf(clause)}; was at level ${clause.level}`);
}

function whatOf({ category, region }: Clause): string {
  return `${CATEGORY_WORDS[category]} ${region === undefined ? 'anywhere' : regionWords(region)}`;
}

function told({ from, to, id }: Clause, effect: Effect, says: string): AgreementChange {
  return { effect, direction: { from, to }, clause: id, says };
}

/** A term as a number that falls as more is given, and as words. */
interface Term {
  readonly name: string;
  readonly holdsBack: (clause: Clause) => number;
  readonly words: (clause: Clause) => string;
}

const LEVELS: readonly Clause['level'][] = ['plot', 'tracklet', 'track', 'report'];

const TERMS: readonly Term[] = [
  {
    name: 'level',
    holdsBack: ({ level }) => LEVELS.indexOf(level),
    words: ({ level }) => level,
  },
  {
    name: 'areas of impact',
    holdsBack: ({ impactRegions }) => (impactRegions === true ? 0 : 1),
    words: ({ impactRegions }) => (impactRegions === true ? 'told' : 'not told'),
  },
  {
    name: 'tick',
    holdsBack: ({ tickS }) => tickS,
    words: ({ tickS }) => secondsWords(tickS),
  },
  {
    name: 'cells of reports',
    holdsBack: ({ gridKm }) => gridKm.report,
    words: ({ gridKm }) => `${gridKm.report} km`,
  },
  {
    name: 'cells of tracks',
    holdsBack: ({ gridKm }) => gridKm.track,
    words: ({ gridKm }) => (gridKm.track === 0 ? 'none' : `${gridKm.track} km`),
  },
  {
    name: 'delay',
    holdsBack: ({ delayS }) => delayS,
    words: ({ delayS }) => (delayS === 0 ? 'none' : secondsWords(delayS)),
  },
  {
    name: 'looks a tracklet',
    holdsBack: ({ looksATracklet = LIMITS.looksATrackletDefault }) => looksATracklet,
    words: ({ looksATracklet = LIMITS.looksATrackletDefault }) => `at least ${looksATracklet}`,
  },
  {
    name: 'floor of positions',
    holdsBack: ({ accuracyFloor }) => accuracyFloor?.positionM ?? 0,
    words: ({ accuracyFloor }) => `${accuracyFloor?.positionM ?? 0} m`,
  },
  {
    name: 'floor of speeds',
    holdsBack: ({ accuracyFloor }) => accuracyFloor?.velocityMps ?? 0,
    words: ({ accuracyFloor }) => `${accuracyFloor?.velocityMps ?? 0} m/s`,
  },
];

function clauseChanges(before: Clause, after: Clause): AgreementChange[] {
  const changes = TERMS.flatMap(({ name, holdsBack, words }) => {
    const [old, now] = [holdsBack(before), holdsBack(after)];
    if (old === now) return [];
    const says = `${name}: ${words(after)}; was ${words(before)}`;
    return [told(after, now < old ? 'gives' : 'takes', says)];
  });
  const [old, now] = [before.region, after.region];
  if (JSON.stringify(old) !== JSON.stringify(now)) {
    const says = `${whatOf(after)}; was ${old === undefined ? 'anywhere' : regionWords(old)}`;
    const effect = holdsRegion(now, old) ? 'gives' : holdsRegion(old, now) ? 'takes' : 'changes';
    changes.push(told(after, effect, says));
  }
  if (before.id !== after.id) {
    changes.push(told(after, 'changes', `what goes is marked ${after.id}; was ${before.id}`));
  }
  return changes;
}

/** True where `outer` holds all of `inner` for certain; undefined is everywhere. */
function holdsRegion(outer: Region | undefined, inner: Region | undefined): boolean {
  if (outer === undefined) return true;
  if (inner === undefined) return false;
  if (outer.kind === 'circle' && inner.kind === 'circle') {
    const [a, b] = [outer, inner].map((one) =>
      geodeticFromDegrees(one.latitudeDeg, one.longitudeDeg),
    ) as [ReturnType<typeof geodeticFromDegrees>, ReturnType<typeof geodeticFromDegrees>];
    return geodesicDistanceM(a, b) + inner.radiusKm * 1000 <= outer.radiusKm * 1000;
  }
  if (outer.kind !== 'box' || inner.kind !== 'box') return false;
  const isBetween = outer.southDeg <= inner.southDeg && inner.northDeg <= outer.northDeg;
  const widthDeg = (box: typeof outer): number => (box.eastDeg - box.westDeg + 360) % 360;
  const fromWestDeg = (inner.westDeg - outer.westDeg + 360) % 360;
  return (
    isBetween &&
    holdsLongitude(outer, inner.westDeg) &&
    holdsLongitude(outer, inner.eastDeg) &&
    fromWestDeg + widthDeg(inner) <= widthDeg(outer)
  );
}
