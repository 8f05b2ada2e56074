// SPDX-License-Identifier: Apache-2.0
// What a party owes beyond what the gate lets go: how soon, which notices of its own launches, how long
// the other may keep what it got, how fast a withdrawal. The gate reads none of it: a promise kept late
// is still sent. Whether it was kept is told afterwards, from the ledgers (`judgeCompliance`), or where
// no ledger shows it, not at all. See spec/release.md, R-18 and R-19.

import { type Static, Type } from 'typebox';
import { type DeepReadonly, name, strict, words } from './agreement-parts.ts';
import { ReleaseError } from './errors.ts';
import { LIMITS } from './limits.ts';

const seconds = (maximum: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, description });

const YEAR_S = 366 * 86_400;

const latencySchema = Type.Object(
  {
    clause: name('The clause, of launches or of coverage, that the promise is about'),
    of: words(
      ['report', 'state', 'coverage'],
      'report: the first report of a launch, from the time of launch in it. state: each state, from the last look in it. coverage: each coverage report, from the end of its period',
    ),
    withinS: seconds(86_400, 'By the times in the entry, which are rounded to the tick'),
  },
  { ...strict, description: 'How soon a release follows its data' },
);

const noticeSchema = Type.Object(
  {
    id: name('What the duty is called'),
    from: name('The party that gives notice of its own doing'),
    to: name('The party that is given it'),
    of: Type.Array(
      words(
        ['ballistic-missile', 'icbm', 'slbm', 'space-launch', 'deorbit', 'experiment'],
        'deorbit: of an own satellite. experiment: one that may disturb warning radars',
      ),
      { minItems: 1, maxItems: 6, uniqueItems: true, description: 'Of what notice is owed' },
    ),
    aboveKm: Type.Optional(
      Type.Object(
        {
          range: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 20_100 })),
          apogee: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000 })),
        },
        {
          ...strict,
          minProperties: 1,
          description:
            'Owed only above one of these, planned; of every launch where it is not said',
        },
      ),
    ),
    force: words(
      ['binding', 'as-a-rule', 'voluntary'],
      'as-a-rule: exceptions are allowed. voluntary: one that is not given breaks nothing',
    ),
    states: Type.Optional(
      Type.Array(
        words(
          ['class', 'date', 'window', 'launchArea', 'direction', 'impactAreas'],
          'As the fields of a notice are called in schemas/pln.schema.json',
        ),
        { minItems: 1, maxItems: 6, uniqueItems: true, description: 'What the notice has to say' },
      ),
    ),
    beforeS: Type.Optional(
      Type.Object(
        {
          least: seconds(YEAR_S, 'Not later than this long before'),
          most: Type.Optional(seconds(YEAR_S, 'Not earlier than this long before')),
        },
        { ...strict, description: 'Before the date, or the beginning of the window' },
      ),
    ),
    afterS: Type.Optional(seconds(YEAR_S, 'A report within this long after the launch')),
  },
  { ...strict, description: 'What a party announces before it launches' },
);

const retentionSchema = Type.Object(
  {
    by: name('The party that received'),
    days: Type.Integer({ minimum: 1, maximum: 36_600, description: 'No longer than this' }),
  },
  { ...strict, description: 'How long a receiver may keep what it received' },
);

/** What parties owe each other; none of it is the gate's. */
export const dutiesSchema = Type.Object(
  {
    latency: Type.Optional(
      Type.Array(latencySchema, { minItems: 1, maxItems: 3 * LIMITS.clausesMax }),
    ),
    notices: Type.Optional(Type.Array(noticeSchema, { minItems: 1, maxItems: 32 })),
    retention: Type.Optional(Type.Array(retentionSchema, { minItems: 1, maxItems: 2 })),
    withdrawal: Type.Optional(
      Type.Object(
        { withinS: seconds(86_400, 'After the giver said that it was no launch') },
        { ...strict, description: 'How soon what was found wrong is taken back' },
      ),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    description: 'What is owed and the gate does not see to; judged afterwards',
  },
);

/** To whom what is received may go on; under the name of the party it came from, and no other. */
export const onwardSchema = Type.Object(
  {
    of: name('The party whose data it is'),
    to: Type.Array(name('A third party'), { minItems: 1, maxItems: 32, uniqueItems: true }),
    under: Type.Literal('originator', {
      description: 'With the name and the proof of the party it came from',
    }),
  },
  { ...strict, description: 'Data of one party that the other may pass on' },
);

export type Duties = DeepReadonly<Static<typeof dutiesSchema>>;
export type LatencyDuty = DeepReadonly<Static<typeof latencySchema>>;
export type NoticeDuty = DeepReadonly<Static<typeof noticeSchema>>;
export type OnwardRule = DeepReadonly<Static<typeof onwardSchema>>;

/** What of an agreement the duties are checked against. */
interface Whole {
  readonly parties: readonly string[];
  readonly clauses: readonly { readonly id: string }[];
  readonly coverage?: readonly { readonly id: string }[];
  readonly duties?: Duties;
  readonly onwardRelease: 'never' | readonly OnwardRule[];
}

/**
 * Refuses duties that name nobody or nothing, or say one thing twice.
 *
 * @throws ReleaseError with the JSON pointer of the first problem, and what to write instead
 */
export function checkDuties(agreement: Whole): void {
  const { latency = [], notices = [], retention = [] } = agreement.duties ?? {};
  latency.forEach((duty, i) => {
    checkLatency(agreement, duty, { path: `/duties/latency/${i}`, earlier: latency.slice(0, i) });
  });
  notices.forEach((duty, i) => {
    checkNotice(agreement, duty, { path: `/duties/notices/${i}`, earlier: notices.slice(0, i) });
  });
  retention.forEach(({ by }, i) => {
    checkParty(agreement, by, `/duties/retention/${i}/by`);
    refuseTwice(retention.slice(0, i), (one) => one.by === by, `/duties/retention/${i}/by`);
  });
  checkOnward(agreement);
}

/** Where a duty stands, and those of its kind that stand before it. */
interface Place<T> {
  readonly path: string;
  readonly earlier: readonly T[];
}

function checkLatency(
  { clauses, coverage = [] }: Whole,
  { clause, of }: LatencyDuty,
  { path, earlier }: Place<LatencyDuty>,
): void {
  const isCoverage = coverage.some(({ id }) => id === clause);
  if (!isCoverage && !clauses.some(({ id }) => id === clause)) {
    const says = `there is no clause ${clause}; write the id of one`;
    throw new ReleaseError('unknown-clause', `${path}/clause`, says);
  }
  if ((of === 'coverage') !== isCoverage) {
    const says = isCoverage
      ? `${clause} is a coverage clause: write "coverage"`
      : `${clause} gives no coverage reports: write "report" or "state"`;
    throw new ReleaseError('contradiction', `${path}/of`, says);
  }
  refuseTwice(earlier, (one) => one.clause === clause && one.of === of, path);
}

function checkNotice(
  agreement: Whole,
  { id, from, to, beforeS }: NoticeDuty,
  { path, earlier }: Place<NoticeDuty>,
): void {
  checkParty(agreement, from, `${path}/from`);
  checkParty(agreement, to, `${path}/to`);
  if (from === to) {
    throw new ReleaseError('unknown-party', `${path}/to`, 'a party announces nothing to itself');
  }
  if (beforeS?.most !== undefined && beforeS.most <= beforeS.least) {
    const says = `nothing is both within ${beforeS.most} s and ${beforeS.least} s before; write more than that, or leave it out`;
    throw new ReleaseError('contradiction', `${path}/beforeS/most`, says);
  }
  const { clauses, coverage = [] } = agreement;
  if ([...clauses, ...coverage, ...earlier].some((one) => one.id === id)) {
    const says = 'is that of a clause or of another notice; write another';
    throw new ReleaseError('duplicate-id', `${path}/id`, says);
  }
}

function checkOnward(agreement: Whole): void {
  const rules = agreement.onwardRelease;
  if (rules === 'never') return;
  rules.forEach(({ of, to }, i) => {
    const path = `/onwardRelease/${i}`;
    checkParty(agreement, of, `${path}/of`);
    refuseTwice(rules.slice(0, i), (one) => one.of === of, `${path}/of`);
    const party = to.findIndex((one) => agreement.parties.includes(one));
    if (party === -1) return;
    const says = 'is a party, to whom nothing goes on; name others';
    throw new ReleaseError('contradiction', `${path}/to/${party}`, says);
  });
}

function checkParty({ parties }: Whole, party: string, path: string): void {
  if (parties.includes(party)) return;
  const says = `${party} is no party; write ${parties.join(' or ')}`;
  throw new ReleaseError('unknown-party', path, says);
}

function refuseTwice<T>(earlier: readonly T[], isSame: (one: T) => boolean, path: string): void {
  const at = earlier.findIndex(isSame);
  if (at === -1) return;
  throw new ReleaseError('duplicate-duty', path, `says again what entry ${at} says; keep one`);
}
