// SPDX-License-Identifier: Apache-2.0
// Two sides with real keys, ledgers and mirrors in memory, for the tests of this room.

import { createRandom, instant } from '@isthmus/earth';
import {
  createMemoryStorage,
  type Ledger,
  type Mirror,
  openLedger,
  openLedgerReader,
  openMirror,
  type PartnerHolds,
  type Storage,
} from '@isthmus/ledger';
import {
  heldKey,
  keyPairFromSeed,
  type NoteKey,
  noteSigner,
  type SigningKey,
  sha256,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Encoded } from '@isthmus/wire';
import type { LinkWorkerConfig } from '../adapters/link-messages.ts';
import type { ClockEstimate } from '../clock.ts';
import type { LinkDriverOptions } from '../driver-options.ts';
import type { LinkEntry, LinkReceipt, LinkStatus } from '../port.ts';
import { createLinkSeals, type LinkKeys } from '../seals.ts';
import type { SessionTerms } from '../session.ts';
import type { Instant } from '../time.ts';

export const AGREEMENT_HASH = '5a'.repeat(32);

/** A key that is the same in each run. */
export function testKey(label: string): SigningKey {
  return keyPairFromSeed(sha256(new TextEncoder().encode(label)));
}

export function originOf(from: string, to: string): string {
  return `${from}/isthmus/exercise/1/ledger/${to}`;
}

export function linkKeys(self: string, partner: string): LinkKeys {
  const data = linkKeyData(self, partner);
  const { hello, cosign, ledger } = data.own;
  return { ...data, own: { hello: openSigner(hello), cosign: openSigner(cosign), ledger } };
}

/** The same keys as a thread of its own is given them. */
export function linkKeyData(self: string, partner: string): LinkWorkerConfig['keys'] {
  const signer = (purpose: string, side: string, type: 1 | 4 = 1): NoteKey => {
    const to = side === self ? partner : self;
    const name = `${side}/isthmus/exercise/1/${purpose}/${to}`;
    return heldKey(name, testKey(`${side} ${purpose}`), type);
  };
  return {
    self,
    partner,
    mode: 'exercise',
    epoch: 1,
    own: {
      hello: signer('hello', self),
      cosign: signer('cosign', self, 4),
      ledger: verifierOf(signer('ledger', self)),
    },
    theirs: {
      hello: verifierOf(signer('hello', partner)),
      cosign: verifierOf(signer('cosign', partner, 4)),
      ledger: verifierOf(signer('ledger', partner)),
    },
  };
}

export function termsOf(self: string, partner: string): SessionTerms {
  return { self, partner, mode: 'exercise', agreementHash: AGREEMENT_HASH, epoch: 1 };
}

/** One side's records; `storage` survives a restart of the side. */
export interface TestRecords {
  readonly ledger: Ledger;
  readonly mirror: Mirror;
  readonly reader: LinkDriverOptions['reader'];
}

export async function openRecords(
  storage: Storage,
  self: string,
  partner: string,
): Promise<TestRecords> {
  const signer = noteSigner(originOf(self, partner), testKey(`${self} ledger`));
  const theirs = noteSigner(originOf(partner, self), testKey(`${partner} ledger`));
  const random = createRandom(`${self} salt`);
  const out = { storage, folder: 'out', origin: signer.name };
  const ledger = await openLedger({
    ...out,
    signer,
    salt: () => Uint8Array.from({ length: 16 }, () => random.integer(256)),
  });
  const reader = await openLedgerReader({ ...out, verifier: verifierOf(signer) });
  const place = { storage, folder: 'in', origin: theirs.name };
  const mirror = await openMirror({ ...place, verifier: verifierOf(theirs) });
  return { ledger, mirror, reader };
}

/** What a side was told, in order. */
export type Told =
  | { readonly kind: 'entry'; readonly index: number; readonly text: string }
  | { readonly kind: 'mark'; readonly at: Instant }
  | { readonly kind: 'status'; readonly status: LinkStatus }
  | { readonly kind: 'clock'; readonly estimate: ClockEstimate }
  | { readonly kind: 'receipt'; readonly receipt: LinkReceipt }
  | { readonly kind: 'held'; readonly held: PartnerHolds }
  | { readonly kind: 'error'; readonly message: string };

/** Events that write down what they are told. */
export function recorder(told: Told[]): LinkDriverOptions['events'] {
  return {
    onEntries: (entries: readonly LinkEntry[]) => {
      for (const { index, bytes } of entries) {
        const text = new TextDecoder().decode(bytes.subarray(16));
        told.push({ kind: 'entry', index, text });
      }
    },
    onMark: (at) => told.push({ kind: 'mark', at }),
    onStatus: (status) => told.push({ kind: 'status', status }),
    onSent: () => undefined,
    onClock: (estimate) => told.push({ kind: 'clock', estimate }),
    onReceipt: (receipt) => told.push({ kind: 'receipt', receipt }),
    onHeld: (held) => told.push({ kind: 'held', held }),
    onError: (error) => told.push({ kind: 'error', message: error.message }),
  };
}

/** A text as what the ledger records. The link never looks inside, so a test need not release it. */
function encoded(text: string): Encoded {
  return { bytes: new TextEncoder().encode(text) } as unknown as Encoded;
}

export async function record(ledger: Ledger, ...texts: readonly string[]): Promise<void> {
  await ledger.append(texts.map(encoded));
}

export function second(count: number): Instant {
  return instant(1_340_000_000_000_000 + count * 1_000_000);
}

export function textsOf(told: readonly Told[]): string[] {
  return told.flatMap((one) => (one.kind === 'entry' ? [one.text] : []));
}

export function reasonsOf(told: readonly Told[]): string[] {
  return told.flatMap((one) =>
    one.kind === 'status' && one.status.state === 'closed'
      ? [`${one.status.by}: ${one.status.reason}`]
      : [],
  );
}

/** Seals of one side; `change` spoils one key. */
export function sealsOf(
  self: string,
  partner: string,
  change: Partial<LinkKeys> = {},
): LinkDriverOptions['seals'] {
  return createLinkSeals({ ...linkKeys(self, partner), ...change });
}

export { createMemoryStorage };
