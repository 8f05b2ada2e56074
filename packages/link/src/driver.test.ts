// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { type LogKey, logKeys } from '@isthmus/ledger';
import { heldKey, verifierOf } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { describe, expect, it } from 'vitest';
import {
  linkKeys,
  reasonsOf,
  record,
  recorder,
  sealsOf,
  second,
  type Told,
  termsOf,
  testKey,
  textsOf,
} from './testing/sides.ts';
import { world } from './testing/world.ts';

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

  it('W-115 send nothing that was not recorded, also when told of a larger size', async () => {
    const { west, east, settle } = await world();
    west.driver.recorded(7);
    await settle();
    expect(textsOf(east.told)).toEqual([]);
    expect(reasonsOf(west.told)).toEqual([]);
  });

  it('W-111 tell a mark only after the entries that were sent before it', async () => {
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

  it('W-115 survive resets at random moments without loss or repetition', async () => {
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

  it('W-112 take nothing but the owner’s tick for a heartbeat, however much else is sent', async () => {
    const { west, east, settle } = await world();
    const marks = (): number => east.told.filter((one) => one.kind === 'mark').length;
    const before = marks();
    for (let i = 1; i <= 12; i += 1) {
      await record(west.ledger, `w${i}`);
      west.driver.recorded(i);
      east.driver.tick(second(i));
      await settle();
    }
    expect(textsOf(east.told).length).toBeGreaterThan(9);
    expect(marks()).toBe(before);
    expect(reasonsOf(east.told)).toContain('self: silent');
  });

  it('W-116 read no further in a tick whose bytes are used up, and lose nothing', async () => {
    const bytesPerTickMax = 300_000;
    const { net, west, east, tick } = await world(
      { chunk: (n) => Math.min(n, 4096) },
      { east: { limits: { bytesPerTickMax } } },
    );
    const texts = Array.from({ length: 1024 }, (_, i) => `w${i} ${'x'.repeat(1000)}`);
    await record(west.ledger, ...texts);
    west.driver.recorded(texts.length);
    for (let ticks = 1; ticks <= 5; ticks += 1) {
      await tick();
      // What was left when the first tick came counts too; the frame that used it up came whole.
      expect(textsOf(east.told).length * 1000).toBeLessThan((ticks + 1) * (bytesPerTickMax + 1100));
    }
    expect(textsOf(east.told)).toEqual(texts);
    expect(reasonsOf(east.told)).toEqual([]);
    expect(net.opened).toBe(1);
  });

  it('W-116 read no further in a tick that has cost its share of the processor, and still say their tick', async () => {
    // Each batch costs thirty milliseconds; a tick may cost fifty, which the second one passes.
    const told: Told[] = [];
    const meter = { busyMs: () => 30 * Math.ceil(textsOf(told).length / 256) };
    const { west, east, tick } = await world(
      {},
      { east: { limits: { busyMsPerTickMax: 50 }, meter, events: recorder(told) } },
    );
    const texts = Array.from({ length: 6 * 256 }, (_, i) => `w${i}`);
    await record(west.ledger, ...texts);
    for (let ticks = 1; ticks <= 3; ticks += 1) {
      if (ticks === 1) west.driver.recorded(texts.length);
      await tick();
      expect(textsOf(told).length).toBe(ticks * 2 * 256);
      expect(west.told.filter((one) => one.kind === 'mark').at(-1)).toEqual({
        kind: 'mark',
        at: second(ticks),
      });
    }
    expect(east.mirror.size).toBe(texts.length);
    expect(reasonsOf(told)).toEqual([]);
  });

  it('W-101 W-110 keep their order with signers elsewhere that take their time', async () => {
    const slow = <T>(made: Promise<T>): Promise<T> =>
      new Promise((resolve) => setImmediate(resolve)).then(() => made);
    const slowed = (self: string, partner: string): ReturnType<typeof sealsOf> => {
      const seals = sealsOf(self, partner);
      return {
        ...seals,
        signHello: (message) => slow(seals.signHello(message)),
        cosign: (note, at) => slow(seals.cosign(note, at)),
      };
    };
    const { net, west, east, tick } = await world(
      {},
      { west: { seals: slowed('west', 'east') }, east: { seals: slowed('east', 'west') } },
    );
    for (let i = 0; i < 12; i += 1) {
      await record(west.ledger, `w${i}`);
      await record(east.ledger, `e${i}`);
      west.driver.recorded(i + 1);
      east.driver.recorded(i + 1);
      if (i === 6) net.reset();
      await tick();
    }
    await tick(4);
    const all = Array.from({ length: 12 }, (_, i) => i);
    expect(textsOf(east.told)).toEqual(all.map((i) => `w${i}`));
    expect(textsOf(west.told)).toEqual(all.map((i) => `e${i}`));
    // A frame before the hello, or a receipt out of turn, would have ended the session.
    expect(reasonsOf(east.told)).toEqual(['transport: transport']);
    const receipts = west.told.flatMap((one) => (one.kind === 'receipt' ? [one.receipt.size] : []));
    expect(receipts).toEqual([...receipts].sort((a, b) => a - b));
    expect(receipts.at(-1)).toBe(12);
  });

  it('end a session whose hello cannot be signed, say so, and come up when it can', async () => {
    const seals = sealsOf('west', 'east');
    let gone = true;
    const signHello = (message: Uint8Array): Promise<Uint8Array> =>
      gone ? Promise.reject(new Error('agent is gone')) : seals.signHello(message);
    const { west, tick } = await world({}, { west: { seals: { ...seals, signHello } } });
    expect(reasonsOf(west.told)).toEqual(['self: internal']);
    expect(west.told).toContainEqual({ kind: 'error', message: 'agent is gone' });
    gone = false;
    await tick(70);
    expect(west.told).toContainEqual({ kind: 'status', status: { state: 'up' } });
  });

  it('K-16 take a hello by either of two active keys, and by none that has ended', async () => {
    const { theirs } = linkKeys('east', 'west');
    const [old] = logKeys(theirs.hello);
    const next = verifierOf(heldKey(old.name, testKey('west hello 2')));
    const cases = [
      ['active', true],
      ['retired', false],
      ['revoked', false],
    ] as const;
    for (const [status, good] of cases) {
      for (const hello of [
        [{ ...old, status }, next],
        [next, { ...old, status }],
      ]) {
        const seals = sealsOf('east', 'west', { theirs: { ...theirs, hello } });
        const { east } = await world({}, { east: { seals } });
        expect(reasonsOf(east.told), status).toEqual(good ? [] : ['self: hello-signature']);
      }
    }
    const own = { ...linkKeys('west', 'east').own };
    const hello = openSigner(heldKey(old.name, testKey('west hello 2')));
    const west = { seals: sealsOf('west', 'east', { own: { ...own, hello } }) };
    const seals = sealsOf('east', 'west', { theirs: { ...theirs, hello: [old, next] } });
    const both = await world({}, { west, east: { seals } });
    expect(reasonsOf(both.east.told)).toEqual([]);
  });

  it('K-18 end a session whose hello key has ended, and come up again with a good one', async () => {
    const { theirs, own } = linkKeys('east', 'west');
    const [old] = logKeys(theirs.hello);
    const next = heldKey(old.name, testKey('west hello 2'));
    const both = { ...theirs, hello: [old, verifierOf(next)] };
    const { west, east, tick } = await world();
    await record(west.ledger, 'before');
    west.driver.recorded(1);
    await tick(2);
    // A key that is added cuts nothing.
    east.driver.revise(sealsOf('east', 'west', { own, theirs: both }));
    await tick();
    expect(reasonsOf(east.told)).toEqual([]);
    const revoked = [{ ...old, status: 'revoked' as const }, verifierOf(next)];
    east.driver.revise(sealsOf('east', 'west', { own, theirs: { ...theirs, hello: revoked } }));
    await tick();
    expect(reasonsOf(east.told)).toEqual(['self: revoked']);
    expect(reasonsOf(west.told)).toEqual(['partner: revoked']);
    expect(east.told.some((one) => one.kind === 'status' && one.status.alarm === true)).toBe(true);
    // The old key does not come back in.
    await tick(80);
    expect(
      reasonsOf(east.told)
        .slice(1)
        .every((one) => one === 'self: hello-signature'),
    ).toBe(true);
    expect(reasonsOf(east.told).length).toBeGreaterThan(1);
    const renewed = { ...linkKeys('west', 'east').own, hello: openSigner(next) };
    west.driver.revise(sealsOf('west', 'east', { own: renewed }));
    await record(west.ledger, 'after');
    west.driver.recorded(2);
    await tick(80);
    expect(textsOf(east.told)).toEqual(['before', 'after']);
  });

  it('K-19 lose nothing over fifty changes of the hello key under load', async () => {
    const west = linkKeys('west', 'east');
    const east = linkKeys('east', 'west');
    const [first] = logKeys(east.theirs.hello);
    const all = await world();
    const hellos: LogKey[] = [first];
    for (let i = 1; i <= 50; i += 1) {
      const next = heldKey(first.name, testKey(`west hello ${i}`));
      await record(all.west.ledger, `w${i}`);
      all.west.driver.recorded(i);
      hellos.push(verifierOf(next));
      const known = (keys: readonly LogKey[]) =>
        sealsOf('east', 'west', { theirs: { ...east.theirs, hello: keys } });
      all.east.driver.revise(known(hellos));
      all.west.driver.revise(
        sealsOf('west', 'east', { own: { ...west.own, hello: openSigner(next) } }),
      );
      all.net.reset();
      await all.tick(2);
      hellos[i - 1] = { ...(hellos[i - 1] as LogKey), status: 'revoked' };
      all.east.driver.revise(known(hellos));
      await all.tick();
    }
    expect(textsOf(all.east.told)).toEqual(Array.from({ length: 50 }, (_, i) => `w${i + 1}`));
    expect(new Set(reasonsOf(all.east.told))).toEqual(new Set(['transport: transport']));
  });

  it('refuse a partner of the other mode and call a person', async () => {
    const live = { ...termsOf('west', 'east'), mode: 'live' as const };
    const { west, east } = await world({}, { west: { terms: live } });
    expect(reasonsOf(east.told)).toEqual(['self: mode']);
    expect(reasonsOf(west.told)).toEqual(['partner: mode']);
    expect(east.told.at(-1)).toMatchObject({ status: { alarm: true } });
  });
});
