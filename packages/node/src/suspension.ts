// SPDX-License-Identifier: Apache-2.0
// A partner that is suspended, as part of a side's state, and the acts that make it so.

import type { Instant } from '@isthmus/earth';

/** Cuts the link to the partner, or lets it come up again. */
export interface PartnerAct {
  readonly kind: 'suspend-partner' | 'resume-partner';
  /** 32 hex digits that no other act has. */
  readonly id: string;
  readonly officer: string;
  /** In the officer's words; it never leaves this side. */
  readonly reason: string;
}

/** Since when, by whom and why. */
export interface Suspension {
  readonly at: Instant;
  readonly officer: string;
  readonly reason: string;
}
