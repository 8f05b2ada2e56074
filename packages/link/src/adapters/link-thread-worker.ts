// SPDX-License-Identifier: Apache-2.0
// The main module of a link's thread: records, transport and driver opened from plain data. Only
// `link-worker.ts` starts it. TLS, framing, hashing and the mirror's disk are all on this side, so
// that no partner can take time from the thread that watches the sky.

import { parentPort, workerData } from 'node:worker_threads';
import { openLedgerReader, openMirror } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { openSigner } from '@isthmus/seal/adapters';
import { createLinkDriver } from '../driver.ts';
import type { BusyMeter, LinkDriver, LinkSeals } from '../driver-options.ts';
import type { LinkEvents } from '../port.ts';
import { accept, createLinkSeals } from '../seals.ts';
import type { Instant } from '../time.ts';
import type {
  FromLink,
  LinkKeyData,
  LinkWorkerConfig,
  LinkWorkerStart,
  PartnerRevision,
  ToLink,
} from './link-messages.ts';
import {
  createTlsDialler,
  createTlsListener,
  type TlsDialler,
  type TlsListener,
} from './tls-transport.ts';

/** Time for a close to reach the partner before its connection is cut. */
const LAST_WORD_MS = 500;

const owner = parentPort;
if (owner !== null) {
  run(workerData as LinkWorkerStart).catch((error: unknown) => {
    say({ kind: 'error', message: messageOf(error), fatal: true });
  });
}

function say(message: FromLink): void {
  owner?.postMessage(message);
}

async function run({ config, now }: LinkWorkerStart): Promise<void> {
  const waiting: (() => void)[] = [];
  const { driver, port, revise } = await open(config, eventsTo(waiting));
  // The port holds what came before this; nothing is lost.
  owner?.on('message', (message: ToLink) => obey(message, { driver, waiting, revise }));
  await driver.start(now);
  say({ kind: 'started', port: port() });
}

async function open(
  config: LinkWorkerConfig,
  events: LinkEvents,
): Promise<{
  driver: LinkDriver;
  port: () => number;
  revise: (partner: PartnerRevision) => void;
}> {
  const { keys, storage, terms } = config;
  const files = createFileStorage(storage.root);
  const place = (folder: string, origin: string) => ({ storage: files, folder, origin });
  const own = accept(keys.own.ledger);
  const theirs = accept(keys.theirs.ledger);
  const reader = await openLedgerReader({ ...place(storage.out, own[0].name), verifier: own });
  const mirror = await openMirror({ ...place(storage.in, theirs[0].name), verifier: theirs });
  const { transport, port } = transportOf(config);
  const signers = { hello: openSigner(keys.own.hello), cosign: openSigner(keys.own.cosign) };
  const sealsFor = (given: LinkKeyData['theirs']): LinkSeals =>
    createLinkSeals({ ...keys, theirs: given, own: { ...signers, ledger: own } });
  const driver = createLinkDriver({
    terms,
    transport,
    reader,
    mirror,
    seals: sealsFor(keys.theirs),
    events,
    meter: threadMeter(),
    // In a conducted run both sides' clocks are the conductor's.
    ...(config.holdMarks === true ? {} : { clock: () => (Date.now() * 1000) as Instant }),
    ...(config.limits === undefined ? {} : { limits: config.limits }),
    ...(config.holdMarks === undefined ? {} : { holdMarks: config.holdMarks }),
  });
  const revise = (partner: PartnerRevision): void => {
    mirror.rekey(accept(partner.theirs.ledger));
    // The session says why before its connection is cut.
    driver.revise(sealsFor(partner.theirs));
    setTimeout(() => transport.repin(partner.pins), LAST_WORD_MS);
  };
  return { driver, port, revise };
}

/** The processor time of this thread: a machine that is busy with something else costs no partner. */
function threadMeter(): BusyMeter {
  return {
    busyMs: () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    },
  };
}

function transportOf(config: LinkWorkerConfig): {
  transport: TlsDialler | TlsListener;
  port: () => number;
} {
  const { host, port, role } = config.address;
  const options = { ...config.tls, host, port };
  if (role === 'dial') return { transport: createTlsDialler(options), port: () => port };
  const listener = createTlsListener(options);
  return { transport: listener, port: () => listener.port };
}

/** Events as messages. The driver counts entries until the owner says they are taken. */
function eventsTo(waiting: (() => void)[]): LinkEvents {
  return {
    onEntries: (entries) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        say({ kind: 'entries', entries });
      }),
    onStatus: (status) => say({ kind: 'status', status }),
    onMark: (at) => say({ kind: 'mark', at }),
    onSent: (size) => say({ kind: 'sent', size }),
    onClock: (estimate) => say({ kind: 'clock', estimate }),
    onReceipt: (receipt) => say({ kind: 'receipt', receipt }),
    onHeld: (held) => say({ kind: 'held', held }),
    onError: (error) => say({ kind: 'error', message: error.message, fatal: false }),
  };
}

function obey(
  message: ToLink,
  {
    driver,
    waiting,
    revise,
  }: {
    readonly driver: LinkDriver;
    readonly waiting: (() => void)[];
    readonly revise: (partner: PartnerRevision) => void;
  },
): void {
  switch (message.kind) {
    case 'tick':
      driver.tick(message.now);
      break;
    case 'recorded':
      driver.recorded(message.size);
      break;
    case 'taken':
      waiting.shift()?.();
      break;
    case 'revise':
      revise(message.partner);
      break;
    case 'suspend':
      driver.suspend();
      break;
    case 'resume':
      driver.resume();
      break;
    case 'close':
      driver.close().then(
        () => say({ kind: 'closed' }),
        (error: unknown) => say({ kind: 'error', message: messageOf(error), fatal: true }),
      );
      break;
    default:
      message satisfies never;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
