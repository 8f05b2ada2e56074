// SPDX-License-Identifier: Apache-2.0
// The partner's claim about our record: told before the session comes up, and kept as evidence
// where it does not agree. The world's parts are real; each case puts one side back.

import { createMemoryStorage, logKeys } from '@isthmus/ledger';
import { verifyEvidence } from '@isthmus/ledger/verify';
import { verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { createMemoryNetwork } from './adapters/memory-network.ts';
import { createLinkDriver } from './driver.ts';
import {
  linkKeys,
  openRecords,
  reasonsOf,
  record,
  recorder,
  sealsOf,
  second,
  type Told,
  termsOf,
} from './testing/sides.ts';

type Storage = ReturnType<typeof createMemoryStorage>;

/** West dials East once with what the two disks hold; returns what each was told. */
async function meet(west: Storage, east: Storage): Promise<{ west: Told[]; east: Told[] }> {
  const network = createMemoryNetwork({ schedule: (step) => setImmediate(step) });
  const told: { west: Told[]; east: Told[] } = { west: [], east: [] };
  const drivers = await Promise.all(
    (
      [
        ['east', 'west', east],
        ['west', 'east', west],
      ] as const
    ).map(async ([self, partner, disk]) =>
      createLinkDriver({
        ...(await openRecords(disk, self, partner)),
        terms: termsOf(self, partner),
        transport: self === 'west' ? network.dialler : network.listener,
        seals: sealsOf(self, partner),
        events: recorder(told[self]),
      }),
    ),
  );
  for (const driver of drivers) await driver.start(second(0));
  for (let i = 0; i < 200; i += 1) await new Promise((resolve) => setImmediate(resolve));
  for (const driver of drivers) await driver.close();
  return told;
}

/** What West's disk keeps of East's claims, as a third party finds it. */
async function verdicts(disk: Storage): Promise<string[]> {
  const { own, theirs } = linkKeys('west', 'east');
  const files = (await disk.list('in')).filter((name) => name.startsWith('evidence-'));
  const found: string[] = [];
  for (const file of files) {
    const text = new TextDecoder().decode((await disk.read(`in/${file}`)) ?? undefined);
    const keys = [own.ledger, theirs.hello, theirs.cosign, verifierOf(own.hello)].flatMap(logKeys);
    const { kind, verdict, says } = verifyEvidence(text, keys);
    found.push(`${kind} ${verdict} ${says}`);
  }
  return found;
}

async function disksAfter(entries: number): Promise<{ west: Storage; east: Storage }> {
  const [west, east] = [createMemoryStorage(), createMemoryStorage()];
  const { ledger } = await openRecords(west, 'west', 'east');
  for (let i = 0; i < entries; i += 1) await record(ledger, `w${i}`);
  await meet(west, east);
  return { west, east };
}

describe('a claim of the partner', () => {
  it('W-104 is told as a beginning before the session comes up', async () => {
    const { west, east } = await disksAfter(2);
    const told = await meet(west, east);
    const kinds = told.west.map((one) => (one.kind === 'status' ? one.status.state : one.kind));
    expect(kinds.indexOf('held')).toBeLessThan(kinds.indexOf('up'));
    expect(told.west).toContainEqual({ kind: 'held', held: { size: 2, finding: 'beginning' } });
    expect(await verdicts(west)).toEqual([]);
  });

  it('W-104 to hold more than we have is told and kept, and convicts nobody', async () => {
    const { east } = await disksAfter(3);
    const older = createMemoryStorage();
    await record((await openRecords(older, 'west', 'east')).ledger, 'w0');
    const told = await meet(older, east);
    expect(told.west).toContainEqual({ kind: 'held', held: { size: 3, finding: 'more' } });
    expect(reasonsOf(told.west)[0]).toBe('self: fork');
    expect(await verdicts(older)).toEqual([
      expect.stringMatching(/^claim to-explain east signed that it holds 3 /),
    ]);
  });

  it('W-104 to hold another log is told and kept with the root that ours has there', async () => {
    const { east } = await disksAfter(2);
    const other = createMemoryStorage();
    const { ledger } = await openRecords(other, 'west', 'east');
    await record(ledger, 'x0', 'x1', 'x2');
    const told = await meet(other, east);
    expect(told.west).toContainEqual({ kind: 'held', held: { size: 2, finding: 'other' } });
    expect(await verdicts(other)).toEqual([
      expect.stringMatching(/^claim to-explain .* another root than the log/),
    ]);
  });

  it('W-104 to hold fewer than it once cosigned is an honest copy put back, and no evidence', async () => {
    const { west } = await disksAfter(2);
    const told = await meet(west, createMemoryStorage());
    expect(told.west).toContainEqual({ kind: 'held', held: { size: 0, finding: 'beginning' } });
    expect(await verdicts(west)).toEqual([]);
  });
});
