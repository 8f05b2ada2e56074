// SPDX-License-Identifier: Apache-2.0
// Evidence before a third party: what is proven, what is only to be explained, and that a spoiled
// text or a wrong key proves nothing. Each case spoils one thing.

import {
  cosign,
  encodeText,
  keyPairFromSeed,
  noteSigner,
  randomBytes,
  sign,
  verifierOf,
} from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { type Evidence, formatEvidence, parseEvidence } from './evidence.ts';
import { signCheckpoint } from './index.ts';
import { consistencyProof, inclusionProof, rootOf } from './prove.ts';
import { COSIGNER } from './testing.ts';
import type { Hash } from './tree.ts';
import { verifyEvidence } from './verify.ts';

const LOG = noteSigner(
  'west/isthmus/exercise/1/ledger/east',
  keyPairFromSeed(new Uint8Array(32).fill(3)),
);
const HELLO = noteSigner(
  'east/isthmus/exercise/1/hello/west',
  keyPairFromSeed(new Uint8Array(32).fill(5)),
);
const KEYS = [LOG, HELLO, COSIGNER].map(verifierOf);

const A: readonly Hash[] = Array.from({ length: 9 }, () => randomBytes(32));
/** The same log up to entry 4, and another from there. */
const B: readonly Hash[] = A.map((leaf, i) => (i < 5 ? leaf : randomBytes(32)));

function note(leaves: readonly Hash[], size: number): Promise<string> {
  const checkpoint = { origin: LOG.name, size, root: rootOf(leaves.slice(0, size)) };
  return signCheckpoint(checkpoint, LOG);
}

async function claimOf(
  size: number,
  root: Hash,
  from = 'east',
  to = 'west',
): Promise<Evidence & { kind: 'claim' }> {
  const message = `isthmus/hello/v1\nversion 1\nfrom ${from}\nto ${to}\nmode exercise\nagreement ${'5a'.repeat(32)}\nepoch 1\nhave ${size} ${Buffer.from(root).toString('hex')}\nchannel ${'00'.repeat(32)}\n`;
  const context = { purpose: 'hello', party: from, mode: 'exercise', epoch: 1 } as const;
  const signature = await sign(HELLO, context, encodeText(message));
  return { kind: 'claim', checkpoint: await note(A, 9), held: null, claim: { message, signature } };
}

function heldAt(size: number): { root: Hash; proof: readonly Hash[] } {
  return { root: rootOf(A.slice(0, size)), proof: consistencyProof(A, size) };
}

const notABeginning = {
  kind: 'not-a-beginning',
  smaller: await note(B, 7),
  larger: await note(A, 9),
  ...heldAt(7),
} as const;

const GENUINE: readonly [Evidence, 'proven' | 'to-explain'][] = [
  [{ kind: 'two-roots', first: await note(A, 9), second: await note(B, 9) }, 'proven'],
  [notABeginning, 'proven'],
  [{ kind: 'unreconciled', smaller: await note(A, 3), larger: await note(B, 9) }, 'to-explain'],
  [{ kind: 'withheld', shown: null, beyond: await note(A, 9), entry: null }, 'to-explain'],
  [
    {
      kind: 'withheld',
      shown: await note(A, 6),
      beyond: await note(A, 9),
      entry: { index: 7, leaf: A[7] as Hash, proof: inclusionProof(A, 7) },
    },
    'to-explain',
  ],
  [await claimOf(12, rootOf(B)), 'to-explain'],
  [{ ...(await claimOf(12, rootOf(B))), checkpoint: null }, 'to-explain'],
  [{ ...(await claimOf(7, rootOf(B.slice(0, 7)))), held: heldAt(7) }, 'to-explain'],
  [await claimOf(9, rootOf(B)), 'to-explain'],
];

const WITHOUT_FORCE: readonly [Evidence, string][] = [
  [{ kind: 'two-roots', first: await note(A, 9), second: await note(A, 9) }, 'same root'],
  [{ kind: 'two-roots', first: await note(A, 8), second: await note(B, 9) }, 'different sizes'],
  [{ ...notABeginning, smaller: await note(A, 7) }, 'begins the larger'],
  [{ ...notABeginning, smaller: await note(B, 6) }, 'does not show'],
  [{ ...notABeginning, root: rootOf(B.slice(0, 7)) }, 'does not show'],
  [{ ...notABeginning, proof: notABeginning.proof.slice(1) }, 'does not show'],
  [{ ...notABeginning, smaller: await note(A, 9), larger: await note(B, 7) }, 'growing size'],
  [{ kind: 'unreconciled', smaller: await note(A, 9), larger: await note(B, 9) }, 'growing size'],
  [
    { kind: 'withheld', shown: await note(A, 9), beyond: await note(A, 9), entry: null },
    'not the shorter',
  ],
  [
    {
      kind: 'withheld',
      shown: await note(A, 8),
      beyond: await note(A, 9),
      entry: { index: 7, leaf: A[7] as Hash, proof: inclusionProof(A, 7) },
    },
    'an entry 7 that is missing',
  ],
  [{ ...(await claimOf(7, rootOf(A.slice(0, 7)))), held: heldAt(7) }, 'agrees with the log'],
  [{ ...(await claimOf(7, rootOf(B.slice(0, 7)))), held: heldAt(6) }, 'does not show'],
  [await claimOf(12, rootOf(B), 'east', 'north'), 'a log of north'],
  [await claimOf(12, rootOf(B), 'north'), 'not signed by a hello key'],
  [{ kind: 'bad-receipt', checkpoint: await note(A, 9), line: '— x y\n== first\n' }, 'anybody'],
  [
    {
      kind: 'bad-receipt',
      checkpoint: await note(A, 9),
      line: await cosign(await note(A, 9), COSIGNER, 7),
    },
    'the receipt is good',
  ],
];

describe('evidence', () => {
  it('L-31 has one text, read back to the same', async () => {
    for (const [evidence] of [...GENUINE, ...WITHOUT_FORCE]) {
      const text = formatEvidence(evidence);
      expect(parseEvidence(text)).toEqual(evidence);
      for (const other of [
        `${text}\n`,
        text.slice(0, -1),
        text.slice(1),
        text.replace('v1', 'v2'),
        text.replace('== ', '=='),
        `${text}== more\n`,
        text.replace(/== proof\n/, '== proof\n== proof\n'),
      ]) {
        if (other === text) continue;
        expect(() => parseEvidence(other)).toThrow(/not evidence/);
      }
    }
    // A mark of byte order is part of what a partner sent.
    const line = '\ufeff\u2014 x y\n';
    const marked = { kind: 'bad-receipt', checkpoint: await note(A, 9), line } as const;
    expect(parseEvidence(formatEvidence(marked))).toEqual(marked);
    expect(() => parseEvidence('x'.repeat(100_000))).toThrow(/too large/);
    const text = formatEvidence(notABeginning);
    expect(() => parseEvidence(`${text}${'\n'.repeat(30_000)}`)).toThrow(/longer than any/);
  });

  it('L-32 proves a contradiction of one key, and says of the rest what would explain it', async () => {
    for (const [evidence, verdict] of GENUINE) {
      const found = verifyEvidence(formatEvidence(evidence), KEYS);
      expect(found, found.says).toMatchObject({ kind: evidence.kind, verdict });
    }
    const cosigned = `${await note(A, 9)}${await cosign(await note(A, 9), COSIGNER, 7)}`;
    const claim = { ...(await claimOf(9, rootOf(B))), checkpoint: cosigned };
    expect(verifyEvidence(formatEvidence(claim), KEYS).says).toContain(
      'cosigned a log that begins',
    );
  });

  it('L-32 proves nothing where one thing is missing, and says which', () => {
    for (const [evidence, why] of WITHOUT_FORCE) {
      const found = verifyEvidence(formatEvidence(evidence), KEYS);
      expect(found.verdict, found.says).toBe('nothing');
      expect(found.says).toContain(why);
    }
  });

  it('L-32 K-13 proves nothing by what a revoked key signed beyond its end: who took it could have', async () => {
    const end = { size: 5, root: rootOf(A.slice(0, 5)) };
    const revoked = { ...verifierOf(LOG), status: 'revoked', end } as const;
    for (const [evidence] of GENUINE.filter(([, verdict]) => verdict === 'proven')) {
      const { verdict, says } = verifyEvidence(formatEvidence(evidence), [revoked]);
      expect(verdict).toBe('nothing');
      expect(says).toContain('revoked');
    }
    const early = { kind: 'two-roots', first: await note(A, 3), second: await note(B, 3) } as const;
    expect(verifyEvidence(formatEvidence(early), [revoked]).says).toContain('same root');
  });

  it('L-32 proves nothing under another key, without keys, or for a text of which a byte changed', () => {
    const stranger = noteSigner(LOG.name, keyPairFromSeed(new Uint8Array(32).fill(8)));
    for (const [evidence] of GENUINE) {
      const text = formatEvidence(evidence);
      expect(verifyEvidence(text, []).verdict).toBe('nothing');
      const keys = [stranger, { ...stranger, name: HELLO.name }].map(verifierOf);
      expect(verifyEvidence(text, keys).verdict).toBe('nothing');
    }
    const text = formatEvidence(notABeginning);
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      let verdict = 'refused';
      try {
        verdict = verifyEvidence(changed, KEYS).verdict;
      } catch {
        // Not evidence any more: as good as nothing.
      }
      expect(['refused', 'nothing'], `byte ${at}`).toContain(verdict);
    }
  });
});
