// SPDX-License-Identifier: Apache-2.0
// One side inside this process, on whatever storage and transport it is given: what the fast runs
// of many seeds and the simulator use. The code that runs is the shipped one, down to the bytes.

import type { Instant } from '@isthmus/earth';
import {
  checkMirror,
  type Ledger,
  type Mirror,
  openLedger,
  openLedgerReader,
  openMirror,
  type Storage,
} from '@isthmus/ledger';
import { createLinkDriver, createLinkSeals, type LinkDriver, type Transport } from '@isthmus/link';
import {
  createSideKeys,
  identifierMaker,
  type NodeOutputs,
  NodeShell,
  type PartnerKeys,
  type PlotSource,
  publicKeysOf,
  type SideKeys,
  sideKeyName,
} from '@isthmus/node';
import { encodeText, hmacSha256, keyPairFromSeed } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { PreparedRun, PreparedSide } from './prepare.ts';

export interface MemorySideOptions {
  readonly run: PreparedRun;
  readonly side: PreparedSide;
  readonly partner: PreparedSide;
  readonly storage: Storage;
  readonly transport: Transport;
  readonly salt: () => Uint8Array;
  readonly outputs: NodeOutputs;
  /** A conducted run, in which marks wait until all recorded before them is sent. */
  readonly conducted: boolean;
}

export interface MemorySide {
  readonly shell: NodeShell;
  readonly ledger: Ledger;
  readonly mirror: Mirror;
  /** Null before `start`. */
  driver(): LinkDriver | null;
}

/** A run in one process is one life of its link. */
const EPOCH = 1;

/** What a journal of this process is stamped with, but for the side. */
export const MEMORY_HEADER = {
  isthmus: 'journal',
  build: 'in-process',
  engine: 'in-process',
  architecture: 'in-process',
} as const;

/** Keys that the seed fixes; for runs in one process alone, since anyone could make them again. */
export function seededKeys(run: PreparedRun, side: string, partner: string): SideKeys {
  const made = seeded.get(run) ?? new Map<string, SideKeys>();
  seeded.set(run, made);
  const name = `${side}/${partner}`;
  const keys = made.get(name) ?? makeKeys(run, side, partner);
  made.set(name, keys);
  return keys;
}

/** Kept beside the run: a side of a simulation starts again and again. */
const seeded = new WeakMap<PreparedRun, Map<string, SideKeys>>();

function makeKeys(run: PreparedRun, side: string, partner: string): SideKeys {
  const secret = encodeText(`isthmus in-process run ${run.seed} ${side}`);
  let count = 0;
  const next = (): Uint8Array => {
    count += 1;
    return hmacSha256(secret, encodeText(String(count)));
  };
  const of = { side, partner, mode: run.agreement.mode, epoch: EPOCH };
  return createSideKeys(of, () => keyPairFromSeed(next()), next());
}

/** Opens a side; recovery of its storage included. */
export async function openMemorySide(options: MemorySideOptions): Promise<MemorySide> {
  const { run, side, partner, storage } = options;
  const keys = seededKeys(run, side.name, partner.name);
  const partnerLife = {
    side: partner.name,
    partner: side.name,
    mode: run.agreement.mode,
    epoch: EPOCH,
  };
  const partnerKeys: PartnerKeys = publicKeysOf(seededKeys(run, partner.name, side.name));
  const { mode } = run.agreement;
  const parties = { self: side.name, partner: partner.name, mode, epoch: EPOCH };
  const own = { storage, folder: 'ledger/out', origin: keys.ledger.name };
  const theirs = { storage, folder: 'ledger/in', origin: sideKeyName('ledger', partnerLife) };
  await checkMirror({ ...theirs, verifier: partnerKeys.ledger });
  const ledger = await openLedger({
    ...own,
    signer: openSigner(keys.ledger),
    salt: options.salt,
    cosigner: partnerKeys.cosign,
    isMirrored: true,
  });
  const mirror = await openMirror({ ...theirs, verifier: partnerKeys.ledger });
  let driver: LinkDriver | null = null;
  const shell = await NodeShell.open({
    side: side.name,
    partner: partner.name,
    sensors: side.sensors,
    terms: {
      terms: {
        agreement: run.agreement,
        from: side.name,
        to: partner.name,
        agreementHash: run.agreementHash,
        identify: identifierMaker(keys.identifiers, run.agreementHash),
      },
    },
    header: { ...MEMORY_HEADER, side: side.name },
    storage,
    ledger,
    plots: feedArray(side.feed),
    outputs: options.outputs,
    mirrored: (from) => (mirror.size > from ? mirror.read(from, mirror.size) : Promise.resolve([])),
    link: async (events, now) => {
      driver = createLinkDriver({
        terms: { ...parties, agreementHash: run.agreementHash },
        transport: options.transport,
        reader: await openLedgerReader({ ...own, verifier: publicKeysOf(keys).ledger }),
        mirror,
        seals: createLinkSeals({
          ...parties,
          own: {
            hello: openSigner(keys.hello),
            cosign: openSigner(keys.cosign),
            ledger: publicKeysOf(keys).ledger,
          },
          theirs: partnerKeys,
        }),
        events,
        holdMarks: options.conducted,
      });
      await driver.start(now);
      return driver;
    },
  });
  return { shell, ledger, mirror, driver: () => driver };
}

/** A feed in memory, as a source. */
function feedArray(feed: PreparedSide['feed']): PlotSource {
  return {
    take(from: number, until: Instant): Promise<PreparedSide['feed']> {
      let end = from;
      for (; ; end += 1) {
        const next = feed[end];
        if (next === undefined || next.arrival > until) break;
      }
      return Promise.resolve(feed.slice(from, end));
    },
  };
}
