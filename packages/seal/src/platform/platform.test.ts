// SPDX-License-Identifier: Apache-2.0
// Every platform runs one contract, and they must answer alike: also where the specification leaves a
// choice, for there two auditors would disagree about one record. Each platform is the other's oracle.

import { createHash } from 'node:crypto';
import { registerHooks } from 'node:module';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, it } from 'vitest';
import type * as Seal from '../index.ts';
import { platform as browser } from './browser.ts';
import { platform as node } from './node.ts';
import { bytesOf, describePlatform, malleated } from './platform.contract.ts';
import type { Platform } from './port.ts';

const DOOR = new URL('../index.ts', import.meta.url).href;
const AS_BROWSER = '?as=browser';
/** Files of the copy that were imported. */
const copied = new Set<string>();

// What is imported below `DOOR` with this ending is a copy, in which `#platform` is what package.json gives a
// browser.
registerHooks({
  resolve: (name, context, next) => {
    if (context.parentURL?.endsWith(AS_BROWSER) !== true) return next(name, context);
    const found =
      name === '#platform'
        ? next(name, { ...context, conditions: [...context.conditions, 'browser'] })
        : next(name, context);
    const isOfPackage = found.url.startsWith(DOOR.replace('index.ts', ''));
    if (!isOfPackage) return found;
    copied.add(found.url);
    return { ...found, url: found.url + AS_BROWSER };
  },
});

/** The package as it is on a platform. */
async function loaded(platform: Platform, ending: string) {
  const seal = (await import(DOOR + ending)) as typeof Seal;
  return { platform, seal };
}

describePlatform('Node', () => loaded(node, ''));
describePlatform('a browser', () => loaded(browser, AS_BROWSER));

it('the copy for a browser is on the platform of a browser alone', async () => {
  await loaded(browser, AS_BROWSER);
  expect(copied).toContain(new URL('browser.ts', import.meta.url).href);
  expect(copied).not.toContain(new URL('node.ts', import.meta.url).href);
});

const SEED = Number(process.env['SEED'] ?? '20261124');
const REPLAY = `replay: SEED=${SEED} vitest run --project unit packages/seal/src/platform`;

/** Bytes that are the same for one label and seed. */
function drawn(label: string, count: number): Uint8Array {
  const hash = createHash('shake256', { outputLength: count });
  return Uint8Array.from(hash.update(`${SEED} ${label}`).digest());
}

function both(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const answer = node.verify(Uint8Array.from(key), message, signature);
  expect(browser.verify(key, message, signature), REPLAY).toBe(answer);
  return answer;
}

it('both make the same keys and signatures, and each takes the other’s', () => {
  for (let i = 0; i < 40; i += 1) {
    const seed = drawn(`seed ${i}`, 32);
    const message = drawn(`message ${i}`, i * 3);
    const key = node.publicKeyOf(seed);
    expect(browser.publicKeyOf(seed), REPLAY).toEqual(key);
    const signature = node.sign(seed, message);
    expect(browser.sign(seed, message), REPLAY).toEqual(signature);
    expect(both(key, message, signature), REPLAY).toBe(true);
    expect(both(key, message, malleated(signature)), REPLAY).toBe(false);
  }
});

it('both answer alike for random and changed inputs', () => {
  for (let i = 0; i < 120; i += 1) {
    const seed = drawn(`changed seed ${i}`, 32);
    const message = drawn(`changed message ${i}`, 20);
    const parts = [node.publicKeyOf(seed), message, node.sign(seed, message)] as const;
    const draw = drawn(`change ${i}`, 3);
    const part = parts[(draw[0] as number) % 3] as Uint8Array;
    const at = (draw[1] as number) % part.length;
    part[at] = (part[at] as number) ^ (1 << ((draw[2] as number) & 7));
    expect(both(...parts), REPLAY).toBe(false);
    both(drawn(`key ${i}`, 32), message, drawn(`signature ${i}`, 64));
  }
});

it('both answer alike where cofactored and cofactorless checks differ', () => {
  const { Point } = ed25519;
  const little = (bytes: Uint8Array): bigint =>
    BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const torsion = Point.fromBytes(
    bytesOf('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    false,
  );
  let accepted = 0;
  let cofactored = 0;
  for (let i = 0; i < 64; i += 1) {
    const secret = Point.Fn.create(little(drawn(`secret ${i}`, 64)));
    const nonce = Point.Fn.create(little(drawn(`nonce ${i}`, 64)));
    const message = drawn(`torsion ${i}`, 8);
    // A key and an R of mixed order: the small part of R is chosen without knowing the challenge.
    const key = Point.BASE.multiply(secret).add(torsion).toBytes();
    const part = i % 8 === 0 ? Point.ZERO : torsion.multiplyUnsafe(BigInt(i % 8));
    const r = Point.BASE.multiply(nonce).add(part).toBytes();
    const hash = createHash('sha512').update(r).update(key).update(message).digest();
    const challenge = Point.Fn.create(little(hash));
    const s = Point.Fn.toBytes(Point.Fn.create(nonce + challenge * secret));
    const signature = Uint8Array.from([...r, ...s]);
    if (both(key, message, signature)) accepted += 1;
    if (ed25519.verify(signature, message, key, { zip215: false })) cofactored += 1;
  }
  // The control: these inputs are of the kind on which the two checks differ.
  expect(cofactored, REPLAY).toBe(64);
  expect(accepted, REPLAY).toBeGreaterThan(0);
  expect(accepted, REPLAY).toBeLessThan(64);
});
