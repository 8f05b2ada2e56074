// SPDX-License-Identifier: Apache-2.0
// What every platform must do: published vectors, and what must be refused. Run by
// platform.test.ts on each platform, through the package's own door.

import { describe, expect, it } from 'vitest';
import type * as Seal from '../index.ts';
import type { Platform } from './port.ts';

/** RFC 8032 section 7.1: TEST 1, 2, 3 and SHA(abc). */
const RFC_8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    publicKey: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
];

/** Encodings of small order, and encodings that are not canonical, that OpenSSL imports. */
export const WEAK_KEYS = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

/** The order of the base point, little-endian. */
const GROUP_ORDER = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010';

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The same signature with S raised by the group order: what malleability is. */
export function malleated(signature: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(signature);
  const order = bytesOf(GROUP_ORDER);
  let carry = 0;
  for (let i = 0; i < 32; i += 1) {
    const sum = (changed[32 + i] as number) + (order[i] as number) + carry;
    changed[32 + i] = sum & 0xff;
    carry = sum >>> 8;
  }
  return changed;
}

/** `load` gives the platform alone and the package as it is on that platform. */
export function describePlatform(
  name: string,
  load: () => Promise<{ readonly platform: Platform; readonly seal: typeof Seal }>,
): void {
  describe(`the platform of ${name}`, () => {
    it.each(RFC_8032)('gives RFC 8032: key and signature of seed $seed', async (vector) => {
      const { platform } = await load();
      const [seed, message] = [bytesOf(vector.seed), bytesOf(vector.message)];
      const publicKey = platform.publicKeyOf(seed);
      expect(hexOf(publicKey)).toBe(vector.publicKey);
      const signature = platform.sign(seed, message);
      expect(hexOf(signature)).toBe(vector.signature);
      expect(platform.verify(publicKey, message, signature)).toBe(true);
    });

    it('refuses every changed bit of signature, message and key', async () => {
      const { platform } = await load();
      const vector = RFC_8032[2] as (typeof RFC_8032)[number];
      const parts = [vector.publicKey, vector.message, vector.signature].map(bytesOf);
      for (const [at, part] of parts.entries()) {
        for (let bit = 0; bit < part.length * 8; bit += 7) {
          const spoilt = parts.map((one) => Uint8Array.from(one));
          const changed = spoilt[at] as Uint8Array;
          changed[bit >>> 3] = (changed[bit >>> 3] as number) ^ (1 << (bit & 7));
          const [key, message, signature] = spoilt as [Uint8Array, Uint8Array, Uint8Array];
          expect(platform.verify(key, message, signature), `part ${at} bit ${bit}`).toBe(false);
        }
      }
    });

    it('refuses an S at or above the group order', async () => {
      const { platform } = await load();
      for (const vector of RFC_8032) {
        const [key, message] = [bytesOf(vector.publicKey), bytesOf(vector.message)];
        const signature = bytesOf(vector.signature);
        expect(platform.verify(key, message, malleated(signature))).toBe(false);
        const whole = Uint8Array.from(signature);
        whole.set(bytesOf(GROUP_ORDER), 32);
        expect(platform.verify(key, message, whole)).toBe(false);
      }
    });

    it.each(WEAK_KEYS)('refuses the key %s before it verifies anything', async (hex) => {
      const { seal } = await load();
      const key = bytesOf(hex);
      const code = (act: () => unknown): unknown => {
        try {
          return act();
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      expect(code(() => seal.acceptPublicKey(key))).toBe('weak-key');
      expect(code(() => seal.noteVerifier('west', key))).toBe('weak-key');
      const context = { purpose: 'hello', party: 'west', mode: 'exercise', epoch: 1 } as const;
      // S = 0 and R = identity: with OpenSSL alone this is good for some or all messages.
      const signature = new Uint8Array(64);
      signature[0] = 1;
      const message = new Uint8Array(0);
      const forged = { publicKey: key, context, message, signature };
      expect(code(() => seal.verify(forged))).toBe('weak-key');
    });

    it('gives FIPS 180 and RFC 4231, and random bytes as many as asked', async () => {
      const { platform } = await load();
      const text = (value: string): Uint8Array => new TextEncoder().encode(value);
      expect(hexOf(platform.sha256(text('abc')))).toBe(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
      const mac = platform.hmacSha256(text('Jefe'), text('what do ya want for nothing?'));
      expect(hexOf(mac)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
      expect(platform.randomBytes(65_536)).toHaveLength(65_536);
      expect(platform.randomBytes(32)).not.toEqual(platform.randomBytes(32));
    });
  });
}
