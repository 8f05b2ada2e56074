// SPDX-License-Identifier: Apache-2.0
// What the thread of a link and its owner's thread say to each other: small plain values.

import type { PartnerHolds } from '@isthmus/ledger';
import type { NoteKey } from '@isthmus/seal';
import type { ClockEstimate } from '../clock.ts';
import type { LinkLimits } from '../limits.ts';
import type { LinkEntry, LinkReceipt, LinkStatus } from '../port.ts';
import type { LinkKeys } from '../seals.ts';
import type { SessionTerms } from '../session.ts';
import type { Instant } from '../time.ts';
import type { TlsIdentity } from './tls-transport.ts';

/** Keys of a link as data; the thread makes its own signers of them. */
export interface LinkKeyData extends Omit<LinkKeys, 'own'> {
  readonly own: Omit<LinkKeys['own'], 'hello' | 'cosign'> & {
    readonly hello: NoteKey;
    readonly cosign: NoteKey;
  };
}

/** What of a link changes with the partner's register. */
export interface PartnerRevision {
  readonly theirs: LinkKeyData['theirs'];
  /** SHA-256 in hex of the certificates that are active; none where all have ended. */
  readonly pins: readonly string[];
}

/** Where this side's end of the connection is. */
export interface LinkAddress {
  readonly role: 'dial' | 'listen';
  readonly host: string;
  /** A listener may say 0 and learn the port it got. */
  readonly port: number;
}

/** Everything one link needs to run by itself. Plain data; it holds secrets. */
export interface LinkWorkerConfig {
  readonly terms: SessionTerms;
  readonly keys: LinkKeyData;
  readonly tls: TlsIdentity;
  readonly address: LinkAddress;
  /** Folder of the side's storage on disk, and in it the folders of the two records. */
  readonly storage: { readonly root: string; readonly out: string; readonly in: string };
  readonly limits?: Partial<LinkLimits>;
  readonly holdMarks?: boolean;
}

/** Given to the thread at its birth. */
export interface LinkWorkerStart {
  readonly config: LinkWorkerConfig;
  readonly now: Instant;
}

export type ToLink =
  | { readonly kind: 'tick'; readonly now: Instant }
  | { readonly kind: 'recorded'; readonly size: number }
  /** The owner has taken the entries of the oldest message not yet answered. */
  | { readonly kind: 'taken' }
  /** The partner's register has changed. */
  | { readonly kind: 'revise'; readonly partner: PartnerRevision }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'close' };

export type FromLink =
  | { readonly kind: 'started'; readonly port: number }
  | { readonly kind: 'entries'; readonly entries: readonly LinkEntry[] }
  | { readonly kind: 'status'; readonly status: LinkStatus }
  | { readonly kind: 'mark'; readonly at: Instant }
  | { readonly kind: 'sent'; readonly size: number }
  | { readonly kind: 'clock'; readonly estimate: ClockEstimate }
  | { readonly kind: 'receipt'; readonly receipt: LinkReceipt }
  | { readonly kind: 'held'; readonly held: PartnerHolds }
  | { readonly kind: 'error'; readonly message: string; readonly fatal: boolean }
  | { readonly kind: 'closed' };
