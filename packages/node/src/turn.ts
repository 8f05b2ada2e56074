// SPDX-License-Identifier: Apache-2.0
// What goes into the core and what comes out of it.

import type { Instant } from '@isthmus/earth';
import type { ClockEstimate } from '@isthmus/link';
import type {
  FeedRecord,
  ItemKind,
  NotificationMessage,
  OfficerAct,
  Plot,
  SensorReport,
} from '@isthmus/picture';
import type { FieldChange, PolicySource, ReasonCode } from '@isthmus/release';
import type { ElementSet } from '@isthmus/tracking';
import type { ActAnswer } from '@isthmus/warning';
import type { Encoded } from '@isthmus/wire';
import type { PolicyAct } from './policy-state.ts';
import type { PartnerAct } from './suspension.ts';

/** What officers of this side do: to warnings, to the policy, and to the link. */
export type SideAct = OfficerAct | PolicyAct | PartnerAct;

/** One entry of the partner's ledger as it stands in the mirror, bytes in base64. */
export interface PartnerEntry {
  readonly index: number;
  readonly bytes: string;
}

/**
 * Everything a node takes in at one tick: own plots and the officers' acts first, then the partner's
 * entries in sequence, then the tick itself. One turn is one line of the journal.
 */
export interface Turn {
  readonly at: Instant;
  readonly plots: readonly Plot[];
  /** What own sensors say of themselves; absent where none did. */
  readonly sensors?: readonly SensorReport[];
  /** What this side's officers did; absent where nobody acted. */
  readonly acts?: readonly SideAct[];
  /** The policy that side.yaml names; in the first turn of a side that had none. */
  readonly policy?: PolicySource;
  readonly entries: readonly PartnerEntry[];
  /** The satellites known from this turn on; absent while they are those of the turn before. */
  readonly catalogue?: readonly ElementSet[];
  /** The announced launches known from this turn on; absent while they are those of the turn before. */
  readonly notices?: readonly NotificationMessage[];
  readonly link: {
    /** A session is up and grants credit. */
    readonly up: boolean;
    /** When the partner's last heartbeat came, on this node's own clock; null before the first. */
    readonly heard: Instant | null;
    /** False where no link is configured. */
    readonly configured: boolean;
    /** Turns since then, where more than one: a clock of ours that stands still or goes back hides none. */
    readonly silentTurns?: number;
    /** Track states that may be recorded in this turn; absent while nothing hinders the link. */
    readonly tracksMax?: number;
    /** The partner's clock less ours; absent while it is not known. */
    readonly clock?: ClockEstimate;
  };
  /** False while the journal or the ledger cannot write: nothing is released. */
  readonly recording: boolean;
}

/** One line of the private decision log. */
export interface DecisionRecord {
  /** Its place in the log, from 0; the same when the journal is replayed. */
  readonly ordinal: number;
  /** The turn that made it. */
  readonly turn: number;
  readonly at: Instant;
  /** Of the gate; or, of an officer's act, what came of it. */
  readonly outcome: 'released' | 'withheld' | 'in-force' | ActAnswer['outcome'];
  /** `policy`: a version came into force. */
  readonly kind: ItemKind | SideAct['kind'] | 'policy';
  /** Whose act it was; absent for decisions of the gate. */
  readonly officers?: readonly string[];
  /**
   * Local name of the track or event; of the event alone for what went after its agreed delay; the
   * warning of an act; of an act on the policy, its version; of one on the link, the partner.
   */
  readonly subject: string;
  readonly clause: string | null;
  readonly reasons: readonly string[];
  /** Codes of the gate's reasons, in the same order; absent where it gave none. */
  readonly codes?: readonly ReasonCode[];
  readonly removed: readonly string[];
  /** What went otherwise than own sensors gave it, with both values; absent where nothing did. */
  readonly coarsened?: readonly FieldChange[];
  /** Version of the own policy it was made under; absent where the agreement alone decided. */
  readonly policy?: string;
  /** Ids of the policies that permitted or withheld it; absent likewise. */
  readonly policies?: readonly string[];
  /** Index of the entry in the link ledger, for what was released. */
  readonly entry: number | null;
}

export type Effect =
  /** Append to the link ledger, in this order; `ordinal` is the index the entry will have. */
  | { readonly kind: 'append'; readonly ordinal: number; readonly encoded: Encoded }
  | { readonly kind: 'decision'; readonly record: DecisionRecord }
  /** What came of an officer's act, by the act's identifier. */
  | { readonly kind: 'answer'; readonly act: string; readonly answer: ActAnswer }
  /** The partner was suspended or resumed: cut the link, or let it come up again. */
  | { readonly kind: 'link' }
  | { readonly kind: 'feed'; readonly record: FeedRecord };
