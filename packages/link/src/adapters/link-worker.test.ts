// SPDX-License-Identifier: Apache-2.0
// Two links in two threads over real TLS on the loopback, with files on a real disk.

import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { instant } from '@isthmus/earth';
import { type Ledger, openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { noteSigner } from '@isthmus/seal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkStateAt } from '../liveness.ts';
import {
  linkKeyData,
  originOf,
  reasonsOf,
  record,
  recorder,
  second,
  type Told,
  termsOf,
  testKey,
  textsOf,
} from '../testing/sides.ts';
import { createSideCertificate, type SideCertificate } from './certificate.ts';
import type { LinkWorkerConfig } from './link-messages.ts';
import { type LinkWorker, startLinkWorker } from './link-worker.ts';

let root: string;
const undo: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isthmus-link-'));
});
afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
  await rm(root, { recursive: true });
});

interface Side {
  readonly ledger: Ledger;
  readonly told: Told[];
  readonly config: LinkWorkerConfig;
}

async function side(
  self: string,
  partner: string,
  certificates: Readonly<Record<string, SideCertificate>>,
): Promise<Side> {
  const storage = createFileStorage(join(root, self));
  undo.push(() => storage.close());
  const origin = originOf(self, partner);
  let salts = 0;
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin,
    signer: noteSigner(origin, testKey(`${self} ledger`)),
    salt: () => {
      salts += 1;
      return new Uint8Array(16).fill(salts);
    },
  });
  const own = certificates[self] as SideCertificate;
  const theirs = certificates[partner] as SideCertificate;
  const config: LinkWorkerConfig = {
    terms: termsOf(self, partner),
    keys: linkKeyData(self, partner),
    tls: {
      certificatePem: own.certificatePem,
      keyPem: own.keyPem,
      partnerPins: [theirs.fingerprint],
    },
    address: { role: self === 'west' ? 'dial' : 'listen', host: '127.0.0.1', port: 0 },
    storage: { root: join(root, self), out: 'ledger/out', in: 'ledger/in' },
  };
  return { ledger, told: [], config };
}

async function pair(): Promise<{ west: Side; east: Side }> {
  const now = Date.now() * 1000;
  const period = { from: instant(now - 60_000_000), until: instant(now + 3_600_000_000) };
  const certificates = {
    west: await createSideCertificate({ name: 'west', ...period }),
    east: await createSideCertificate({ name: 'east', ...period }),
  };
  const west = await side('west', 'east', certificates);
  const east = await side('east', 'west', certificates);
  return { west, east };
}

async function start(one: Side, port: number): Promise<LinkWorker> {
  const { config, told } = one;
  const link = await startLinkWorker({
    config: { ...config, address: { ...config.address, port } },
    events: recorder(told),
    now: second(0),
  });
  undo.push(() => link.close());
  return link;
}

/** A relay on the loopback whose connections the test can cut: a network that fails. */
async function relay(to: number): Promise<{ port: number; cut: () => void; carried: number }> {
  const sockets = new Set<net.Socket>();
  const seen = { port: 0, carried: 0, cut: (): void => sockets.forEach((one) => one.destroy()) };
  const server = net.createServer((inner) => {
    const outer = net.connect(to, '127.0.0.1');
    seen.carried += 1;
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    inner.pipe(outer);
    outer.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  seen.port = (server.address() as net.AddressInfo).port;
  undo.push(async () => {
    seen.cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return seen;
}

async function eventually(condition: () => boolean, each = (): void => undefined): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (i % 4 === 3) each();
  }
  expect(condition()).toBe(true);
}

describe('two links in threads of their own', () => {
  it('exchange entries both ways, are cut three times, and resume with no loss or repeat', async () => {
    const { west, east } = await pair();
    const listening = await start(east, 0);
    const path = await relay(listening.port);
    const dialling = await start(west, path.port);
    let now = 0;
    const tick = (): void => {
      now += 1;
      listening.tick(second(now));
      dialling.tick(second(now));
    };
    const expected: { west: string[]; east: string[] } = { west: [], east: [] };
    for (let round = 0; round < 4; round += 1) {
      for (let i = 0; i < 25; i += 1) {
        const text = `${round}.${i}`;
        await record(west.ledger, `w${text}`);
        await record(east.ledger, `e${text}`);
        dialling.recorded(west.ledger.size);
        listening.recorded(east.ledger.size);
        expected.west.push(`w${text}`);
        expected.east.push(`e${text}`);
        if (i === 12 && round > 0) path.cut();
      }
      const all = expected.west.length;
      await eventually(
        () => textsOf(east.told).length >= all && textsOf(west.told).length >= all,
        tick,
      );
    }
    expect(textsOf(east.told)).toEqual(expected.west);
    expect(textsOf(west.told)).toEqual(expected.east);
    expect(path.carried).toBeGreaterThan(3);
    await eventually(() =>
      west.told.some((one) => one.kind === 'receipt' && one.receipt.size === 100),
    );
    for (const one of west.told) {
      if (one.kind === 'receipt') await west.ledger.addReceipt(one.receipt);
    }
    expect(west.ledger.receiptedSize).toBe(100);
    expect([...west.told, ...east.told].filter((one) => one.kind === 'error')).toEqual([]);
  });

  it('hand over no more than the bound while the owner takes nothing', async () => {
    const { west, east } = await pair();
    const texts = Array.from({ length: 3000 }, (_, i) => `w${i}`);
    await record(west.ledger, ...texts);
    const handed: string[] = [];
    const held: (() => void)[] = [];
    const config = { ...east.config, limits: { undeliveredEntriesMax: 300 } };
    const listening = await startLinkWorker({
      config,
      events: {
        ...recorder(east.told),
        onEntries: (entries) => {
          handed.push(...entries.map(({ bytes }) => new TextDecoder().decode(bytes.subarray(16))));
          return new Promise((resolve) => held.push(resolve));
        },
      },
      now: second(0),
    });
    undo.push(() => listening.close());
    const dialling = await start(west, listening.port);
    dialling.recorded(3000);
    await eventually(() => handed.length >= 300);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(handed.length).toBeLessThan(300 + 256);
    let now = 0;
    await eventually(
      () => {
        for (const take of held.splice(0)) take();
        return handed.length === 3000;
      },
      () => {
        now += 1;
        listening.tick(second(now));
        dialling.tick(second(now));
      },
    );
    expect(handed).toEqual(texts);
  });

  it('W-116 read no further in a tick that has cost its share of the processor, by the thread’s own meter', async () => {
    const { west, east } = await pair();
    const texts = Array.from({ length: 6000 }, (_, i) => `w${i}`);
    for (let at = 0; at < 6000; at += 2000)
      await record(west.ledger, ...texts.slice(at, at + 2000));
    // Ticks come every few milliseconds here: the backlog in front of a mark is many of them long.
    const limits = { busyMsPerTickMax: 20, silenceTicksMax: 10_000 };
    const listening = await start({ ...east, config: { ...east.config, limits } }, 0);
    const dialling = await start(west, listening.port);
    dialling.recorded(texts.length);
    // No tick yet: whatever the wait, a share of 20 ms does not take six thousand entries.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(textsOf(east.told).length).toBeLessThan(texts.length);
    let now = 0;
    await eventually(
      () => textsOf(east.told).length === texts.length,
      () => {
        now += 1;
        listening.tick(second(now));
        dialling.tick(second(now));
      },
    );
    expect(textsOf(east.told)).toEqual(texts);
    expect(west.told.filter((one) => one.kind === 'mark').length).toBeGreaterThan(1);
    expect(reasonsOf(east.told)).toEqual([]);
  });

  it('W-112 say no heartbeat for an owner whose loop is blocked: its partner sees a degraded link in three seconds', async () => {
    const { west, east } = await pair();
    const listening = await start(east, 0);
    const { role, host } = west.config.address;
    const owner = new Worker(new URL('../testing/owner-worker.ts', import.meta.url), {
      workerData: { ...west.config, address: { role, host, port: listening.port } },
      execArgv: ['--conditions=isthmus-source'],
    });
    undo.push(() => owner.terminate());
    const started = performance.now();
    const now = () => instant(Math.round((performance.now() - started) * 1000));
    let heard: ReturnType<typeof instant> | null = null;
    let marks = 0;
    const states: string[] = [];
    const look = (): void => {
      const all = east.told.filter((one) => one.kind === 'mark').length;
      if (all > marks) heard = now();
      marks = all;
      states.push(linkStateAt(heard, now()));
    };
    const ticking = setInterval(() => listening.tick(second(Math.floor(now() / 1e6))), 1000);
    undo.push(async () => clearInterval(ticking));
    await eventually(() => {
      look();
      return marks > 4;
    });
    owner.postMessage(4000);
    states.length = 0;
    const blockedAt = now();
    await eventually(() => {
      look();
      return states.at(-1) === 'degraded';
    });
    expect(now() - blockedAt).toBeLessThan(3_600_000);
    // The connection stands and nothing on it has failed: only the owner's loop was missing.
    expect(reasonsOf(east.told)).toEqual([]);
    await eventually(() => {
      look();
      return states.at(-1) === 'up';
    });
    expect(reasonsOf(east.told)).toEqual([]);
  });

  it('end in order, so that the partner hears "shutdown" and not silence', async () => {
    const { west, east } = await pair();
    const listening = await start(east, 0);
    const dialling = await start(west, listening.port);
    const up = (one: Side) => one.told.some((t) => t.kind === 'status' && t.status.state === 'up');
    await eventually(() => up(west) && up(east));
    await dialling.close();
    await eventually(() => reasonsOf(east.told).length > 0);
    expect(reasonsOf(east.told)).toEqual(['partner: shutdown']);
  });

  it('fail to start with a reason when the port is taken', async () => {
    const { east } = await pair();
    const first = await start(east, 0);
    await expect(start(east, first.port)).rejects.toMatchObject({
      code: 'worker-failed',
      message: expect.stringContaining('EADDRINUSE') as unknown,
    });
  });
});
