// SPDX-License-Identifier: Apache-2.0
// The matrix of EN 50159: seven threats, and the defences that catch each. A test an X takes that one
// defence away, on a stream that nothing below protects (but for the column of TLS, where TLS is all
// there is), and shows that the rest of its row still catches the threat. A defence is taken away by a
// stand-in, or by an attacker who can satisfy it: one that renumbers, or one that holds the key.

import { formatCheckpoint, leafHash, openCheckpoint, parseCheckpoint } from '@isthmus/ledger';
import {
  concatBytes,
  encodeHex,
  noteSigner,
  noteText,
  sha256,
  signNote,
  verifierOf,
} from '@isthmus/seal';
import { encodeFrame, type Frame, FrameSplitter } from '@isthmus/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LinkSeals } from './driver-options.ts';
import { type HelloClaims, helloMessage } from './hello.ts';
import type { RecordMirror } from './records.ts';
import {
  AGREEMENT_HASH,
  originOf,
  reasonsOf,
  record,
  sealsOf,
  second,
  testKey,
  textsOf,
} from './testing/sides.ts';
import { type Change, world } from './testing/world.ts';

const ORIGIN = originOf('west', 'east');
const SIGNER = noteSigner(ORIGIN, testKey('west ledger'));
const EMPTY_ROOT = encodeHex(sha256(new Uint8Array()));
const WHOLE = ['w0', 'w1', 'w2', 'w3'];

/** The frames that carry one entry of west's: its batch, itself, and the tick that follows. */
type Group = readonly [Frame, Frame, Frame];
let groups: readonly Group[];
/** West's own answer to a cosignature: does it cover a tree of west's? */
let isReceipt: (size: number, line: string) => boolean;

beforeAll(async () => {
  const { west } = await world();
  const roots = new Map<number, Uint8Array>();
  const made: Group[] = [];
  for (const [index, text] of WHOLE.entries()) {
    await record(west.ledger, text);
    roots.set(index + 1, west.ledger.root);
    await west.reader.refresh();
    const batch = await west.reader.batchAfter(index);
    if (batch === null) throw new TypeError('no batch');
    const bytes = batch.recorded[0]?.bytes ?? new Uint8Array();
    made.push([
      { kind: 'batch', first: index, count: 1, checkpoint: batch.checkpoint },
      { kind: 'entry', index, bytes },
      beat(index + 1),
    ]);
  }
  groups = made;
  const { verifyReceipt } = sealsOf('west', 'east');
  isReceipt = (size, line) => {
    const root = roots.get(size);
    return root !== undefined && verifyReceipt({ size, root }, line);
  };
});

function beat(sentSize: number, at = sentSize): Frame {
  return { kind: 'heartbeat', at: second(at), sentSize, seen: 0, clock: null };
}

/** The stream with its counts made to fit, as one who defeats the sequence numbers would. */
function renumbered(frames: readonly Frame[]): Frame[] {
  let count = 0;
  return frames.map((frame): Frame => {
    if (frame.kind === 'batch') return { ...frame, first: count };
    if (frame.kind === 'heartbeat') return { ...frame, sentSize: count };
    if (frame.kind !== 'entry') return frame;
    count += 1;
    return { ...frame, index: count - 1 };
  });
}

/** The stream with the times of its heartbeats made to rise. */
function retimed(frames: readonly Frame[]): Frame[] {
  let tick = 0;
  return frames.map((frame): Frame => {
    if (frame.kind !== 'heartbeat') return frame;
    tick += 1;
    return { ...frame, at: second(tick) };
  });
}

/** A mirror that checks a signature and no root (the hash of what came before), or neither. */
function laxMirror(checks: { readonly signature: boolean; readonly root: boolean }): RecordMirror {
  const leaves: Uint8Array[] = [];
  let checkpoint: string | null = null;
  return {
    get size() {
      return leaves.length;
    },
    get root() {
      return rootOf(leaves);
    },
    get checkpoint() {
      return checkpoint;
    },
    keepEvidence: () => Promise.resolve(),
    accept: ({ first, entries, checkpoint: note }) => {
      const said = checks.signature
        ? openCheckpoint(note, verifierOf(SIGNER))
        : parseCheckpoint(noteText(note));
      const all = [...leaves, ...entries.map(leafHash)];
      const isSame = Buffer.from(said.root).equals(rootOf(all));
      if (said.size !== first + entries.length || (checks.root && !isSame)) {
        return Promise.reject(Object.assign(new RangeError('refused'), { code: 'bad-root' }));
      }
      leaves.splice(0, leaves.length, ...all);
      checkpoint = note;
      return Promise.resolve();
    },
  };
}

/** RFC 6962 section 2.1, by its definition. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

interface Outcome {
  readonly texts: string[];
  readonly end: string | undefined;
  /** Receipts that west would take, and those it would close on. */
  readonly receipts: { good: number; bad: number };
}

/** What east makes of a stream on an open channel, after a hello that is west's own or spoiled. */
async function attack(
  frames: readonly Frame[],
  options: {
    readonly east?: Change;
    readonly claims?: Partial<HelloClaims>;
    readonly key?: LinkSeals;
    readonly ticksAfter?: number;
  } = {},
): Promise<Outcome> {
  const all = await world({}, { east: options.east ?? {} });
  all.west.driver.suspend();
  await all.settle();
  const before = reasonsOf(all.east.told).length;
  const dialling = all.net.dialler.dial();
  await all.settle();
  const connection = await dialling;
  const splitter = new FrameSplitter();
  const receipts = { good: 0, bad: 0 };
  connection.start({
    data: (bytes) => {
      for (const frame of splitter.push(bytes)) {
        if (frame.kind !== 'cosignature') continue;
        if (isReceipt(frame.size, frame.line)) receipts.good += 1;
        else receipts.bad += 1;
      }
    },
    drained: () => undefined,
    closed: () => undefined,
  });
  const claims: HelloClaims = {
    version: 1,
    from: 'west',
    to: 'east',
    mode: 'exercise',
    agreementHash: AGREEMENT_HASH,
    epoch: 1,
    haveSize: 0,
    haveRoot: EMPTY_ROOT,
    ...options.claims,
  };
  const signer = options.key ?? sealsOf('west', 'east');
  const signature = await signer.signHello(helloMessage(claims, connection.channelBinding));
  const hello: Frame = { kind: 'hello', ...claims, signature };
  for (const frame of [hello, { kind: 'credit', upTo: 100 } as const, ...frames]) {
    connection.send(encodeFrame(frame));
    await all.settle();
  }
  await all.tick(options.ticksAfter ?? 0);
  const reasons = reasonsOf(all.east.told).slice(before);
  return { texts: textsOf(all.east.told), end: reasons[0], receipts };
}

const PASS_RECEIPT: Change = {
  seals: { ...sealsOf('east', 'west'), verifyReceipt: () => true },
};
const NO_ROOT = (): Change => ({ mirror: laxMirror({ signature: true, root: false }) });
const NO_SIGNATURE = (): Change => ({ mirror: laxMirror({ signature: false, root: true }) });
const NO_TIMEOUT: Change = { limits: { silenceTicksMax: 1_000_000 } };

/** Caught: closed for the reason, nothing used but a true beginning, and no false receipt given. */
function expectCaught({ texts, end, receipts }: Outcome, reason: string): void {
  expect(end).toBe(`self: ${reason}`);
  expect(texts).toEqual(WHOLE.slice(0, texts.length));
  expect(texts.length).toBeLessThan(WHOLE.length);
  expect(receipts).toEqual({ good: texts.length, bad: 0 });
}

const of = (...order: number[]): Frame[] => order.flatMap((i) => [...(groups[i] as Group)]);

describe('W-123 without any threat', () => {
  it('everything arrives, also past each stand-in', async () => {
    for (const east of [{}, NO_ROOT(), NO_SIGNATURE(), PASS_RECEIPT, NO_TIMEOUT]) {
      const { texts, end, receipts } = await attack(of(0, 1, 2, 3), { east });
      expect({ texts, end }).toEqual({ texts: WHOLE, end: undefined });
      expect(receipts).toEqual({ good: 4, bad: 0 });
    }
  });
});

describe('W-123 repetition', () => {
  const repeated = (): Frame[] => of(0, 1, 1, 2, 3);
  it('is caught by the sequence without TLS', async () => {
    expectCaught(await attack(repeated()), 'out-of-sequence');
  });
  it('is caught without sequence numbers: the checkpoint is not of that size', async () => {
    expectCaught(await attack(renumbered(repeated())), 'refused-batch');
  });
  it('is caught without the hash of what came before', async () => {
    expectCaught(await attack(repeated(), { east: NO_ROOT() }), 'out-of-sequence');
  });
  it('is caught without times', async () => {
    expectCaught(await attack(retimed(repeated())), 'out-of-sequence');
  });
});

describe('W-123 deletion', () => {
  const deleted = (): Frame[] => of(0, 2, 3);
  it('is caught by the sequence without TLS, and a lost entry by the next heartbeat', async () => {
    expectCaught(await attack(deleted()), 'out-of-sequence');
    expectCaught(await attack([...of(0), beat(2)]), 'out-of-sequence');
  });
  it('is caught without sequence numbers: the root is another', async () => {
    expectCaught(await attack(renumbered(deleted())), 'refused-batch');
  });
  it('is caught without the hash of what came before', async () => {
    expectCaught(await attack(deleted(), { east: NO_ROOT() }), 'out-of-sequence');
  });
  it('is caught without a time-out', async () => {
    expectCaught(await attack(deleted(), { east: NO_TIMEOUT }), 'out-of-sequence');
  });
  it('is caught without receipts; and with them alone, none comes for what was lost', async () => {
    expectCaught(await attack(deleted(), { east: PASS_RECEIPT }), 'out-of-sequence');
    const all = await attack(of(0, 1), { east: NO_TIMEOUT });
    expect(all.receipts).toEqual({ good: 2, bad: 0 });
  });
});

/** An entry west never wrote, under a checkpoint it did write. */
const forged = (note?: string): Frame[] => {
  const bytes = new TextEncoder().encode('sixteen bytes of forged');
  const { checkpoint } = (groups[1] as Group)[0] as Extract<Frame, { kind: 'batch' }>;
  return [
    { kind: 'batch', first: 1, count: 1, checkpoint: note ?? checkpoint },
    { kind: 'entry', index: 1, bytes },
  ];
};

/** A checkpoint over west's first entry and the forged one, by one who holds west's key. */
function stolen(): Promise<string> {
  const first = (groups[0] as Group)[1] as Extract<Frame, { kind: 'entry' }>;
  const extra = forged()[1] as Extract<Frame, { kind: 'entry' }>;
  const root = rootOf([leafHash(first.bytes), leafHash(extra.bytes)]);
  return signNote(formatCheckpoint({ origin: ORIGIN, size: 2, root }), [SIGNER]);
}

describe('W-123 insertion', () => {
  it('is caught by the root without TLS', async () => {
    expectCaught(await attack([...of(0), ...forged(), ...of(1, 2, 3)]), 'refused-batch');
  });
  it('is caught without sequence numbers', async () => {
    expectCaught(
      await attack(renumbered([...of(0), ...forged(), ...of(1, 2, 3)])),
      'refused-batch',
    );
  });
  it('is noticed without the hash of what came before, by the sequence and by its receipt', async () => {
    const { end, receipts } = await attack([...of(0), ...forged(), ...of(1, 2, 3)], {
      east: NO_ROOT(),
    });
    expect(end).toBe('self: out-of-sequence');
    expect(receipts).toMatchObject({ bad: 0 });
  });
  it('is caught without names and epoch: the hello is of another channel', async () => {
    const other = { ...sealsOf('west', 'east') };
    const binding = new Uint8Array(32).fill(9);
    const key = {
      ...other,
      signHello: (message: Uint8Array) => {
        const text = new TextDecoder().decode(message);
        const moved = text.replace(/channel [0-9a-f]+/, `channel ${encodeHex(binding)}`);
        return other.signHello(new TextEncoder().encode(moved));
      },
    };
    expectCaught(await attack(of(0, 1), { key }), 'hello-signature');
  });
  it('is caught without receipts', async () => {
    const frames = [...of(0), ...forged(), ...of(1, 2, 3)];
    expectCaught(await attack(frames, { east: PASS_RECEIPT }), 'refused-batch');
  });
  it('is noticed without the signature, by one who holds the key: west takes no receipt for it, and the sequence ends', async () => {
    const { end, receipts } = await attack([...of(0), ...forged(await stolen()), ...of(1, 2, 3)]);
    expect(end).toBe('self: out-of-sequence');
    expect(receipts).toEqual({ good: 1, bad: 1 });
  });
});

describe('W-123 re-sequencing', () => {
  const exchanged = (): Frame[] => of(0, 2, 1, 3);
  it('is caught by the sequence without TLS', async () => {
    expectCaught(await attack(exchanged()), 'out-of-sequence');
  });
  it('is caught without sequence numbers', async () => {
    expectCaught(await attack(renumbered(exchanged())), 'refused-batch');
  });
  it('is caught without the hash of what came before', async () => {
    expectCaught(await attack(exchanged(), { east: NO_ROOT() }), 'out-of-sequence');
  });
  it('is caught without times', async () => {
    expectCaught(await attack(retimed(exchanged())), 'out-of-sequence');
  });
});

/** The second entry with one bit changed. */
function corrupted(): Frame[] {
  const [batch, entry, mark] = groups[1] as Group;
  if (entry.kind !== 'entry') throw new TypeError('no entry');
  const bytes = entry.bytes.slice();
  bytes[17] = (bytes[17] as number) ^ 1;
  return [...of(0), batch, { ...entry, bytes }, mark, ...of(2, 3)];
}

describe('W-123 corruption', () => {
  it('is caught by the root without TLS', async () => {
    expectCaught(await attack(corrupted()), 'refused-batch');
  });
  it('is caught without the signature: the root covers every bit', async () => {
    expectCaught(await attack(corrupted(), { east: NO_SIGNATURE() }), 'refused-batch');
  });
  it('is caught without the root by TLS alone: neither signature nor receipt covers the bits by themselves', async () => {
    // What adapters/matrix-tls.test.ts shows for a corruption on the path; here, that it is needed.
    const { end, receipts } = await attack(corrupted(), { east: NO_ROOT() });
    expect(end).toBe(undefined);
    expect(receipts.bad).toBe(0);
  });
});

describe('W-123 delay', () => {
  it('is caught without times: silence ends the session', async () => {
    expectCaught(await attack(of(0, 1), { ticksAfter: 12 }), 'silent');
  });
  it('is seen without a time-out: a mark tells the tick it was said at, and receipts are late', async () => {
    const late = await attack([...of(0), beat(1, 2)], { east: NO_TIMEOUT, ticksAfter: 30 });
    expect(late.end).toBe(undefined);
    expect(late.receipts).toEqual({ good: 1, bad: 0 });
  });
  it('is caught without receipts', async () => {
    expectCaught(await attack(of(0, 1), { east: PASS_RECEIPT, ticksAfter: 12 }), 'silent');
  });
});

describe('W-123 masquerade', () => {
  const stranger = sealsOf('north', 'east');
  it('is caught by the hello without TLS', async () => {
    expectCaught(await attack(of(0, 1), { key: stranger }), 'hello-signature');
    expectCaught(await attack(of(0, 1), { claims: { from: 'north' } }), 'party');
  });
  it('is caught without names and epoch: the key is another', async () => {
    const terms = { self: 'east', partner: 'north', mode: 'exercise', epoch: 2 } as const;
    const east = { terms: { ...terms, agreementHash: AGREEMENT_HASH } };
    const claims = { from: 'north', epoch: 2 };
    expectCaught(await attack(of(0), { east, claims, key: stranger }), 'hello-signature');
  });
  it('is caught without the signature of the hello: no batch is signed, and none is used', async () => {
    const east = { seals: { ...sealsOf('east', 'west'), verifyHello: () => true } };
    const other = noteSigner(ORIGIN, testKey('north ledger'));
    const text = noteText(await stolen());
    const frames = [...forged(await signNote(text, [other]))].map(
      (frame): Frame =>
        frame.kind === 'batch' ? { ...frame, first: 0 } : ({ ...frame, index: 0 } as Frame),
    );
    expectCaught(await attack(frames, { east, key: stranger }), 'refused-batch');
  });
  it('is caught without receipts', async () => {
    expectCaught(await attack(of(0), { east: PASS_RECEIPT, key: stranger }), 'hello-signature');
  });
});
