// SPDX-License-Identifier: Apache-2.0
// Two sides of one link for measurements: real keys, ledgers and mirrors on real files, the shipped
// drivers, and a network in memory. Both sides share one thread, where a node gives its link a thread
// of its own: what is measured here is a lower bound.

import { join } from 'node:path';
import { addSeconds, instantFromIso } from '@isthmus/earth';
import {
  type Ledger,
  openLedger,
  openLedgerReader,
  openMirror,
  type Storage,
} from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { createLinkDriver, createLinkSeals, type LinkDriver, type LinkKeys } from '@isthmus/link';
import { createMemoryNetwork, type MemoryNetwork } from '@isthmus/link/adapters';
import {
  keyPairFromSeed,
  type NoteSigner,
  noteSigner,
  randomBytes,
  sha256,
  verifierOf,
} from '@isthmus/seal';
import { AGREEMENT_HASH } from './decisions.ts';

const START = instantFromIso('2012-06-01T12:00:00Z');
/** Ten ticks a second: a link takes 4,096 entries of its partner a tick, and one each second is less. */
const TICK_MS = 100;

export function signerOf(purpose: string, from: string, type: 1 | 4 = 1): NoteSigner {
  const to = from === 'west' ? 'east' : 'west';
  const seed = sha256(new TextEncoder().encode(`bench ${from} ${purpose}`));
  const name = `${from}.example/isthmus/exercise/1/${purpose}/${to}`;
  return noteSigner(name, keyPairFromSeed(seed), type);
}

/** Opens the ledger of west's direction in a storage. */
export function openOut(storage: Storage): Promise<Ledger> {
  const signer = signerOf('ledger', 'west');
  const salt = (): Uint8Array => randomBytes(16);
  return openLedger({ storage, folder: 'out', origin: signer.name, signer, salt });
}

export interface LinkPair {
  readonly ledger: Ledger;
  /** Our own record is durable up to `size` entries. */
  readonly recorded: (size: number) => void;
  /** Resolves when the partner's mirror holds this many entries, durable and handed over. */
  readonly received: (size: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A link from west to east that is up. */
export async function openLinkPair(folder: string): Promise<LinkPair> {
  const network = createMemoryNetwork({ schedule: (step) => setImmediate(step) });
  let held = 0;
  let wake: (() => void) | null = null;
  const onEntries = (count: number): void => {
    held += count;
    wake?.();
  };
  const faults: string[] = [];
  const given = { network, onEntries, onFault: (text: string) => faults.push(text) };
  const east = await openSide(join(folder, 'east'), 'east', given);
  const west = await openSide(join(folder, 'west'), 'west', given);
  const { ledger } = west;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    for (const { driver } of [west, east]) driver.tick(addSeconds(START, ticks));
  }, TICK_MS);
  await east.driver.start(START);
  await west.driver.start(START);
  return {
    ledger,
    recorded: (size) => west.driver.recorded(size),
    received: async (size) => {
      while (held < size) {
        if (faults.length > 0) throw new Error(`the link failed: ${faults.join('; ')}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: async () => {
      clearInterval(timer);
      for (const side of [west, east]) await side.close();
    },
  };
}

interface Side {
  readonly ledger: Ledger;
  readonly driver: LinkDriver;
  readonly close: () => Promise<void>;
}

async function openSide(
  folder: string,
  self: 'west' | 'east',
  given: {
    readonly network: MemoryNetwork;
    readonly onEntries: (count: number) => void;
    readonly onFault: (text: string) => void;
  },
): Promise<Side> {
  const partner = self === 'west' ? 'east' : 'west';
  const storage = createFileStorage(folder);
  const signer = signerOf('ledger', self);
  const theirs = verifierOf(signerOf('ledger', partner));
  const out = { storage, folder: 'out', origin: signer.name };
  const cosigner = verifierOf(signerOf('cosign', partner, 4));
  const ledger = await openLedger({ ...out, signer, cosigner, salt: () => randomBytes(16) });
  const reader = await openLedgerReader({ ...out, verifier: verifierOf(signer) });
  const place = { storage, folder: 'in', origin: theirs.name };
  const driver = createLinkDriver({
    terms: { self, partner, mode: 'exercise', agreementHash: AGREEMENT_HASH, epoch: 1 },
    transport: self === 'west' ? given.network.dialler : given.network.listener,
    reader,
    mirror: await openMirror({ ...place, verifier: theirs }),
    seals: createLinkSeals(keysOf(self, partner)),
    events: {
      onEntries: (entries) => given.onEntries(entries.length),
      onStatus: (status) => {
        if (status.alarm === true) given.onFault(`${status.reason}: ${status.detail ?? ''}`);
      },
      onMark: () => {},
      onSent: () => undefined,
      onClock: () => undefined,
      onReceipt: (receipt) => {
        ledger.addReceipt(receipt).catch((error: unknown) => given.onFault(String(error)));
      },
      onHeld: (held) => ledger.partnerHolds(held),
      onError: (error) => given.onFault(error.message),
    },
  });
  const close = async (): Promise<void> => {
    await driver.close();
    await ledger.close();
    await storage.close();
  };
  return { ledger, driver, close };
}

function keysOf(self: string, partner: string): LinkKeys {
  return {
    self,
    partner,
    mode: 'exercise',
    epoch: 1,
    own: {
      hello: signerOf('hello', self),
      cosign: signerOf('cosign', self, 4),
      ledger: verifierOf(signerOf('ledger', self)),
    },
    theirs: {
      hello: verifierOf(signerOf('hello', partner)),
      cosign: verifierOf(signerOf('cosign', partner, 4)),
      ledger: verifierOf(signerOf('ledger', partner)),
    },
  };
}
