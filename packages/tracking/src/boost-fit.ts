// SPDX-License-Identifier: Apache-2.0
// Placeholder of the powered-flight fit's stored result; the fit itself follows.

/** What a fit leaves behind so that the next one starts near. */
export interface BoostFit {
  readonly parameters: readonly number[];
}

import type { Instant } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import type { InfraredRecord } from './state.ts';

/** Powered flight carried on to `now`. */
export function predictBoost(record: InfraredRecord, now: Instant): Estimate | null {
  return now >= (record.looks.at(-1)?.time ?? now) ? record.estimate : null;
}
