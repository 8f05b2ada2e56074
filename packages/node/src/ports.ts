// SPDX-License-Identifier: Apache-2.0
// What a node needs from the outside: its plots, its link, and somebody who listens.

import type { Instant } from '@isthmus/earth';
import type { FeedRecord, Plot, SensorReport } from '@isthmus/picture';
import type { DecisionRecord } from './turn.ts';

/** The side's own plots and what its sensors say of themselves, in the order of their serial numbers. */
export interface PlotSource {
  /** What of it, from serial number `from` on, has arrived by `until`. */
  take(from: number, until: Instant): Promise<readonly (Plot | SensorReport)[]>;
}

/** Who listens: the console feed, each decision as it is made, and what goes wrong. */
export interface NodeOutputs {
  onFeed(record: FeedRecord): void;
  onDecision(record: DecisionRecord): void;
  onFault(text: string): void;
}
