// SPDX-License-Identifier: Apache-2.0
// Oracles: the encodings of small order that Node imports (measured); published hashes. What each
// platform must do is in platform/platform.contract.ts.

import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  acceptPublicKey,
  decodeHex,
  encodeText,
  generateKeyPair,
  keyName,
  randomBytes,
  SealError,
  type SignatureContext,
  sign,
  signerFrom,
  verify,
} from './index.ts';
import { WEAK_KEYS } from './platform/platform.contract.ts';

const CONTEXT: SignatureContext = {
  purpose: 'hello',
  party: 'west.example',
  mode: 'exercise',
  epoch: 1,
};

describe('public keys', () => {
  it.each(WEAK_KEYS)('%s is refused although Node imports it', (hex) => {
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
  it('hold for one message, purpose, party, mode, epoch and key, and for nothing else', async () => {
    const key = generateKeyPair();
    const message = encodeText('channel');
    const signer = signerFrom(key);
    const signature = await sign(signer, CONTEXT, message);
    const good = { publicKey: key.publicKey, context: CONTEXT, message, signature };
    expect(verify(good)).toBe(true);
    const spoiled = [
      { ...good, context: { ...CONTEXT, purpose: 'agreement' as const } },
      { ...good, context: { ...CONTEXT, mode: 'live' as const } },
      { ...good, context: { ...CONTEXT, epoch: 2 } },
      { ...good, context: { ...CONTEXT, party: 'east.example' } },
      { ...good, message: encodeText('channel ') },
      { ...good, publicKey: generateKeyPair().publicKey },
      { ...good, signature: signature.slice(1) },
    ];
    for (const one of spoiled) expect(verify(one)).toBe(false);
    expect(() => sign(signer, { ...CONTEXT, party: 'a\nb' }, message)).toThrow(
      expect.objectContaining({ code: 'bad-context' }) as Error,
    );
  });

  it('come from keys named for side, mode, epoch, purpose and partner', () => {
    for (const epoch of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => keyName({ ...CONTEXT, epoch })).toThrow(
        expect.objectContaining({ code: 'bad-context' }) as Error,
      );
    }
    expect(keyName(CONTEXT, 'east')).toBe('west.example/isthmus/exercise/1/hello/east');
  });
});

describe('random bytes', () => {
  it('are as many as asked, within the bound', () => {
    expect(randomBytes(16)).toHaveLength(16);
    expect(randomBytes(16)).not.toEqual(randomBytes(16));
    expect(() => randomBytes(70_000)).toThrow(SealError);
  });
});
