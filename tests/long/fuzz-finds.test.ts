// SPDX-License-Identifier: Apache-2.0
// The fuzzer finds what it is there to find: each target here has one fault.

import { expect, it } from 'vitest';
import { fuzz } from './fuzz/run.ts';
import { expectSame, type Target } from './fuzz/target.ts';

/** A decoder of a few bytes that refuses by RangeError, and has a fault at one of them. */
function faulty(fault: (input: Uint8Array) => boolean): Target {
  return {
    name: 'faulty',
    oneIn: 1,
    make: (random) =>
      Uint8Array.from({ length: 1 + random.integer(40) }, () => random.integer(256)),
    read(input) {
      if (input.includes(7)) return fault(input);
      throw new RangeError('refused');
    },
    isRefusal: (error) => error instanceof RangeError,
  };
}

const told = (target: Target): Promise<unknown> => fuzz(target, { seed: 3, inputs: 20_000 });

it('finds another error than the refusal, makes its input small, and names the command', async () => {
  const target = faulty(() => {
    throw new TypeError('not typed');
  });
  await expect(told(target)).rejects.toThrow(/smaller 1: TypeError: not typed[^]*hex: 07\n/);
  await expect(told(target)).rejects.toThrow(
    /again: npm run long -- fuzz --target faulty --seed 3 --input \d+$/,
  );
});

it('finds an input that encodes again to other bytes', async () => {
  const target = faulty((input) => {
    expectSame(input, Uint8Array.of(8));
    return true;
  });
  await expect(told(target)).rejects.toThrow(/encodes again to 08/);
});

it('finds an input that takes too long', async () => {
  const target = faulty(() => {
    for (
      const began = process.threadCpuUsage().user;
      process.threadCpuUsage().user - began < 5e4;
    );
    return true;
  });
  await expect(told({ ...target, oneIn: 100 })).rejects.toThrow(/took \d+\.\d ms .* at most 5/);
});

it('finds a decoder that changes a global', async () => {
  const target = faulty(() => {
    Object.defineProperty(JSON, 'isAdmin', { value: true, configurable: true });
    return true;
  });
  await expect(told(target)).rejects.toThrow(/a global was changed/);
  Reflect.deleteProperty(JSON, 'isAdmin');
});

it('gives the same inputs and counts for the same seed', async () => {
  const { accepted, refused } = await fuzz(
    faulty(() => true),
    { seed: 3, inputs: 20_000 },
  );
  const again = await fuzz(
    faulty(() => true),
    { seed: 3, inputs: 20_000 },
  );
  expect(again).toMatchObject({ accepted, refused });
});
