// SPDX-License-Identifier: Apache-2.0
// What a key register proves, and every way to hand over a wrong one. Each bad one is signed by the
// right identity, so that the signature is not what gets it refused.

import { describe, expect, it } from 'vitest';
import {
  decodeHex,
  encodeText,
  enrolRegister,
  formatVerifierKey,
  identityName,
  type KeyRegister,
  keyPairFromSeed,
  keysOf,
  LINK_PURPOSES,
  type LinkPurpose,
  type NoteSigner,
  noteSigner,
  noteVerifier,
  openRegister,
  provePossession,
  type RegisteredKey,
  type RegisterScope,
  registeredKey,
  type SealErrorCode,
  sha256,
  signerFrom,
  signNote,
  signRegister,
  verifierOf,
} from './index.ts';
import { WEAK_KEYS } from './platform/platform.contract.ts';
import { formatRegister } from './register.ts';

const SCOPE: RegisterScope = { party: 'west', peer: 'east', mode: 'exercise', epoch: 1 };
const seeded = (label: string) => keyPairFromSeed(sha256(encodeText(label)));
const IDENTITY = noteSigner(identityName(SCOPE), seeded('identity'));
const ROOT = sha256(encodeText('a root'));

async function keyOf(
  purpose: LinkPurpose,
  number: number,
  change: Partial<RegisteredKey> & {
    readonly by?: NoteSigner;
    readonly label?: string;
    readonly scope?: RegisterScope;
  } = {},
): Promise<RegisteredKey> {
  const { by, label, scope, ...rest } = change;
  const pair = seeded(label ?? `${purpose} ${number}`);
  const proof = await provePossession(signerFrom(pair), {
    identity: verifierOf(by ?? IDENTITY),
    scope: scope ?? SCOPE,
    purpose,
    number,
  });
  const { publicKey } = pair;
  const made = { purpose, number, status: 'active', end: null, publicKey, proof } as const;
  return { ...registeredKey(scope ?? SCOPE, made), ...rest };
}

async function register(change: Partial<KeyRegister> = {}): Promise<KeyRegister> {
  const keys = await Promise.all(LINK_PURPOSES.map((purpose) => keyOf(purpose, 1)));
  const certificates = [
    { number: 1, status: 'active', sha256: sha256(encodeText('cert')) },
  ] as const;
  return { ...SCOPE, serial: 1, keys, certificates, ...change };
}

/** Signed by the right identity whatever it says. */
const signed = async (made: KeyRegister): Promise<string> =>
  signNote(formatRegister(made), [IDENTITY]);

async function refusal(made: KeyRegister | string, enrolled: string | null = null) {
  const note = typeof made === 'string' ? made : await signed(made);
  try {
    enrolRegister(note, { identity: verifierOf(IDENTITY), scope: SCOPE, enrolled });
  } catch (error) {
    return (error as { code: SealErrorCode }).code;
  }
  return 'taken';
}

/** A register with one key exchanged. */
async function withKey(key: RegisteredKey): Promise<KeyRegister> {
  const made = await register();
  return { ...made, keys: made.keys.map((one) => (one.purpose === key.purpose ? key : one)) };
}

describe('a key register', () => {
  it('K-1 comes back as it was signed, with names that follow from scope and purpose', async () => {
    const made = await register({
      keys: [
        await keyOf('ledger', 1, { status: 'retired', end: { size: 120, root: ROOT } }),
        await keyOf('ledger', 2),
        await keyOf('cosign', 1, { status: 'revoked', end: { size: 0, root: ROOT } }),
        await keyOf('hello', 1, { status: 'revoked' }),
        await keyOf('agreement', 1),
      ],
    });
    const read = openRegister(await signRegister(made, IDENTITY), verifierOf(IDENTITY), SCOPE);
    expect(read).toEqual(made);
    expect(keysOf(read, 'ledger', 'active').map((key) => key.name)).toEqual([
      'west/isthmus/exercise/1/ledger/east',
    ]);
    expect(keysOf(read, 'cosign')[0]?.type).toBe(4);
  });

  it('K-1 is refused when any byte of it is changed', async () => {
    const note = await signed(await register());
    for (let at = 0; at < note.length; at += 3) {
      const other = note[at] === 'A' ? 'B' : 'A';
      const spoilt = `${note.slice(0, at)}${other}${note.slice(at + 1)}`;
      expect(await refusal(spoilt), `byte ${at}`).not.toBe('taken');
    }
  });

  it('K-1 is refused in any other form, also where that says the same', async () => {
    const text = formatRegister(await register());
    const lines = text.split('\n');
    const forms = [
      text.replace('serial 1', 'serial 01'),
      text.replace('epoch 1', 'epoch 1.0'),
      text.replace('from west', 'from  west'),
      text.replace('mode exercise', 'mode Exercise'),
      text.replace('active', 'Active'),
      text.replace('key ledger 1', 'key ledger 2'),
      text.replace('key hello', 'key identity'),
      text.replace('register v1', 'register v2'),
      text.replace('serial 1', 'serial 0'),
      [...lines.slice(0, 6), lines[7], lines[6], ...lines.slice(8)].join('\n'),
      [...lines.slice(0, 6), ...lines.slice(7)].join('\n'),
      lines.filter((line) => !line.startsWith('certificate')).join('\n'),
      `${text}extra\n`,
      'nothing\n',
    ];
    for (const form of forms) {
      expect(await refusal(await signNote(form, [IDENTITY])), form).toMatch(
        /^bad-(register|context)$/,
      );
    }
  });

  it('K-2 is opened with the identity that was compared, and with no other', async () => {
    const made = await register();
    const other = noteSigner(IDENTITY.name, seeded('other identity'));
    const note = await signNote(formatRegister(made), [other]);
    expect(await refusal(note)).toBe('no-signature');
    const scope = { ...SCOPE, peer: 'north' };
    const open = (identity: NoteSigner, of: RegisterScope) => async () =>
      openRegister(await signed(made), verifierOf(identity), of);
    await expect(open(IDENTITY, scope)()).rejects.toMatchObject({ code: 'bad-name' });
  });

  it('K-3 is refused for another party, partner, mode or epoch', async () => {
    for (const change of [
      { party: 'north' },
      { peer: 'north' },
      { mode: 'live' },
      { epoch: 2 },
    ] as const) {
      const scope = { ...SCOPE, ...change };
      const keys = await Promise.all(LINK_PURPOSES.map((purpose) => keyOf(purpose, 1, { scope })));
      expect(await refusal(await register({ ...change, keys }))).toBe('bad-register');
    }
  });

  it('K-4 needs of each key a proof that is for this identity, purpose, number and epoch', async () => {
    expect(await refusal(await withKey(await keyOf('hello', 1)))).toBe('taken');
    const { proof: ofAgreement } = await keyOf('agreement', 1, { label: 'hello 1' });
    const { proof: ofSecond } = await keyOf('hello', 2, { label: 'hello 1' });
    const thief = noteSigner(IDENTITY.name, seeded('thief'));
    const { proof: ofThief } = await keyOf('hello', 1, { by: thief });
    const { proof: ofEpoch } = await keyOf('hello', 1, { scope: { ...SCOPE, epoch: 2 } });
    const { proof: ofMode } = await keyOf('hello', 1, { scope: { ...SCOPE, mode: 'live' } });
    for (const proof of [ofAgreement, ofSecond, ofThief, ofEpoch, ofMode, new Uint8Array(64)]) {
      expect(await refusal(await withKey(await keyOf('hello', 1, { proof })))).toBe('bad-proof');
    }
    const short = await keyOf('hello', 1, { proof: new Uint8Array(63) });
    expect(await refusal(await withKey(short))).toBe('bad-proof');
  });

  it.each(WEAK_KEYS)('K-5 with the weak key %s is refused', async (hex) => {
    const key = { ...(await keyOf('hello', 1)), publicKey: decodeHex(hex) };
    expect(await refusal(await withKey(key))).toBe('weak-key');
  });

  it('K-6 names no key twice, for no purpose, and not the identity', async () => {
    const twice = await keyOf('agreement', 1, { label: 'hello 1' });
    expect(await refusal(await withKey(twice))).toBe('bad-register');
    const identity = await keyOf('agreement', 1, { label: 'identity' });
    expect(await refusal(await withKey(identity))).toBe('bad-register');
    const { keys } = await register();
    const again = await keyOf('ledger', 2, { label: 'ledger 1' });
    const [ledger, ...rest] = keys as [RegisteredKey, ...RegisteredKey[]];
    expect(await refusal(await register({ keys: [ledger, again, ...rest] }))).toBe('bad-register');
  });

  it('K-7 says of an ended ledger or cosign key, and of no other, where it ends', async () => {
    const end = { size: 5, root: ROOT };
    const bad = [
      await keyOf('ledger', 1, { status: 'retired' }),
      await keyOf('cosign', 1, { status: 'revoked' }),
      await keyOf('ledger', 1, { end }),
      await keyOf('hello', 1, { status: 'retired', end }),
      await keyOf('ledger', 1, { status: 'retired', end: { size: 5, root: ROOT.slice(1) } }),
      await keyOf('ledger', 1, { status: 'retired', end: { size: -1, root: ROOT } }),
    ];
    for (const key of bad) expect(await refusal(await withKey(key))).toBe('bad-register');
    expect(await refusal(await withKey(await keyOf('ledger', 1, { status: 'retired', end })))).toBe(
      'taken',
    );
  });
});

describe('enrolling again', () => {
  const end = { size: 5, root: ROOT };

  it('K-8 takes a higher serial, refuses a lower one and another text under the same', async () => {
    const first = await register({ serial: 3 });
    const enrolled = await signed(first);
    expect(await refusal(first, enrolled)).toBe('taken');
    expect(await refusal({ ...first, serial: 4 }, enrolled)).toBe('taken');
    expect(await refusal({ ...first, serial: 2 }, enrolled)).toBe('old-register');
    const other = await register({
      serial: 3,
      certificates: [{ number: 1, status: 'revoked', sha256: sha256(encodeText('cert')) }],
    });
    expect(await refusal(other, enrolled)).toBe('forked-register');
  });

  it('K-9 lets nothing vanish, be exchanged or come back, and no end move on', async () => {
    const made = await withKey(await keyOf('ledger', 1, { status: 'retired', end }));
    const second = await keyOf('ledger', 2);
    const keys = [made.keys[0] as RegisteredKey, second, ...made.keys.slice(1)];
    const enrolled = await signed({ ...made, keys });
    const next = (change: Partial<KeyRegister>): KeyRegister => ({
      ...made,
      keys,
      serial: 2,
      ...change,
    });
    const ledger = (change: Partial<RegisteredKey>): KeyRegister =>
      next({ keys: [{ ...(keys[0] as RegisteredKey), ...change }, ...keys.slice(1)] });
    expect(await refusal(next({}), enrolled)).toBe('taken');
    expect(await refusal(ledger({ status: 'revoked' }), enrolled)).toBe('taken');
    expect(await refusal(ledger({ end: { size: 4, root: ROOT } }), enrolled)).toBe('taken');
    expect(await refusal(ledger({ status: 'active', end: null }), enrolled)).toBe('bad-register');
    expect(await refusal(ledger({ end: { size: 6, root: ROOT } }), enrolled)).toBe('bad-register');
    const without = keys.filter((key) => key !== second);
    expect(await refusal(next({ keys: without }), enrolled)).toBe('bad-register');
    const exchanged = await keyOf('ledger', 2, { label: 'another' });
    const swapped = keys.map((key) => (key === second ? exchanged : key));
    expect(await refusal(next({ keys: swapped }), enrolled)).toBe('bad-register');
    const certificate = { number: 1, status: 'active', sha256: sha256(encodeText('x')) } as const;
    expect(await refusal(next({ certificates: [certificate] }), enrolled)).toBe('bad-register');
  });

  it('K-10 nothing signed for a register passes for anything else', async () => {
    const note = await signed(await register());
    const { verify } = await import('./index.ts');
    const key = await keyOf('hello', 1);
    // The proof as a hello: the same key and context, another message.
    const hello = encodeText('isthmus/hello/v1\n');
    const context = { purpose: 'hello', party: 'west', mode: 'exercise', epoch: 1 } as const;
    const claim = { publicKey: key.publicKey, context, message: hello, signature: key.proof };
    expect(verify(claim)).toBe(false);
    // A register as the note of a ledger key: the name is another.
    const ledger = noteVerifier('west/isthmus/exercise/1/ledger/east', IDENTITY.publicKey);
    expect(formatVerifierKey(ledger)).not.toBe(formatVerifierKey(verifierOf(IDENTITY)));
    expect(() => openRegister(note, ledger, SCOPE)).toThrow(
      expect.objectContaining({ code: 'bad-name' }) as Error,
    );
  });
});
