// SPDX-License-Identifier: Apache-2.0
// Oracle: the published vectors of C2SP signed-note (example.com/foo) and of Go's x/mod sumdb/note
// (PeterNeumann), which other implementations made.

import { describe, expect, it } from 'vitest';
import { openSigner } from './adapters/index.ts';
import {
  cosign,
  decodeBase64,
  decodeHex,
  decodeIdentifiersKey,
  decodeKeyFile,
  decodeText,
  encodeIdentifiersKey,
  encodeKeyFile,
  encodeText,
  fingerprint,
  formatVerifierKey,
  heldKey,
  keyPairFromSeed,
  type NoteSigner,
  noteSigner,
  noteText,
  noteVerifier,
  openCosignature,
  openNote,
  parseVerifierKey,
  SealError,
  type SealErrorCode,
  sha256,
  signNote,
  verifierOf,
} from './index.ts';

const GO_TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const GO_NOTE =
  `${GO_TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv` +
  'qfqdngotpRZb6KE6RyyBwJnAM=\n';
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_SECRET =
  'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n';

const REAL_NOTE = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

\u2014 arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
\u2014 arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
\u2014 remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
`;

const KEY = keyPairFromSeed(new Uint8Array(32).fill(1));
const WEST: NoteSigner = noteSigner('west', KEY);
const EAST: NoteSigner = noteSigner('east', keyPairFromSeed(new Uint8Array(32).fill(2)));
const GOOD = await signNote('text\n', [WEST]);

function codeOf(act: () => unknown): SealErrorCode | 'none' {
  try {
    act();
  } catch (error) {
    return (error as { code: SealErrorCode }).code;
  }
  return 'none';
}

async function rejection(promise: Promise<unknown>): Promise<SealErrorCode | 'none'> {
  return promise.then(
    () => 'none' as const,
    (error: unknown) => (error as { code: SealErrorCode }).code,
  );
}

/** The line with one letter inside its signature changed. */
function spoilt(line: string): string {
  const at = line.length - 20;
  return `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`;
}

describe('signed notes', () => {
  it('reproduces the published note of the Go implementation byte for byte', async () => {
    const key = decodeKeyFile(GO_SECRET);
    expect(await signNote(GO_TEXT, [openSigner(key)])).toBe(GO_NOTE);
    expect(formatVerifierKey(verifierOf(key))).toBe(GO_KEY);
    expect(encodeKeyFile(key)).toBe(GO_SECRET);
  });

  it('opens the published note of the Go implementation', () => {
    const opened = openNote(GO_NOTE, [parseVerifierKey(GO_KEY)]);
    expect(opened.text).toBe(GO_TEXT);
    expect(opened.verified.map((one) => one.name)).toEqual(['PeterNeumann']);
  });

  it('opens the published example of the specification', () => {
    const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    const note =
      'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2' +
      'ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(openNote(note, [parseVerifierKey(key)]).text).toBe('This is an example message.\n');
  });

  it('checks a real checkpoint with a real cosignature of a public witness', () => {
    const log =
      'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f';
    const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
    const opened = openNote(REAL_NOTE, [parseVerifierKey(log), parseVerifierKey(witness)]);
    expect(opened.verified.map((one) => one.type)).toEqual([1, 4]);
    expect(opened.verified[1]?.cosignedAtS).toBe(0x6a122120);
    expect(opened.unknownSignatures).toBe(1);
    const line = opened.verified[1]?.line as string;
    const verifier = parseVerifierKey(witness);
    expect(openCosignature({ note: REAL_NOTE, line, verifier })).toEqual({ atS: 0x6a122120 });
    const other = REAL_NOTE.replace('1432088532', '1432088533');
    expect(codeOf(() => openCosignature({ note: other, line, verifier }))).toBe('bad-signature');
  });

  it('ignores unknown keys, and refuses a note one known key signed badly', async () => {
    const both = await signNote('a\n', [WEST, EAST]);
    expect(openNote(both, [verifierOf(WEST)]).unknownSignatures).toBe(1);
    const lines = both.split('\n');
    const swapped = both.replace(lines[2] as string, spoilt(lines[2] as string));
    expect(codeOf(() => openNote(swapped, [verifierOf(WEST), verifierOf(EAST)]))).toBe(
      'bad-signature',
    );
    expect(openNote(swapped, [verifierOf(EAST)]).verified).toHaveLength(1);
    expect(codeOf(() => openNote(both, []))).toBe('no-signature');
  });

  it('splits at the last empty line, so that a text may hold empty lines', async () => {
    const note = await signNote('a\n\nb\n', [WEST]);
    expect(openNote(note, [verifierOf(WEST)]).text).toBe('a\n\nb\n');
    expect(noteText(note)).toBe('a\n\nb\n');
  });

  it('takes 16 signatures and more, and refuses a flood of them', async () => {
    const signers = Array.from({ length: 65 }, (_, i) => noteSigner(`s${i}`, KEY));
    const all = signers.map(verifierOf);
    const most = await signNote('a\n', signers.slice(0, 64));
    expect(openNote(most, all).verified).toHaveLength(64);
    const flood = `${most}${(await signNote('a\n', [WEST])).slice(3)}`;
    expect(codeOf(() => openNote(flood, all))).toBe('too-large');
    expect(await rejection(signNote('a\n', signers))).toBe('too-large');
    expect(codeOf(() => openNote('a'.repeat(70_000), all))).toBe('too-large');
  });

  it.each<[string, string, SealErrorCode]>([
    ['a control byte', GOOD.replace('text', 'te\tt'), 'bad-note'],
    ['a carriage return', GOOD.replace('text', 'text\r'), 'bad-note'],
    ['no final newline', GOOD.slice(0, -1), 'bad-note'],
    ['no signature at all', 'text\n\n', 'bad-note'],
    ['a hyphen for the dash', GOOD.replace('\u2014', '-'), 'bad-note'],
    ['a third word', GOOD.replace('=\n', '= x\n'), 'bad-note'],
    ['a plus in the name', GOOD.replace('west', 'we+st'), 'bad-name'],
    ['base64 without padding', GOOD.replace('=', ''), 'bad-base64'],
    ['a lone surrogate', GOOD.replace('text', 'te\ud800xt'), 'bad-note'],
  ])('refuses a note with %s', (_what, note, code) => {
    expect(codeOf(() => openNote(note, [verifierOf(WEST)]))).toBe(code);
  });

  it('refuses any single changed byte', () => {
    const bytes = encodeText(GOOD);
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] as number) ^ 1;
      expect(() => openNote(changed, [verifierOf(WEST)])).toThrow(SealError);
    }
  });
});

describe('cosignatures', () => {
  const cosigner = noteSigner('east/cosign', KEY, 4);

  it('are over the text and the time they state, by this cosigner', async () => {
    const line = await cosign(GOOD, cosigner, 1_700_000_000);
    const verifier = verifierOf(cosigner);
    expect(openCosignature({ note: GOOD, line, verifier })).toEqual({ atS: 1_700_000_000 });
    expect(openNote(`${GOOD}${line}`, [verifier]).verified[0]?.type).toBe(4);
    const other = verifierOf(noteSigner('north/cosign', KEY, 4));
    expect(codeOf(() => openCosignature({ note: GOOD, line, verifier: other }))).toBe(
      'no-signature',
    );
    expect(codeOf(() => openCosignature({ note: GOOD, line: spoilt(line), verifier }))).toMatch(
      /bad-signature|bad-base64/,
    );
  });

  it('are not made by note keys, nor for impossible times, nor notes by cosigning keys', async () => {
    expect(await rejection(cosign(GOOD, WEST, 1))).toBe('bad-key');
    expect(await rejection(cosign(GOOD, cosigner, -1))).toBe('bad-time');
    expect(await rejection(signNote('a\n', [cosigner]))).toBe('bad-key');
  });
});

describe('keys as text', () => {
  it('come back as they were, and no damaged text is taken', () => {
    for (const held of [heldKey('west', KEY), heldKey('east/cosign', KEY, 4)]) {
      const file = encodeKeyFile(held);
      expect(file.split('\n')).toHaveLength(2);
      expect(decodeKeyFile(file)).toEqual(held);
      const key = formatVerifierKey(verifierOf(held));
      expect(parseVerifierKey(key)).toEqual(verifierOf(held));
      for (let i = 0; i < key.length; i += 1) {
        const changed = `${key.slice(0, i)}${key[i] === 'A' ? 'B' : 'A'}${key.slice(i + 1)}`;
        expect(() => parseVerifierKey(changed)).toThrow(SealError);
      }
    }
    expect(codeOf(() => decodeKeyFile('hello'))).toBe('bad-key-file');
  });

  it('name an agent and its key instead, by the absolute path of its socket', () => {
    const key = { ...verifierOf(WEST), agentSocket: '/run/west/agent 1.sock' };
    const file = encodeKeyFile(key);
    expect(file).toBe(`AGENT+KEY+${formatVerifierKey(verifierOf(WEST))} /run/west/agent 1.sock\n`);
    const { name, type, publicKey } = verifierOf(WEST);
    const read = { name, type, publicKey, agentSocket: key.agentSocket };
    expect(decodeKeyFile(file)).toEqual(read);
    for (const socket of ['agent.sock', '', `/${'a'.repeat(103)}`, '/a\u0000b', '/\ud800']) {
      const spoiltKey = { ...key, agentSocket: socket };
      expect(codeOf(() => encodeKeyFile(spoiltKey))).toBe('bad-key-file');
      const line = file.replace(key.agentSocket, socket);
      expect(codeOf(() => decodeKeyFile(line))).toBe('bad-key-file');
    }
    const other = file.replace('AGENT+KEY+west', 'AGENT+KEY+east');
    expect(codeOf(() => decodeKeyFile(other))).toBe('bad-key');
  });

  it('of identifiers hold a secret with its check: no flipped bit passes, nor the form without', () => {
    const secret = sha256(encodeText('identifiers'));
    const file = encodeIdentifiersKey(secret);
    expect(file).toMatch(/^IDENTIFIERS\+KEY\+[0-9a-f]{16}\+[A-Za-z0-9+/]{43}=\n$/);
    expect(decodeIdentifiersKey(file)).toEqual(secret);
    const bytes = encodeText(file);
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const at = bit >> 3;
      const flipped = bytes.with(at, (bytes[at] as number) ^ (1 << (bit & 7)));
      const text = new TextDecoder().decode(flipped);
      const code = codeOf(() => decodeIdentifiersKey(text));
      expect(['bad-key-file', 'bad-base64'], `bit ${bit}`).toContain(code);
    }
    const old = `${'5a'.repeat(32)}\n`;
    expect(() => decodeIdentifiersKey(old)).toThrow('make the keys of this side anew');
    expect(codeOf(() => encodeIdentifiersKey(secret.slice(1)))).toBe('bad-key-file');
  });

  it('have a fingerprint two people can read out, different for name and key', () => {
    expect(fingerprint(verifierOf(WEST))).toMatch(/^([0-9a-f]{4} ){9}[0-9a-f]{4}$/);
    const renamed = noteVerifier('east', KEY.publicKey);
    expect(fingerprint(renamed)).not.toBe(fingerprint(verifierOf(WEST)));
  });
});

describe('strict text forms', () => {
  it.each(['QQ', 'QQ=', 'QR==', 'Q Q==', 'QQ==\n', '-_8=', '====', 'QQ==QQ=='])(
    'refuse %j as base64',
    (text) => {
      expect(codeOf(() => decodeBase64(text))).toBe('bad-base64');
    },
  );

  it('refuse odd or upper-case hexadecimal and broken UTF-8', () => {
    for (const text of ['0', '0G', 'AB', '0x'])
      expect(codeOf(() => decodeHex(text))).toBe('bad-hex');
    expect(codeOf(() => decodeText(Uint8Array.of(0xc3)))).toBe('bad-note');
  });
});
