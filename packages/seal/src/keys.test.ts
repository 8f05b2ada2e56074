// SPDX-License-Identifier: Apache-2.0
// Oracles: RFC 8032 section 7.1 test 1; the encodings of small order that Node imports (measured).

import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  acceptPublicKey,
  decodeHex,
  encodeHex,
  encodeText,
  generateKeyPair,
  hmacSha256,
  keyName,
  keyPairFromSeed,
  randomBytes,
  SealError,
  type SignatureContext,
  sha256,
  sign,
  verify,
} from './index.ts';
import { signRaw, verifyRaw } from './keys.ts';

const WEAK = [
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
const CONTEXT: SignatureContext = { purpose: 'hello', party: 'west.example', mode: 'exercise' };

describe('public keys', () => {
  it.each(WEAK)('%s is refused although Node imports it', (hex) => {
    const x = Buffer.from(hex, 'hex').toString('base64url');
    expect(() =>
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    ).not.toThrow();
    expect(() => acceptPublicKey(decodeHex(hex))).toThrow(
      expect.objectContaining({ code: 'weak-key' }) as Error,
    );
  });

  it('are refused for every y at or above 2^255 - 19, with either sign', () => {
    for (let low = 0xed; low <= 0xff; low += 1) {
      for (const top of [0x7f, 0xff]) {
        const bytes = new Uint8Array(32).fill(0xff);
        bytes[0] = low;
        bytes[31] = top;
        expect(() => acceptPublicKey(bytes)).toThrow(SealError);
      }
    }
    const below = new Uint8Array(32).fill(0xff);
    below[0] = 0xeb;
    below[31] = 0x7f;
    expect(acceptPublicKey(below)).toEqual(below);
  });

  it('are refused with any length but 32', () => {
    for (const length of [0, 31, 33, 64]) {
      expect(() => acceptPublicKey(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'bad-key' }) as Error,
      );
    }
  });
});

describe('signatures', () => {
  it('give the published key and signature of RFC 8032 test 1', () => {
    const seed = decodeHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    const key = keyPairFromSeed(seed);
    expect(encodeHex(key.publicKey)).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    const signature = signRaw(key, new Uint8Array(0));
    expect(encodeHex(signature)).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    expect(verifyRaw(key.publicKey, new Uint8Array(0), signature)).toBe(true);
  });

  it('hold for one message, purpose, party, mode and key, and for nothing else', () => {
    const key = generateKeyPair();
    const message = encodeText('channel');
    const signature = sign(key, CONTEXT, message);
    const good = { publicKey: key.publicKey, context: CONTEXT, message, signature };
    expect(verify(good)).toBe(true);
    const spoiled = [
      { ...good, context: { ...CONTEXT, purpose: 'agreement' as const } },
      { ...good, context: { ...CONTEXT, mode: 'live' as const } },
      { ...good, context: { ...CONTEXT, party: 'east.example' } },
      { ...good, message: encodeText('channel ') },
      { ...good, publicKey: generateKeyPair().publicKey },
      { ...good, signature: signature.slice(1) },
    ];
    for (const one of spoiled) expect(verify(one)).toBe(false);
    expect(() => sign(key, { ...CONTEXT, party: 'a\nb' }, message)).toThrow(
      expect.objectContaining({ code: 'bad-context' }) as Error,
    );
  });

  it('come from keys named for side, mode, purpose and partner', () => {
    expect(keyName(CONTEXT, 'east')).toBe('west.example/isthmus/exercise/hello/east');
  });
});

describe('hashes', () => {
  it('give the published values of FIPS 180 and RFC 4231 test 2', () => {
    expect(encodeHex(sha256(encodeText('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    const mac = hmacSha256(encodeText('Jefe'), encodeText('what do ya want for nothing?'));
    expect(encodeHex(mac)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('draw as many random bytes as asked, within the bound', () => {
    expect(randomBytes(16)).toHaveLength(16);
    expect(randomBytes(16)).not.toEqual(randomBytes(16));
    expect(() => randomBytes(70_000)).toThrow(SealError);
  });
});
