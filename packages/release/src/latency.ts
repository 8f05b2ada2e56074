// SPDX-License-Identifier: Apache-2.0
// How long after its data something went, by the times in the ledger, and whether that was promised.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Agreement } from './agreement.ts';
import type { Distribution, LedgerEntry, LinkRecord, PromiseKind, Verdict } from './compliance.ts';
import type { LatencyDuty } from './duties.ts';
import { secondsWords } from './plain-words.ts';

/** One release and the instant its data is of. */
export interface Timed {
  readonly entry: LedgerEntry;
  readonly data: Instant;
}

/** Seconds from the data to the release; negative where rounding turned the two. */
export function latencyS({ entry, data }: Timed): number {
  return secondsBetween(data, entry.at);
}

/** Median and ninth decile by nearest rank; null of nothing. */
export function distributionOf(timed: readonly Timed[]): Distribution | null {
  if (timed.length === 0) return null;
  const sorted = timed.map(latencyS).toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { count: sorted.length, medianS: rank(0.5), p90S: rank(0.9), worstS: rank(1) };
}

const PROMISES: Readonly<Record<LatencyDuty['of'], PromiseKind>> = {
  report: 'latency of reports',
  state: 'latency of states',
  coverage: 'latency of coverage',
};

/** The verdict on one promise of latency; none where nothing is promised. */
export function judgeLatency(
  { duties }: Agreement,
  of: LatencyDuty['of'],
  given: { readonly record: LinkRecord; readonly clause: string; readonly timed: readonly Timed[] },
): Verdict[] {
  const { record, clause, timed } = given;
  const duty = duties?.latency?.find((one) => one.clause === clause && one.of === of);
  if (duty === undefined) return [];
  const within = secondsWords(duty.withinS);
  const late = timed.filter((one) => latencyS(one) > duty.withinS);
  const worst = timed.reduce<Timed | null>(
    (most, one) => (most === null || latencyS(one) > latencyS(most) ? one : most),
    null,
  );
  const common = { from: record.from, to: record.to, clause, promise: PROMISES[of] };
  const proof = {
    judged: timed.length,
    failed: late.length,
    first: late[0]?.entry.index ?? null,
    worst: worst?.entry.index ?? null,
  };
  if (worst === null) {
    return [{ ...common, outcome: 'nothing', says: `promised within ${within}; none went`, proof }];
  }
  const worstWords = `${Number(latencyS(worst).toFixed(3))} s`;
  return late.length === 0
    ? [
        {
          ...common,
          outcome: 'kept',
          says: `promised within ${within}; the slowest took ${worstWords}`,
          proof,
        },
      ]
    : [
        {
          ...common,
          outcome: 'broken',
          says: `promised within ${within}; ${late.length} of ${timed.length} took longer, the slowest ${worstWords}`,
          proof,
        },
      ];
}
