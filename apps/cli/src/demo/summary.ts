// SPDX-License-Identifier: Apache-2.0
// The last line of a run: what each side knew and when, alone and linked. The own picture never
// sees the partner, so one run yields both.

import type { FeedTick } from '@isthmus/picture';
import { type Measures, scoreRun } from '@isthmus/sim/score';
import type { PreparedRun } from './prepare.ts';

export interface LedgerSummary {
  readonly entries: number;
  readonly verified: boolean;
}

export interface SideSummary {
  readonly pid: number | null;
  readonly alone: Measures;
  readonly linked: Measures;
  readonly released: number;
  readonly withheld: number;
  readonly received: number;
  readonly refused: number;
  readonly ledgers: { readonly out: LedgerSummary; readonly in: LedgerSummary };
}

/** By name; null for a side whose process ended before the flight did. */
export type SideSummaries = Readonly<Record<string, SideSummary | null>>;

export interface RunSummary {
  readonly scenario: string;
  readonly seed: number;
  readonly commit: string | null;
  readonly wallS: number;
  readonly sides: SideSummaries;
}

/** Scores one side's feed. */
export function summariseSide(
  run: PreparedRun,
  ticks: readonly FeedTick[],
  about: { readonly pid: number | null; readonly ledgers: SideSummary['ledgers'] },
): SideSummary {
  const score = scoreRun({ truth: run.truth, ticks });
  const counts = ticks.at(-1)?.counts ?? { released: 0, withheld: 0, received: 0, refused: 0 };
  return {
    pid: about.pid,
    alone: score.alone,
    linked: score.linked,
    ...counts,
    ledgers: about.ledgers,
  };
}
