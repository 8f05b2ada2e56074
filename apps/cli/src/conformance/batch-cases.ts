// SPDX-License-Identifier: Apache-2.0
// Batches: out of order, replayed, under checkpoints that are forged, forked or not the log's.

import { concatBytes, type NoteSigner, randomBytes, signNote } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Frame } from '@isthmus/wire';
import { type Case, closing, FAIL, PASS, type Stage } from './case.ts';
import { entryOf } from './own-log.ts';
import { bytesField, doublesField, integerField, signedField } from './raw.ts';

const COUNT_MAX = 256;
const RELEASE_BYTES_MAX = 61_440;
/** Entries of the largest size that together have more than 1 MiB. */
const HEAVY = 18;

const GOOD: Case = {
  clauses: ['W-110', 'W-107', 'L-24'],
  sent: 'a batch of 256 test messages, and one of a single one',
  expected: 'a good cosignature for each, once, in order',
  play: async ({ kit, session }) => {
    const before = session.frames('cosignature').length;
    const wanted = [kit.log.size + COUNT_MAX, kit.log.size + COUNT_MAX + 1];
    await kit.give(
      session,
      Array.from({ length: COUNT_MAX }, () => kit.testMessage()),
    );
    await kit.give(session, [kit.testMessage()]);
    const came = session.frames('cosignature').slice(before);
    const sizes = came.map(({ size }) => size);
    return sizes.join() === wanted.join()
      ? PASS(`receipts for ${sizes.join(' and ')}`)
      : FAIL(`receipts for ${sizes.join(' and ')}, not for ${wanted.join(' and ')}`);
  },
};

/** One test message under a checkpoint of the caller's making. */
async function under(
  { kit }: Stage,
  checkpoint: (entry: Uint8Array) => Promise<string>,
): Promise<Frame[]> {
  const entry = kit.testMessage();
  const first = kit.log.size;
  const note = await checkpoint(entry);
  return [
    { kind: 'batch', first, count: 1, checkpoint: note },
    { kind: 'entry', index: first, bytes: entry },
  ];
}

const ORDER: readonly Case[] = [
  closing(['W-107'], 'a batch that leaves out an entry', 'out-of-sequence', async ({ kit }) => {
    const frames = await kit.batchFrames([kit.testMessage()]);
    return frames.map((one) =>
      one.kind === 'batch' ? { ...one, first: one.first + 1 } : { ...one, index: one.index + 1 },
    );
  }),
  {
    clauses: ['W-107'],
    sent: 'the last batch again, byte for byte',
    expected: 'close: out-of-sequence',
    play: async ({ kit, session }) => {
      const given = [kit.testMessage()];
      const frames = await kit.batchFrames(given);
      await kit.give(session, given);
      for (const frame of frames) session.send(frame);
      const end = await session.ending();
      return end?.reason === 'out-of-sequence' ? PASS(end.says) : FAIL(end?.says ?? 'nothing');
    },
  },
  closing(
    ['W-107'],
    'two entries of a batch in the other order',
    'out-of-sequence',
    async ({ kit }) => {
      const [batch, one, two] = await kit.batchFrames([kit.testMessage(), kit.testMessage()]);
      return [batch, two, one].filter((frame) => frame !== undefined);
    },
  ),
  closing(['W-107'], 'an entry of a batch twice', 'out-of-sequence', async ({ kit }) => {
    const [batch, one] = await kit.batchFrames([kit.testMessage(), kit.testMessage()]);
    return [batch, one, one].filter((frame) => frame !== undefined);
  }),
  closing(
    ['W-107'],
    'a heartbeat between a batch and its entry',
    'out-of-sequence',
    async (stage) => {
      const [batch] = await stage.kit.batchFrames([stage.kit.testMessage()]);
      return [batch, stage.session.heartbeat()].filter((frame) => frame !== undefined);
    },
  ),
  closing(['W-107'], 'a batch of more than 1 MiB', 'refused-batch', ({ kit }) =>
    kit.batchFrames(Array.from({ length: HEAVY }, () => entryOf(randomBytes(RELEASE_BYTES_MAX)))),
  ),
  closing(['W-114'], 'an entry without a batch', 'unexpected-frame', ({ kit }) => [
    { kind: 'entry', index: kit.log.size, bytes: kit.testMessage() },
  ]),
];

const refused = (
  clauses: Case['clauses'],
  sent: string,
  checkpoint: (stage: Stage, entry: Uint8Array) => Promise<string>,
): Case =>
  closing(clauses, sent, 'refused-batch', (stage) =>
    under(stage, (entry) => checkpoint(stage, entry)),
  );

/** A key of ours that signs something else, under the name of the log. */
function wrongKey({ kit }: Stage): NoteSigner {
  return { ...openSigner(kit.side.keys.hello), name: kit.log.signer.name };
}

const CHECKPOINTS: readonly Case[] = [
  refused(
    ['W-110', 'L-19'],
    'a batch whose checkpoint has a bad signature',
    async ({ kit }, entry) => {
      const note = await kit.log.checkpointWith([entry]);
      const at = note.length - 20;
      return `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
    },
  ),
  refused(['L-22'], 'a batch whose checkpoint another key of ours signed', (stage, entry) => {
    const { log } = stage.kit;
    const text = log.checkpointWith([entry]).then((note) => `${note.split('\n\n')[0]}\n`);
    return text.then((signed) => signNote(signed, [wrongKey(stage)]));
  }),
  refused(['L-22'], 'a batch under a checkpoint of another log', ({ kit }) =>
    kit.log.sign(
      { size: kit.log.size + 1, root: randomBytes(32) },
      { origin: 'north/isthmus/exercise/1/ledger/south', signer: kit.log.signer },
    ),
  ),
  refused(['L-20'], 'a batch whose checkpoint states one entry more', ({ kit }) =>
    kit.log.sign({ size: kit.log.size + 2, root: randomBytes(32) }),
  ),
  refused(['L-20'], 'a batch whose entry is not the one signed for', ({ kit }) =>
    kit.log.checkpointWith([kit.testMessage()]),
  ),
  refused(['L-21'], 'a fork: another root for a size that was cosigned', ({ kit }) =>
    kit.log.sign({ size: kit.log.size, root: randomBytes(32) }),
  ),
  refused(['L-21'], 'a fork: a longer log that does not begin with the one cosigned', ({ kit }) =>
    kit.log.sign({ size: kit.log.size + 1, root: randomBytes(32) }),
  ),
  refused(['L-5'], 'a checkpoint with a leading zero in its size', ({ kit }, entry) =>
    resigned(kit, entry, (text) => text.replace(/\n(\d+)\n/, '\n0$1\n')),
  ),
  refused(['L-5'], 'a checkpoint with a line more, an order', ({ kit }, entry) =>
    resigned(kit, entry, (text) => `${text}command launch\n`),
  ),
];

/** A true checkpoint changed in its text, and well signed. */
async function resigned(
  kit: Stage['kit'],
  entry: Uint8Array,
  change: (text: string) => string,
): Promise<string> {
  const note = await kit.log.checkpointWith([entry]);
  return signNote(change(`${note.split('\n\n')[0]}\n`), [kit.log.signer]);
}

/** An entry that is good in the record and none of whose item may be used. */
function unusable(clause: string, sent: string, release: (stage: Stage) => Uint8Array): Case {
  return {
    clauses: ['W-110', clause],
    sent,
    expected: 'recorded and cosigned, and the session goes on',
    play: async (stage) => {
      await stage.kit.give(stage.session, [entryOf(release(stage))]);
      return PASS('the receipt');
    },
  };
}

const item = ({ kit }: Stage, field: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(...kit.release(bytesField(field, concatBytes(...parts))));

const ID = new Uint8Array(16).fill(0xee);

/** The upper triangle by rows of the unit matrix. */
const DIAGONAL: readonly number[] = Array.from({ length: 21 }, (_, at) =>
  [0, 6, 11, 15, 18, 20].includes(at) ? 1 : 0,
);

interface TrackState {
  readonly xMm: number;
  readonly vxMmps?: number;
  readonly covariance: readonly number[];
}

interface Names {
  readonly id: Uint8Array;
  readonly event: Uint8Array;
}

/** Track, event, source radar, phase coast. */
const whose = ({ id, event }: Names): readonly Uint8Array[] => [
  bytesField(1, id),
  bytesField(2, event),
  integerField(3, 2),
  integerField(4, 2),
];

function estimate({ kit }: Stage, { xMm, vxMmps, covariance }: TrackState): Uint8Array {
  const speed = vxMmps === undefined ? [] : [signedField(5, vxMmps)];
  const place = [integerField(1, kit.now()), signedField(2, xMm)];
  return concatBytes(...place, ...speed, doublesField(8, covariance));
}

function track(stage: Stage, state: TrackState, names: Names = { id: ID, event: ID }): Uint8Array {
  return item(stage, 5, ...whose(names), integerField(5, 3), bytesField(6, estimate(stage, state)));
}

/** A new track of the event, that would be used. */
export function newTrack(stage: Stage, event: Uint8Array): Uint8Array {
  return track(stage, { xMm: 7e9, covariance: DIAGONAL }, { id: randomBytes(16), event });
}

/** Takes the event back, and all that was given of it. */
export function withdrawal(stage: Stage, event: Uint8Array): Uint8Array {
  return item(stage, 9, bytesField(1, event), integerField(2, 3));
}

/** The first report of an event. */
const REPORTED: readonly Uint8Array[] = [bytesField(1, ID), integerField(2, 1)];

/** A test message, but for the agreement it is under. */
const testOf = ({ kit }: Stage): readonly Uint8Array[] => [
  ...kit.release().slice(1),
  bytesField(10, integerField(1, 1)),
];

const ITEMS: readonly Case[] = [
  unusable('W-2', 'an entry that holds no Release', () => randomBytes(40)),
  unusable('W-3', 'a test message with a field there is none of, an order', (stage) =>
    item(stage, 10, integerField(1, 1), bytesField(100, 'launch')),
  ),
  unusable('W-5', 'a Release of an item there is none of, an order', (stage) =>
    item(stage, 50, bytesField(1, 'launch')),
  ),
  unusable('W-5', 'a Release of two items', (stage) =>
    concatBytes(
      item(stage, 9, bytesField(1, ID), integerField(2, 1)),
      bytesField(10, integerField(1, 1)),
    ),
  ),
  unusable('W-110', 'a test message under another agreement', (stage) =>
    concatBytes(bytesField(1, new Uint8Array(32).fill(0x5a)), ...testOf(stage)),
  ),
  unusable('W-7', 'a test message under an agreement whose hash has 31 bytes', (stage) =>
    concatBytes(bytesField(1, new Uint8Array(31).fill(0x5a)), ...testOf(stage)),
  ),
  unusable('W-7', 'a withdrawal of an identifier of 15 bytes', (stage) =>
    item(stage, 9, bytesField(1, ID.subarray(1)), integerField(2, 1)),
  ),
  unusable('W-8', 'a track beyond 1e8 m', (stage) =>
    track(stage, { xMm: 1e11 + 1, covariance: DIAGONAL }),
  ),
  unusable('W-8', 'a track at more than 2e4 m/s', (stage) =>
    track(stage, { xMm: 7e9, vxMmps: 2e7 + 1, covariance: DIAGONAL }),
  ),
  unusable('W-9', 'a track whose covariance is not positive definite', (stage) =>
    track(stage, { xMm: 7e9, covariance: DIAGONAL.with(20, -1) }),
  ),
  unusable('W-9', 'a track whose covariance has a negative zero', (stage) =>
    track(stage, { xMm: 7e9, covariance: DIAGONAL.with(1, -0) }),
  ),
  unusable('W-10', 'a test message released at 2^53 µs', ({ kit }) => {
    const [hash = ID, clause = ID] = kit.release();
    return concatBytes(
      hash,
      clause,
      integerField(3, 2n ** 53n),
      bytesField(10, integerField(1, 1)),
    );
  }),
  unusable('W-10', 'a tracklet that ends before it begins', (stage) => {
    const state = { xMm: 7e9, covariance: DIAGONAL };
    const parts = [integerField(5, 1), integerField(6, stage.kit.now() + 1e6), integerField(7, 4)];
    return item(
      stage,
      7,
      ...whose({ id: ID, event: ID }),
      ...parts,
      bytesField(8, estimate(stage, state)),
    );
  }),
  unusable('W-11', 'a launch report whose sources do not ascend', (stage) =>
    item(stage, 4, ...REPORTED, bytesField(13, Uint8Array.of(2, 1)), integerField(14, 2)),
  ),
  unusable('W-11', 'a withdrawal for a reason there is none of', (stage) =>
    item(stage, 9, bytesField(1, ID), integerField(2, 77)),
  ),
  unusable('W-12', 'a launch report whose area is beyond the pole', (stage) => {
    const area = bytesField(6, signedField(1, 15_707_964));
    return item(stage, 4, ...REPORTED, area, integerField(14, 2));
  }),
  unusable('W-12', 'a launch report of an azimuth beyond the whole turn', (stage) =>
    item(stage, 4, ...REPORTED, integerField(7, 62_831_854), integerField(14, 2)),
  ),
  unusable('W-13', 'a test message under a clause of free text', ({ kit }) => {
    const [hash = ID, , at = ID] = kit.release();
    return concatBytes(hash, bytesField(2, 'Fire!'), at, bytesField(10, integerField(1, 1)));
  }),
  unusable('W-13', 'a test message with a marking of free text', (stage) =>
    concatBytes(item(stage, 10, integerField(1, 1)), bytesField(12, 'Fire at will')),
  ),
  unusable('W-14', 'a coverage report of nothing seen, without a height', (stage) =>
    item(stage, 11, ...[1, 8, 9, 1].map((value, at) => integerField(at + 1, value))),
  ),
  unusable('W-14', 'a coverage report that ends before it begins', (stage) =>
    item(stage, 11, integerField(1, 1), integerField(2, 9), integerField(3, 8), integerField(4, 2)),
  ),
  unusable('W-121', 'a test message released two hours from now', ({ kit }) => {
    const [hash = ID, clause = ID] = kit.release();
    return concatBytes(
      hash,
      clause,
      integerField(3, kit.now() + 7200e6),
      bytesField(10, integerField(1, 1)),
    );
  }),
];

export const BATCH_CASES: readonly Case[] = [GOOD, ...ORDER, ...CHECKPOINTS, ...ITEMS];
