// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { describe, expect, it } from 'vitest';
import { createMemoryNetwork, type MemoryNetworkOptions } from './adapters/memory-network.ts';
import { createLinkDriver, type LinkDriver, type LinkDriverOptions } from './driver.ts';
import {
  createMemoryStorage,
  openRecords,
  reasonsOf,
  record,
  recorder,
  sealsOf,
  second,
  type TestRecords,
  type Told,
  termsOf,
  textsOf,
} from './testing.ts';

interface TestSide extends TestRecords {
  readonly told: Told[];
  driver: LinkDriver;
}

type Change = Partial<Pick<LinkDriverOptions, 'terms' | 'limits' | 'seals' | 'holdMarks'>>;

/** Two sides on a memory network whose steps run when the test says so, in a fixed order. */
async function world(
  network: Partial<MemoryNetworkOptions> = {},
  change: { west?: Change; east?: Change } = {},
) {
  const steps: (() => void)[] = [];
  const net = createMemoryNetwork({ schedule: (step) => steps.push(step), ...network });
  const side = async (self: string, partner: string): Promise<TestSide> => {
    const records = await openRecords(createMemoryStorage(), self, partner);
    const told: Told[] = [];
    return { ...records, told, driver: start(self, partner, { records, told }) };
  };
  const start = (
    self: string,
    partner: string,
    { records, told }: { records: TestRecords; told: Told[] },
  ): LinkDriver =>
    createLinkDriver({
      terms: termsOf(self, partner),
      transport: self === 'west' ? net.dialler : net.listener,
      reader: records.reader,
      mirror: records.mirror,
      seals: sealsOf(self, partner),
      events: recorder(told),
      ...(self === 'west' ? change.west : change.east),
    });
  const west = await side('west', 'east');
  const east = await side('east', 'west');
  /** Runs everything that can happen without another tick. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      await west.driver.idle();
      await east.driver.idle();
      await Promise.resolve();
      const ready = steps.splice(0);
      for (const step of ready) step();
      quiet = ready.length === 0 ? quiet + 1 : 0;
    }
  };
  let now = 0;
  const tick = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      now += 1;
      west.driver.tick(second(now));
      east.driver.tick(second(now));
      await settle();
    }
  };
  await east.driver.start(second(0));
  await west.driver.start(second(0));
  await settle();
  return { net, west, east, settle, tick, steps };
}

describe('two drivers', () => {
  it('come up, carry what is recorded both ways, and return receipts', async () => {
    const { west, east, settle, tick } = await world();
    await record(west.ledger, 'w0', 'w1');
    await record(east.ledger, 'e0');
    west.driver.recorded(2);
    east.driver.recorded(1);
    await settle();
    expect(textsOf(east.told)).toEqual(['w0', 'w1']);
    expect(textsOf(west.told)).toEqual(['e0']);
    await tick();
    expect(west.told).toContainEqual({ kind: 'status', status: { state: 'up' } });
    const receipt = west.told.find((one) => one.kind === 'receipt');
    if (receipt?.kind !== 'receipt') throw new TypeError('no receipt');
    await west.ledger.addReceipt(receipt.receipt);
    expect(west.ledger.receiptedSize).toBe(2);
    expect(east.mirror.root).toEqual(west.ledger.root);
  });

  it('send nothing that was not recorded, also when told of a larger size', async () => {
    const { west, east, settle } = await world();
    west.driver.recorded(7);
    await settle();
    expect(textsOf(east.told)).toEqual([]);
    expect(reasonsOf(west.told)).toEqual([]);
  });

  it('tell a mark only after the entries that were sent before it', async () => {
    const { west, east, tick } = await world({ chunk: () => 7 });
    for (let i = 1; i <= 5; i += 1) {
      await record(west.ledger, `at ${i}`);
      west.driver.recorded(i);
      await tick();
    }
    const order = east.told.flatMap((one) => {
      if (one.kind === 'entry') return [one.text];
      return one.kind === 'mark' ? [`mark ${(one.at - second(0)) / 1e6}`] : [];
    });
    // The mark of the start is told again when the session comes up.
    expect(order).toEqual(['mark 0', ...[1, 2, 3, 4, 5].flatMap((i) => [`at ${i}`, `mark ${i}`])]);
  });

  it('survive resets at random moments without loss or repetition', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const random = createRandom(seed);
      const { net, west, east, tick, steps } = await world({ chunk: (n) => 1 + random.integer(n) });
      for (let i = 0; i < 60; i += 1) {
        await record(west.ledger, `w${i}`);
        await record(east.ledger, `e${i}`);
        west.driver.recorded(i + 1);
        east.driver.recorded(i + 1);
        for (let k = random.integer(12); k > 0; k -= 1) {
          steps.shift()?.();
          await Promise.resolve();
        }
        if (random.chance(1, 3)) net.reset();
        if (random.chance(1, 2)) await tick();
      }
      await tick(40);
      const all = Array.from({ length: 60 }, (_, i) => i);
      expect(textsOf(east.told), `seed ${seed}`).toEqual(all.map((i) => `w${i}`));
      expect(textsOf(west.told), `seed ${seed}`).toEqual(all.map((i) => `e${i}`));
      expect(net.opened, `seed ${seed}`).toBeGreaterThan(2);
    }
  });

  it('refuse a partner of the other mode and call a person', async () => {
    const live = { ...termsOf('west', 'east'), mode: 'live' as const };
    const { west, east } = await world({}, { west: { terms: live } });
    expect(reasonsOf(east.told)).toEqual(['self: mode']);
    expect(reasonsOf(west.told)).toEqual(['partner: mode']);
    expect(east.told.at(-1)).toMatchObject({ status: { alarm: true } });
  });
});
