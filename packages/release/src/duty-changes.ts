// SPDX-License-Identifier: Apache-2.0
// What a new version promises that the old one did not, and the other way round.

import type { Agreement, Clause, CoverageClause } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import type { LatencyDuty, NoticeDuty } from './duties.ts';
import { aboveWords, NOTICE_WORDS, STATED_WORDS } from './duty-words.ts';
import { listed, secondsWords } from './plain-words.ts';

/** `gives`: more goes, finer or sooner. `takes`: less. `changes`: neither of the two for certain. */
export type Effect = 'gives' | 'takes' | 'changes';

export interface AgreementChange {
  readonly effect: Effect;
  /** Who gives more or less, to whom; null for what is of the whole agreement. */
  readonly direction: { readonly from: string; readonly to: string } | null;
  /** Id of the clause or notice in the new version, or in the old one where it is gone; null likewise. */
  readonly clause: string | null;
  /** One sentence with the old term and the new one. */
  readonly says: string;
}

type Place = Pick<AgreementChange, 'direction' | 'clause'>;

/** Changes of the duties and of onward release. */
export function dutyChanges(before: Agreement, after: Agreement): AgreementChange[] {
  return [
    ...onwardChanges(before, after),
    ...latencyChanges(before, after),
    ...noticeChanges(before, after),
    ...retentionChanges(before, after),
    ...boundChanges(
      { direction: null, clause: null },
      {
        name: 'withdrawals',
        old: before.duties?.withdrawal?.withinS,
        now: after.duties?.withdrawal?.withinS,
        words: (withinS) => `within ${secondsWords(withinS)}`,
      },
    ),
  ];
}

/** One bound of which a smaller one gives more, and none is the least. */
function boundChanges(
  place: Place,
  bound: {
    readonly name: string;
    readonly old: number | undefined;
    readonly now: number | undefined;
    readonly words: (value: number) => string;
  },
): AgreementChange[] {
  const { name, old, now, words } = bound;
  if (old === now) return [];
  const [was, is] = [old, now].map((value) =>
    value === undefined ? 'not promised' : words(value),
  );
  const gives = (now ?? Number.POSITIVE_INFINITY) < (old ?? Number.POSITIVE_INFINITY);
  return [{ ...place, effect: gives ? 'gives' : 'takes', says: `${name}: ${is}; was ${was}` }];
}

/** Words that came into a list, and words that left it. */
function wordChanges<T extends string>(
  place: Place,
  list: {
    readonly old: readonly T[];
    readonly now: readonly T[];
    readonly name: string;
    readonly words: (one: T) => string;
  },
): AgreementChange[] {
  const { old, now, name, words } = list;
  const come = now.filter((one) => !old.includes(one)).map(words);
  const gone = old.filter((one) => !now.includes(one)).map(words);
  return [
    ...(come.length === 0
      ? []
      : [{ ...place, effect: 'gives', says: `${name} ${listed(come)}` } as const]),
    ...(gone.length === 0
      ? []
      : [{ ...place, effect: 'takes', says: `no more ${name} ${listed(gone)}` } as const]),
  ];
}

function onwardChanges(before: Agreement, after: Agreement): AgreementChange[] {
  const toOf = ({ onwardRelease: rules }: Agreement, of: string): readonly string[] =>
    rules === 'never' ? [] : (rules.find((one) => one.of === of)?.to ?? []);
  return after.parties.flatMap((of) =>
    wordChanges(placeOf(after, of), {
      old: toOf(before, of),
      now: toOf(after, of),
      name: `onward release of what ${of} gives, to`,
      words: (party) => party,
    }),
  );
}

/** What a party gives, to the other. */
function placeOf({ parties }: Agreement, from: string): Place {
  return { direction: { from, to: otherParty(parties, from) }, clause: null };
}

const LATENCY_NAMES: Readonly<Record<LatencyDuty['of'], string>> = {
  report: 'first report after the launch',
  state: 'states after their last look',
  coverage: 'coverage after its period',
};

function latencyChanges(before: Agreement, after: Agreement): AgreementChange[] {
  // Each is about a clause of its agreement: `parseAgreement` made sure of it.
  const clauseOf = (id: string) =>
    [after, before]
      .flatMap(({ clauses, coverage = [] }) => [...clauses, ...coverage])
      .find((clause) => clause.id === id) as Clause | CoverageClause;
  const all = [...(after.duties?.latency ?? []), ...(before.duties?.latency ?? [])];
  const keys = new Map(all.map((one) => [`${one.clause} ${one.of}`, one]));
  return [...keys.values()].flatMap(({ clause: id, of }) => {
    const { from, to } = clauseOf(id);
    const within = ({ duties }: Agreement): number | undefined =>
      duties?.latency?.find((one) => one.clause === id && one.of === of)?.withinS;
    const place = { direction: { from, to }, clause: id };
    return boundChanges(place, {
      name: LATENCY_NAMES[of],
      old: within(before),
      now: within(after),
      words: (withinS) => `within ${secondsWords(withinS)}`,
    });
  });
}

function noticeChanges(before: Agreement, after: Agreement): AgreementChange[] {
  const left = [...(before.duties?.notices ?? [])];
  const changes = (after.duties?.notices ?? []).flatMap((now) => {
    const at = left.findIndex(({ id, from }) => id === now.id && from === now.from);
    const old = at === -1 ? undefined : left.splice(at, 1)[0];
    const place = { direction: { from: now.from, to: now.to }, clause: now.id };
    if (old !== undefined) return changesOfNotice(place, old, now);
    return [{ ...place, effect: 'gives', says: `${noticeWords(now)}; was not owed` } as const];
  });
  const gone = left.map((old): AgreementChange => {
    const place = { direction: { from: old.from, to: old.to }, clause: old.id };
    return { ...place, effect: 'takes', says: `no longer owed: ${noticeWords(old)}` };
  });
  return [...changes, ...gone];
}

function noticeWords({ of, force }: NoticeDuty): string {
  return `notice of each ${listed(of.map((one) => NOTICE_WORDS[one]))}, ${force}`;
}

const FORCES: readonly NoticeDuty['force'][] = ['binding', 'as-a-rule', 'voluntary'];

function changesOfNotice(place: Place, old: NoticeDuty, now: NoticeDuty): AgreementChange[] {
  const changes: AgreementChange[] = wordChanges(place, {
    old: old.of,
    now: now.of,
    name: 'notice of each',
    words: (one) => NOTICE_WORDS[one],
  });
  if (old.force !== now.force) {
    const effect = FORCES.indexOf(now.force) < FORCES.indexOf(old.force) ? 'gives' : 'takes';
    changes.push({ ...place, effect, says: `force: ${now.force}; was ${old.force}` });
  }
  const [was, is] = [old.aboveKm, now.aboveKm].map((above) =>
    above === undefined ? 'of whatever flies' : aboveWords(above),
  );
  if (was !== is) {
    const effect =
      now.aboveKm === undefined ? 'gives' : old.aboveKm === undefined ? 'takes' : 'changes';
    changes.push({ ...place, effect, says: `owed: ${is}; was ${was}` });
  }
  return [
    ...changes,
    ...wordChanges(place, {
      old: old.states ?? [],
      now: now.states ?? [],
      name: 'said in the notice:',
      words: (one) => STATED_WORDS[one],
    }),
    ...beforeChanges(place, old, now),
    ...boundChanges(place, {
      name: 'report after the launch',
      old: old.afterS,
      now: now.afterS,
      words: (afterS) => `within ${secondsWords(afterS)}`,
    }),
  ];
}

/** An earlier notice gives more; how early it may be at most binds the giver and gives nothing. */
function beforeChanges(place: Place, old: NoticeDuty, now: NoticeDuty): AgreementChange[] {
  const changes: AgreementChange[] = [];
  const [least, leastBefore] = [now.beforeS?.least ?? 0, old.beforeS?.least ?? 0];
  const leadWords = (value: number): string => (value === 0 ? 'not said' : secondsWords(value));
  if (least !== leastBefore) {
    const says = `at least before: ${leadWords(least)}; was ${leadWords(leastBefore)}`;
    changes.push({ ...place, effect: least > leastBefore ? 'gives' : 'takes', says });
  }
  const [most, mostBefore] = [now.beforeS?.most ?? 0, old.beforeS?.most ?? 0];
  if (most !== mostBefore) {
    const says = `at most before: ${leadWords(most)}; was ${leadWords(mostBefore)}`;
    changes.push({ ...place, effect: 'changes', says });
  }
  return changes;
}

/** Who may keep for longer is given more, by the other. */
function retentionChanges(before: Agreement, after: Agreement): AgreementChange[] {
  return after.parties.flatMap((by): AgreementChange[] => {
    const [old, now] = [before, after].map(
      ({ duties }) => duties?.retention?.find((one) => one.by === by)?.days,
    );
    if (old === now) return [];
    const words = (days: number | undefined): string =>
      days === undefined ? 'as long as it likes' : `${days} days`;
    const gives = (now ?? Number.POSITIVE_INFINITY) > (old ?? Number.POSITIVE_INFINITY);
    const says = `${by} keeps it: ${words(now)}; was ${words(old)}`;
    return [
      { ...placeOf(after, otherParty(after.parties, by)), effect: gives ? 'gives' : 'takes', says },
    ];
  });
}
