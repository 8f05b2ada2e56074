// SPDX-License-Identifier: Apache-2.0
// What was promised and what was done, computed from what link ledgers hold and nothing else, so that
// both sides come to the same. A verdict names the entries that prove it. Times are those in the
// entries, rounded to the tick as they went; where they leave a doubt, it is in the giver's favour.

import { instant } from '@isthmus/earth';
import type { Agreement } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import { judgeClause } from './compliance-clause.ts';
import { judgeCoverage } from './compliance-coverage.ts';
import { judgeWithdrawals } from './compliance-withdrawals.ts';
import type {
  ClauseAccount,
  Compliance,
  LinkRecord,
  PromiseKind,
  Proof,
  Span,
  Verdict,
} from './verdict.ts';

/**
 * Judges every promise of the agreement in the directions of which a record is given, and says of what
 * no ledger shows that it does not.
 *
 * @param records entries under other agreements are in them and passed over
 */
export function judgeCompliance(
  agreement: Agreement,
  agreementHash: string,
  records: readonly LinkRecord[],
): Compliance {
  const own = records.map(({ from, to, entries }) => ({
    from,
    to,
    entries: entries.filter((entry) => entry.agreementHash === agreementHash),
  }));
  const span = spanOf(own);
  const accounts: ClauseAccount[] = [];
  const verdicts: Verdict[] = [];
  for (const record of own) {
    const isHere = (one: { readonly from: string; readonly to: string }): boolean =>
      one.from === record.from && one.to === record.to;
    verdicts.push(...strayVerdicts(agreement, record));
    for (const clause of agreement.clauses.filter(isHere)) {
      const judged = judgeClause(agreement, clause, record);
      accounts.push(judged.account);
      verdicts.push(...judged.verdicts);
    }
    for (const clause of (agreement.coverage ?? []).filter(isHere)) {
      const judged = judgeCoverage(agreement, clause, { record, span });
      accounts.push(judged.account);
      verdicts.push(...judged.verdicts);
    }
    verdicts.push(...judgeWithdrawals(agreement, record));
  }
  return { span, accounts, verdicts: [...verdicts, ...unseen(agreement)] };
}

/** True where something promised was not kept. */
export function isBroken({ verdicts }: Compliance): boolean {
  return verdicts.some(({ outcome }) => outcome === 'broken');
}

function spanOf(records: readonly LinkRecord[]): Span | null {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (const { entries } of records) {
    for (const { at } of entries) {
      from = Math.min(from, at);
      until = Math.max(until, at);
    }
  }
  return from > until ? null : { from: instant(from), until: instant(until) };
}

/** Entries under a clause that the agreement has not in this direction. */
function strayVerdicts(agreement: Agreement, record: LinkRecord): Verdict[] {
  const { from, to, entries } = record;
  const known = [...agreement.clauses, ...(agreement.coverage ?? [])]
    .filter((one) => one.from === from && one.to === to)
    .map(({ id }) => id);
  const stray = entries.filter(
    // A withdrawal goes whatever became of the clause.
    ({ clause, item }) => item.kind !== 'withdrawal' && !known.includes(clause),
  );
  const [first] = stray;
  if (first === undefined) return [];
  const says = `${stray.length} entries are under clauses that the agreement does not have in this direction, the first under ${first.clause}`;
  const proof = { judged: entries.length, failed: stray.length, first: first.index, worst: null };
  return [{ from, to, clause: null, promise: 'terms', outcome: 'broken', says, proof }];
}

const NO_PROOF: Proof = { judged: 0, failed: 0, first: null, worst: null };

/** What is owed and goes over no link. */
function unseen({ parties, duties, onwardRelease }: Agreement): Verdict[] {
  const of = (
    by: string,
    promise: PromiseKind,
    told: Pick<Verdict, 'clause' | 'says'>,
  ): Verdict => {
    const to = otherParty(parties, by);
    return { from: by, to, promise, outcome: 'not shown', proof: NO_PROOF, ...told };
  };
  const notices = (duties?.notices ?? []).map(({ from, id }) =>
    of(from, 'notices', {
      clause: id,
      says: 'notices go over no link; set them against what was seen with isthmus pln match',
    }),
  );
  const retention = (duties?.retention ?? []).map(({ by, days }) =>
    of(by, 'retention', {
      clause: null,
      says: `what was deleted after ${days} days shows in no ledger, and a ledger itself keeps what it holds`,
    }),
  );
  const onward = parties.map((by) =>
    of(by, 'onward release', {
      clause: null,
      says:
        onwardRelease === 'never'
          ? `that ${by} passed nothing on shows in no ledger of this link`
          : `what ${by} passed on shows in the ledgers of its other links, and not in this one's`,
    }),
  );
  return [...notices, ...retention, ...onward];
}
