// SPDX-License-Identifier: Apache-2.0
// Two drivers under a network that fails and a partner that lies. The partner holds the right keys:
// TLS and hello let it in. Titles name the row of the EN 50159 table or the threat.

import { createRandom } from '@isthmus/earth';
import { noteSigner, signNote } from '@isthmus/seal';
import { CLOSE_REASONS, encodeFrame, type Frame, FrameSplitter } from '@isthmus/wire';
import { describe, expect, it } from 'vitest';
import { helloMessage } from './hello.ts';
import {
  AGREEMENT_HASH,
  linkKeys,
  originOf,
  reasonsOf,
  record,
  sealsOf,
  second,
  type Told,
  testKey,
  textsOf,
} from './testing/sides.ts';
import { type World, world } from './testing/world.ts';
import type { Connection } from './transport.ts';

const SEEDS = 12;
const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A connection in west's place, and what east says on it. West itself is suspended. */
async function intrude({ west, net, settle }: World) {
  west.driver.suspend();
  await settle();
  const dialling = net.dialler.dial();
  await settle();
  const connection: Connection = await dialling;
  const splitter = new FrameSplitter();
  const heard: Frame[] = [];
  const lost: string[] = [];
  connection.start({
    data: (bytes) => heard.push(...splitter.push(bytes)),
    drained: () => undefined,
    closed: (reason) => lost.push(reason),
  });
  await settle();
  return { connection, heard, lost };
}

async function validHello(binding: Uint8Array): Promise<Frame> {
  const claims = {
    version: 1,
    from: 'west',
    to: 'east',
    mode: 'exercise',
    agreementHash: AGREEMENT_HASH,
    epoch: 1,
    haveSize: 0,
    haveRoot: EMPTY_ROOT,
  } as const;
  const signature = await sealsOf('west', 'east').signHello(helloMessage(claims, binding));
  return { kind: 'hello', ...claims, signature };
}

function errorsOf(told: readonly Told[]): string[] {
  return told.flatMap((one) => (one.kind === 'error' ? [one.message] : []));
}

function randomFrame(random: ReturnType<typeof createRandom>, hello: Frame): Frame {
  const size = (): number => (random.chance(1, 4) ? random.integer(2 ** 32) : random.integer(4));
  const frames: readonly Frame[] = [
    { kind: 'credit', upTo: size() },
    {
      kind: 'heartbeat',
      at: second(random.integer(9)),
      sentSize: size(),
      seen: size(),
      clock: null,
    },
    { kind: 'batch', first: size(), count: 1 + random.integer(256), checkpoint: 'x\n' },
    { kind: 'entry', index: size(), bytes: new Uint8Array(17 + random.integer(300)) },
    { kind: 'cosignature', size: size(), line: 'x\n' },
    hello,
    { kind: 'close', reason: CLOSE_REASONS[random.integer(20)] ?? 'internal' },
  ];
  return frames[random.integer(frames.length)] as Frame;
}

describe('a network that fails', () => {
  it('W-112 a partner that is half open is noticed by its silence, and the link comes back', async () => {
    const { net, west, east, tick } = await world();
    await tick(2);
    // East's end learns nothing; west dials again, and its newer connection takes the place.
    net.resetOneSided('dialler');
    await tick(3);
    expect(reasonsOf(east.told)).toContain('self: replaced');
    await record(west.ledger, 'after');
    west.driver.recorded(1);
    await tick();
    expect(textsOf(east.told)).toEqual(['after']);
    // And the other way round: only silence tells the dialler.
    net.resetOneSided('listener');
    await tick(14);
    expect(reasonsOf(west.told)).toContain('self: silent');
    await record(west.ledger, 'again');
    west.driver.recorded(2);
    await tick(3);
    expect(textsOf(east.told)).toEqual(['after', 'again']);
  });

  it('that delays shows the age: a mark says the sender’s tick (EN 50159 delay)', async () => {
    const { net, west, east, tick } = await world();
    await tick(2);
    net.setStalled('from-dialler', true);
    await record(west.ledger, 'late');
    west.driver.recorded(1);
    await tick(5);
    const before = east.told.filter((one) => one.kind === 'mark').length;
    expect(textsOf(east.told)).toEqual([]);
    net.setStalled('from-dialler', false);
    await tick();
    const marks = east.told.flatMap((one) => (one.kind === 'mark' ? [one.at] : []));
    expect(marks.slice(before)).toEqual([3, 4, 5, 6, 7, 8].map(second));
    expect(textsOf(east.told)).toEqual(['late']);
  });

  it('that is cut for long is dialled less and less often, and comes back', async () => {
    const { net, west, east, tick } = await world();
    await tick();
    net.setReachable(false);
    net.reset();
    await tick(60);
    const attempts = reasonsOf(west.told).length;
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(11);
    net.setReachable(true);
    await tick(17);
    await record(east.ledger, 'back');
    east.driver.recorded(1);
    await tick();
    expect(textsOf(west.told)).toEqual(['back']);
  });

  it('that changes bytes below TLS ends in a closed session, never in an entry', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = createRandom(`corrupt ${seed}`);
      let armed = false;
      const corrupt = (bytes: Uint8Array): Uint8Array => {
        const copy = bytes.slice();
        if (armed && random.chance(1, 3)) {
          copy[random.integer(copy.length)] = random.integer(256);
        }
        return copy;
      };
      const { west, east, tick } = await world({ corrupt });
      armed = true;
      for (let i = 0; i < 6; i += 1) {
        await record(west.ledger, `w${i}`);
        west.driver.recorded(i + 1);
        await tick();
      }
      armed = false;
      await tick(36);
      expect(textsOf(east.told), `seed ${seed}`).toEqual([0, 1, 2, 3, 4, 5].map((i) => `w${i}`));
      expect([...errorsOf(west.told), ...errorsOf(east.told)], `seed ${seed}`).toEqual([]);
    }
  });
});

describe('a conducted run', () => {
  it('holds each mark until all that was recorded before it is sent', async () => {
    const { west, east, tick } = await world({}, { west: { holdMarks: true } });
    await tick();
    const texts = Array.from({ length: 1500 }, (_, i) => `w${i}`);
    await record(west.ledger, ...texts);
    west.driver.recorded(1500);
    await tick();
    const order = east.told.map((one) => (one.kind === 'mark' ? one.at : one.kind));
    expect(order.indexOf(second(2))).toBeGreaterThan(order.lastIndexOf('entry'));
    expect(textsOf(east.told)).toEqual(texts);
  });
});

describe('one connection a partner', () => {
  it('W-113 the newer authenticated one takes the place of the older', async () => {
    const all = await world();
    const { net, east, settle } = all;
    const dialling = net.dialler.dial();
    await settle();
    const connection = await dialling;
    connection.start({ data: () => undefined, drained: () => undefined, closed: () => undefined });
    await settle();
    // It has proved nothing yet, so the older one stays.
    expect(reasonsOf(east.told)).toEqual([]);
    connection.send(encodeFrame(await validHello(connection.channelBinding)));
    await settle();
    expect(reasonsOf(east.told)).toEqual(['self: replaced']);
  });

  it('suspended, has none, and resumed, goes on where it was', async () => {
    const { west, east, tick } = await world();
    west.driver.suspend();
    await tick(3);
    expect(reasonsOf(east.told)).toEqual(['partner: shutdown']);
    await record(east.ledger, 'meanwhile');
    east.driver.recorded(1);
    await tick(3);
    expect(textsOf(west.told)).toEqual([]);
    west.driver.resume();
    await tick(2);
    expect(textsOf(west.told)).toEqual(['meanwhile']);
    await west.driver.close();
    await tick();
    expect(reasonsOf(east.told).at(-1)).toBe('partner: shutdown');
  });
});

describe('a partner that lies', () => {
  it('a whole session recorded and played again is refused (EN 50159 repetition, masquerade)', async () => {
    const taped: Uint8Array[] = [];
    const tape = (bytes: Uint8Array, way: string): Uint8Array => {
      if (way === 'from-dialler') taped.push(bytes.slice());
      return bytes;
    };
    const all = await world({ corrupt: tape });
    await record(all.west.ledger, 'once');
    all.west.driver.recorded(1);
    await all.tick(2);
    const session = [...taped];
    const { connection } = await intrude(all);
    for (const bytes of session) connection.send(bytes);
    await all.tick();
    expect(reasonsOf(all.east.told).at(-1)).toBe('self: hello-signature');
    expect(textsOf(all.east.told)).toEqual(['once']);
  });

  it('claims entries we never wrote: fork, with an alarm', async () => {
    const all = await world();
    const { connection } = await intrude(all);
    const hello = await validHello(connection.channelBinding);
    if (hello.kind !== 'hello') throw new TypeError('not a hello');
    const { kind: _, signature: __, ...claims } = { ...hello, haveSize: 3 };
    const signature = await sealsOf('west', 'east').signHello(
      helloMessage(claims, connection.channelBinding),
    );
    connection.send(encodeFrame({ kind: 'hello', ...claims, signature }));
    await all.settle();
    expect(reasonsOf(all.east.told).at(-1)).toBe('self: fork');
    expect(all.east.told.at(-1)).toMatchObject({ status: { alarm: true } });
  });

  it('W-110 sends a batch its signature does not cover: refused, not used, not cosigned', async () => {
    const all = await world();
    const { connection, heard } = await intrude(all);
    const origin = originOf('west', 'east');
    const text = `${origin}\n1\n${Buffer.alloc(32).toString('base64')}\n`;
    const checkpoint = await signNote(text, [noteSigner(origin, testKey('west ledger'))]);
    const frames: Frame[] = [
      await validHello(connection.channelBinding),
      { kind: 'credit', upTo: 100 },
      { kind: 'batch', first: 0, count: 1, checkpoint },
      { kind: 'entry', index: 0, bytes: new Uint8Array(40) },
    ];
    for (const frame of frames) connection.send(encodeFrame(frame));
    await all.settle();
    expect(reasonsOf(all.east.told).at(-1)).toBe('self: refused-batch');
    expect(textsOf(all.east.told)).toEqual([]);
    expect(heard.map((frame) => frame.kind)).not.toContain('cosignature');
    expect(all.east.mirror.size).toBe(0);
  });

  it('W-110 gives a receipt that does not verify: closed, and no receipt is told', async () => {
    const wrongKey = sealsOf('west', 'east', {
      own: {
        ...linkKeys('west', 'east').own,
        cosign: noteSigner('west/isthmus/exercise/1/cosign/east', testKey('other'), 4),
      },
    });
    const { west, east, tick } = await world({}, { west: { seals: wrongKey } });
    await record(east.ledger, 'e0');
    east.driver.recorded(1);
    await tick(2);
    expect(textsOf(west.told)).toContain('e0');
    expect(reasonsOf(east.told)).toContain('self: bad-receipt');
    expect(east.told.some((one) => one.kind === 'receipt')).toBe(false);
  });

  it('W-114 random bytes and random frames never crash us, and close with a reason', async () => {
    const misplaced = await validHello(new Uint8Array(32));
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = createRandom(`hostile ${seed}`);
      const all = await world({ chunk: (n) => 1 + random.integer(n) });
      for (let n = 0; n < 8; n += 1) {
        const { connection } = await intrude(all);
        if (random.chance(3, 4))
          connection.send(encodeFrame(await validHello(connection.channelBinding)));
        if (random.chance(1, 2)) connection.send(encodeFrame({ kind: 'credit', upTo: 100 }));
        for (let k = random.integer(20); k >= 0; k -= 1) {
          const bytes = encodeFrame(randomFrame(random, misplaced));
          if (random.chance(1, 4)) bytes[random.integer(bytes.length)] = random.integer(256);
          connection.send(bytes);
        }
        await all.tick();
      }
      const reasons = reasonsOf(all.east.told).map((one) => one.split(': ')[1] as string);
      const known: readonly string[] = [...CLOSE_REASONS, 'transport'];
      expect(
        reasons.filter((one) => !known.includes(one)),
        `seed ${seed}`,
      ).toEqual([]);
      expect(errorsOf(all.east.told), `seed ${seed}`).toEqual([]);
      expect(textsOf(all.east.told), `seed ${seed}`).toEqual([]);
      // An honest partner is let in afterwards as if nothing had been.
      all.west.driver.resume();
      await record(all.west.ledger, 'honest');
      all.west.driver.recorded(1);
      await all.tick(20);
      expect(textsOf(all.east.told), `seed ${seed}`).toEqual(['honest']);
    }
  });

  it('floods: what waits in memory stays under the bound, the rest stays with the sender', async () => {
    const all = await world({}, { east: { limits: { inboundBytesMax: 100_000 } } });
    const { connection } = await intrude(all);
    connection.send(encodeFrame(await validHello(connection.channelBinding)));
    connection.send(encodeFrame({ kind: 'credit', upTo: 100 }));
    await all.settle();
    const beat = encodeFrame({
      kind: 'heartbeat',
      at: second(1),
      sentSize: 0,
      seen: 0,
      clock: null,
    });
    for (let i = 0; i < 20_000; i += 1) connection.send(beat);
    await all.settle();
    expect(reasonsOf(all.east.told).at(-1)).toBe('self: flood');
  });
});

describe('our own disk', () => {
  it('fails under the mirror: nothing is used, the owner is told, the partner keeps its entries', async () => {
    let broken = false;
    const all = await world({}, {}, (operation) => {
      if (broken && operation === 'sync') throw new TypeError('EIO');
    });
    broken = true;
    await all.tick();
    const { west, east, tick } = all;
    await record(west.ledger, 'w0').catch(() => undefined);
    west.driver.recorded(west.ledger.size);
    await tick(3);
    expect(textsOf(east.told)).toEqual([]);
    expect(errorsOf(east.told)[0]).toMatch(/not recording/);
    expect(reasonsOf(east.told)).toContain('self: internal');
  });
});
