// SPDX-License-Identifier: Apache-2.0
// What a node is given from the outside: its side, its plots, its link, its disk, and somebody who listens.

import type { Instant } from '@isthmus/earth';
import type { Ledger, Storage } from '@isthmus/ledger';
import type { LinkEvents, LinkPort } from '@isthmus/link';
import type {
  FeedCounts,
  FeedRecord,
  LinkState,
  NotificationMessage,
  Plot,
  Sensor,
  SensorReport,
} from '@isthmus/picture';
import type { PolicySource } from '@isthmus/release';
import type { ElementSet } from '@isthmus/tracking';
import type { JournalHeader } from './journal.ts';
import type { StepTerms } from './step.ts';
import type { Suspension } from './suspension.ts';
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

export interface NodeOptions {
  readonly side: string;
  readonly partner: string;
  readonly sensors: readonly Sensor[];
  /** Satellites known to be there, from the first turn on; none where left out. */
  readonly catalogue?: readonly ElementSet[];
  /** Launches announced to this side; `announce` replaces them. None where left out. */
  readonly notices?: readonly NotificationMessage[];
  readonly terms: StepTerms | null;
  /** The own policy as side.yaml has it: the first of a side that has none; later ones take two officers. */
  readonly policy?: PolicySource;
  /** Identifies code and machine: another build must not replay this one's journal. */
  readonly header: JournalHeader;
  readonly storage: Storage;
  /** The link ledger out; null on a side without a partner. */
  readonly ledger: Ledger | null;
  /** Starts the link; null on a side without a partner. */
  readonly link: ((events: LinkEvents, now: Instant) => Promise<LinkPort>) | null;
  /** Entries of the partner's ledger that the mirror already holds, from index `from` on. */
  readonly mirrored: (from: number) => Promise<readonly Uint8Array[]>;
  readonly plots: PlotSource;
  readonly outputs: NodeOutputs;
}

/** How a running side stands, in a few words. */
export interface NodeStatus {
  /** Its last turn; null before the first. */
  readonly at: Instant | null;
  readonly link: LinkState;
  readonly suspension: Suspension | null;
  /** False while the journal or the ledger cannot write: nothing is released. */
  readonly recording: boolean;
  readonly counts: FeedCounts;
  /** Entries in the own link ledger, those the partner has signed for, and those of its ledger taken here. */
  readonly entries: { readonly own: number; readonly receipted: number; readonly taken: number };
  /** Version of the own policy in force; null where the agreement alone decides. */
  readonly policy: string | null;
}
