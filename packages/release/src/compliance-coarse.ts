// SPDX-License-Identifier: Apache-2.0
// Whether what went is as coarse as its clause wants. What is coarse already is left as it is by coarsening
// number and uncertainty together: so an item that coarsening would change was not coarsened.

import type { Instant } from '@isthmus/earth';
import type { CoverageReport, Item } from '@isthmus/picture';
import type { Clause, CoverageClause } from './agreement.ts';
import { coarsenTrack, floorOnly } from './coarsen-estimate.ts';
import { coarsenReport } from './coarsen-report.ts';
import { coarsenCoverage } from './coverage-rule.ts';

/** What of an item is finer than the clause gives; null where nothing is. */
export function finerThan(clause: Clause, item: Item, at: Instant): string | null {
  switch (item.kind) {
    case 'launch-report':
      return isSame(coarsenReport(item, clause), item)
        ? null
        : 'a report finer than its tick and cells';
    case 'track':
      return isSame(
        coarsenTrack(item.estimate, clause, { phase: item.phase, now: at }),
        item.estimate,
      )
        ? null
        : 'a track finer than its tick, cells and floor';
    case 'rebase':
    case 'tracklet':
      return isSame(floorOnly(item.estimate, clause), item.estimate)
        ? null
        : 'a state surer than its floor';
    default:
      return null;
  }
}

/** True for a coverage report of one whole period, on the steps of height and probability. */
export function isCoarse(clause: CoverageClause, report: CoverageReport): boolean {
  const coarse = coarsenCoverage(report, clause);
  return coarse !== null && isSame(coarse, report);
}

/** Field by field: an entry may hold them in another order. */
function isSame<T extends object>(one: T, other: T): boolean {
  const fields = Object.keys(one) as (keyof T)[];
  return fields.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));
}
