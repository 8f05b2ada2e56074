// SPDX-License-Identifier: Apache-2.0
// What a new version of an agreement gives that the old one did not, and what it takes away: term by
// term, in the direction in which more is known of the giver.

import { instantFromIso } from '@isthmus/earth';
import type { Agreement, Clause, CoverageClause } from './agreement.ts';
import type { Region } from './agreement-parts.ts';
import { CATEGORY_WORDS } from './agreement-words.ts';
import { type AgreementChange, dutyChanges, type Effect } from './duty-changes.ts';
import { LIMITS } from './limits.ts';
import { dateWords, listed, regionWords, secondsWords } from './plain-words.ts';
import { holdsRegion } from './region-relation.ts';

export type { AgreementChange, Effect };

/** Changes from `before` to `after`: of the whole first, then clause by clause. */
export function compareAgreements(before: Agreement, after: Agreement): AgreementChange[] {
  const changes: AgreementChange[] = [...generalChanges(before, after)];
  changes.push(
    ...pairwise(before.clauses, after.clauses, {
      of: ({ category }) => category,
      added,
      removed,
      changed: clauseChanges,
    }),
    ...pairwise(before.coverage ?? [], after.coverage ?? [], {
      of: () => '',
      added: coverageAdded,
      removed: coverageRemoved,
      changed: coverageChanges,
    }),
    ...dutyChanges(before, after),
  );
  return changes;
}

interface Named {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

interface Placed extends Named {
  readonly region?: Region;
}

/**
 * What became of each clause: its counterpart is the one of that name for the same things, else one for
 * the same things; `of` says which things.
 */
function pairwise<T extends Named>(
  before: readonly T[],
  after: readonly T[],
  say: {
    readonly of: (one: T) => string;
    readonly added: (now: T) => AgreementChange;
    readonly removed: (old: T) => AgreementChange;
    readonly changed: (old: T, now: T) => readonly AgreementChange[];
  },
): AgreementChange[] {
  const left = [...before];
  const changes = after.flatMap((now) => {
    const isSame = (one: T): boolean =>
      one.from === now.from && one.to === now.to && say.of(one) === say.of(now);
    const named = left.findIndex((one) => one.id === now.id && isSame(one));
    const at = named === -1 ? left.findIndex(isSame) : named;
    const old = at === -1 ? undefined : left.splice(at, 1)[0];
    return old === undefined ? [say.added(now)] : say.changed(old, now);
  });
  return [...changes, ...left.map(say.removed)];
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

function told({ from, to, id }: Named, effect: Effect, says: string): AgreementChange {
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
  return [...changes, ...regionChanges(before, after, whatOf(after)), ...renamed(before, after)];
}

function regionChanges(before: Placed, after: Placed, what: string): AgreementChange[] {
  const [old, now] = [before.region, after.region];
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  const says = `${what}; was ${old === undefined ? 'anywhere' : regionWords(old)}`;
  const effect = holdsRegion(now, old) ? 'gives' : holdsRegion(old, now) ? 'takes' : 'changes';
  return [told(after, effect, says)];
}

function renamed(before: Named, after: Named): AgreementChange[] {
  if (before.id === after.id) return [];
  return [told(after, 'changes', `what goes is marked ${after.id}; was ${before.id}`)];
}

const coverageOf = ({ region, objectClasses, everyS }: CoverageClause): string =>
  `coverage ${regionWords(region)}, of ${listed(objectClasses)}, each ${secondsWords(everyS)}`;

function coverageAdded(clause: CoverageClause): AgreementChange {
  return told(clause, 'gives', `${coverageOf(clause)}; was nothing`);
}

function coverageRemoved(clause: CoverageClause): AgreementChange {
  return told(clause, 'takes', `nothing of coverage; was ${coverageOf(clause)}`);
}

function coverageChanges(before: CoverageClause, after: CoverageClause): AgreementChange[] {
  const changes: AgreementChange[] = [];
  for (const [effect, now, old] of [
    ['gives', after, before],
    ['takes', before, after],
  ] as const) {
    const classes = now.objectClasses.filter((name) => !old.objectClasses.includes(name));
    if (classes.length === 0) continue;
    const word = effect === 'gives' ? 'now' : 'no longer';
    changes.push(told(after, effect, `coverage ${word} of ${listed(classes)}`));
  }
  if (before.everyS !== after.everyS) {
    const says = `period of coverage: ${secondsWords(after.everyS)}; was ${secondsWords(before.everyS)}`;
    changes.push(told(after, after.everyS < before.everyS ? 'gives' : 'takes', says));
  }
  const where = `coverage ${regionWords(after.region)}`;
  return [...changes, ...regionChanges(before, after, where), ...renamed(before, after)];
}
