// SPDX-License-Identifier: Apache-2.0
// Markings at the gate: what bears one goes under the receiver's equal, and nothing goes without. See
// spec/release.md, R-55.

import type { Agreement } from './agreement.ts';
import type { ReasonCode } from './reasons.ts';

export interface Marked {
  /** The receiver's marking; null where there is none. */
  readonly label: string | null;
}

/**
 * The receiver's marking of an item: null where neither the item bears one nor the agreement speaks of
 * any.
 */
export function equalLabel(
  own: string | undefined,
  {
    agreement,
    from,
    to,
  }: { readonly agreement: Agreement; readonly from: string; readonly to: string },
): Marked | { readonly withhold: ReasonCode } {
  const { labels = [] } = agreement;
  if (own === undefined) return labels.length === 0 ? { label: null } : { withhold: 'no-label' };
  const label = labels.find((row) => row[from] === own)?.[to];
  return label === undefined ? { withhold: 'no-equal-label' } : { label };
}
