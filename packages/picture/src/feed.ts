// SPDX-License-Identifier: Apache-2.0
// What a node tells its own officers: one record a tick, and one for each thing worth a sentence.

import type { Instant } from '@isthmus/earth';
import type { PartyName, Picture } from './track.ts';
import type { Warning } from './warning.ts';

/** `degraded` after 3 s without the partner, `lost` after 10 s; `off` when no link is configured. */
export type LinkState = 'up' | 'degraded' | 'lost' | 'off';

export interface FeedCounts {
  readonly released: number;
  readonly withheld: number;
  readonly received: number;
  readonly refused: number;
}

export interface FeedTick {
  readonly kind: 'tick';
  readonly at: Instant;
  readonly own: Picture;
  readonly ownWarnings: readonly Warning[];
  /** System events to which a partner contributed, and own events by reference. */
  readonly system: Picture;
  readonly systemWarnings: readonly Warning[];
  readonly link: LinkState;
  readonly counts: FeedCounts;
  /** False while the journal or a ledger cannot write: nothing is released. */
  readonly recording: boolean;
}

export interface FeedNote {
  readonly kind: 'note';
  readonly at: Instant;
  readonly about: 'sees' | 'warns' | 'sends' | 'withholds' | 'learns' | 'link' | 'system';
  readonly partner: PartyName | null;
  readonly text: string;
}

export type FeedRecord = FeedTick | FeedNote;
