// SPDX-License-Identifier: Apache-2.0
// Rule 4 of the border, in the types: only the gate makes a Released, only wire an Encoded from
// one, only the ledger a Recorded. Each line marked as an expected error must not compile; the rest
// tries the same at run time.

import { instant } from '@isthmus/earth';
import { createMemoryStorage, isRecorded, openLedger, type Recorded } from '@isthmus/ledger';
import type { Item } from '@isthmus/picture';
import { createMemory, decide, type Released } from '@isthmus/release';
import { keyPairFromSeed, noteSigner } from '@isthmus/seal';
import { type Encoded, encode } from '@isthmus/wire';
import { expect, test } from 'vitest';
import { preparedRun, termsOf } from './fixture.ts';

const ITEM: Item = { kind: 'test', serial: 1 };

async function released(): Promise<Released> {
  const run = await preparedRun();
  const decision = decide(
    createMemory(),
    { item: ITEM, category: 'launch', region: null, current: null, mode: run.agreement.mode },
    termsOf(run, 0).terms,
    run.firstTick,
  );
  if (decision.outcome !== 'release') throw new Error(`not released: ${JSON.stringify(decision)}`);
  return decision.released;
}

const LOOKS_LIKE_ONE = {
  item: ITEM,
  clause: 'any',
  agreementHash: '0'.repeat(64),
  at: instant(0),
};

test('rule 4: a Released comes from the gate alone: no literal, no copy, no object of its class', async () => {
  // @ts-expect-error a literal of the same shape is no Released
  const literal: Released = LOOKS_LIKE_ONE;
  const real = await released();
  const { item, clause, agreementHash, at } = real;
  // @ts-expect-error a copy of a Released is no Released
  const copy: Released = { item, clause, agreementHash, at };
  expect([literal, copy]).toHaveLength(2);
  const prototype = Object.getPrototypeOf(real) as { constructor: new () => unknown };
  const born = Object.create(prototype) as Released;
  expect(() => encode(born)).toThrow(TypeError);
  const forged = [Symbol('mint'), LOOKS_LIKE_ONE];
  const construct = (): unknown => Reflect.construct(prototype.constructor, forged);
  expect(construct).toThrow(/only the gate mints/);
  expect(encode(real).bytes.length).toBeGreaterThan(0);
});

test('rule 4: an Encoded comes from wire alone, and a Recorded from the ledger alone', async () => {
  // @ts-expect-error bytes in an object are no Encoded
  const literal: Encoded = { bytes: new Uint8Array([1, 2, 3]) };
  // @ts-expect-error an entry in an object is no Recorded
  const entry: Recorded = { index: 0, bytes: literal.bytes };
  expect(isRecorded(entry)).toBe(false);
  const encoded = encode(await released());
  const prototype = Object.getPrototypeOf(encoded) as { constructor: new () => unknown };
  const forged = [Symbol('mint'), literal];
  const construct = (): unknown => Reflect.construct(prototype.constructor, forged);
  expect(construct).toThrow(/only encode mints/);
  const name = 'west/isthmus/exercise/1/ledger/east';
  const ledger = await openLedger({
    storage: createMemoryStorage(),
    folder: 'out',
    origin: name,
    signer: noteSigner(name, keyPairFromSeed(new Uint8Array(32).fill(7))),
    salt: () => new Uint8Array(16),
  });
  const [recorded] = await ledger.append([encoded]);
  expect(isRecorded(recorded)).toBe(true);
});
