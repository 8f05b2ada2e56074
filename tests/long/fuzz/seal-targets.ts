// SPDX-License-Identifier: Apache-2.0
// Notes, keys and what is signed: the text forms of seal and ledger, and their proofs.

import { createRandom, type Random } from '@isthmus/earth';
import {
  formatCheckpoint,
  LedgerError,
  leafHash,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '@isthmus/ledger';
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  inclusionProof,
  rootOf,
} from '@isthmus/ledger/verify';
import { checkAgreementNote, NodeError, signAgreement } from '@isthmus/node';
import {
  cosign,
  decodeKeyFile,
  encodeKeyFile,
  formatVerifierKey,
  heldKey,
  keyPairFromSeed,
  noteSigner,
  noteText,
  openCosignature,
  openNote,
  parseVerifierKey,
  SealError,
  sha256,
  signNote,
  verifierOf,
} from '@isthmus/seal';
import { several, spoilLines } from './mutate.ts';
import { expectSame, Finding, pick, type Target, textOf } from './target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const key = (name: string) => keyPairFromSeed(sha256(bytes(`fuzz ${name}`)));
const ORIGIN = 'west.example/isthmus/exercise/ledger/east';
const LEDGER = noteSigner(ORIGIN, key('ledger'));
const OTHER = noteSigner('east.example/isthmus/exercise/agreement/west', key('other'));
const COSIGNER = noteSigner('east.example/isthmus/exercise/cosign/west', key('cosign'), 4);
const SIZES = [0, 1, 2, 3, 255, 256, 1000, 2 ** 32, Number.MAX_SAFE_INTEGER];

const CHECKPOINTS = SIZES.map((size) => ({ origin: ORIGIN, size, root: sha256(bytes(`${size}`)) }));
const NOTES = await Promise.all(CHECKPOINTS.map((one) => signCheckpoint(one, LEDGER)));
const COSIGNED = await Promise.all(
  NOTES.map(async (note, i) => note + (await cosign(note, COSIGNER, SIZES[i] as number))),
);
const COSIGNATURES = await Promise.all(SIZES.map((at) => cosign(NOTES[6] as string, COSIGNER, at)));
const AGREEMENT_HASH = '5a'.repeat(32);
const AGREED_BY = [LEDGER, OTHER];
const AGREED = await signAgreement(AGREEMENT_HASH, AGREED_BY);
const AGREEMENT_NOTES = [
  AGREED,
  AGREED,
  await signAgreement('00'.repeat(32), AGREED_BY),
  await signNote('x\n', AGREED_BY),
];
const isSealRefusal = (error: unknown): boolean => error instanceof SealError;
const isLedgerRefusal = (error: unknown): boolean => error instanceof LedgerError;

/** A target over texts of lines, made from valid ones. */
function textTarget(
  name: string,
  texts: readonly string[],
  given: Pick<Target, 'isRefusal' | 'read'> & { readonly oneIn?: number },
): Target {
  const seeds = texts.map(bytes);
  const make = (random: Random): Uint8Array =>
    several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds)));
  return { oneIn: 1, name, make, ...given };
}

function noteForm(): Target {
  const read = (input: Uint8Array): boolean => {
    const text = noteText(textOf(input));
    if (!textOf(input).startsWith(`${text}\n`)) throw new Finding('the text is not in the note');
    return true;
  };
  return textTarget('note-form', [...NOTES, ...COSIGNED], { isRefusal: isSealRefusal, read });
}

/** Nothing is opened that was not signed. */
function noteOpened(): Target {
  const verifiers = [LEDGER, COSIGNER].map(verifierOf);
  const signed = new Set(CHECKPOINTS.map(formatCheckpoint));
  const read = (input: Uint8Array): boolean => {
    const { text } = openNote(input, verifiers);
    if (!signed.has(text)) throw new Finding(`opened what was never signed: ${text}`);
    return true;
  };
  return textTarget('note-opened', COSIGNED, { isRefusal: isSealRefusal, read, oneIn: 8 });
}

function checkpointText(): Target {
  const read = (input: Uint8Array): boolean => {
    const text = textOf(input);
    const again = formatCheckpoint(parseCheckpoint(text));
    if (again !== text) throw new Finding(`prints again as ${again}`);
    return true;
  };
  const texts = CHECKPOINTS.map(formatCheckpoint);
  return textTarget('checkpoint', texts, { isRefusal: isLedgerRefusal, read });
}

function checkpointSigned(): Target {
  const verifier = verifierOf(LEDGER);
  const signed = new Set(CHECKPOINTS.map(formatCheckpoint));
  const read = (input: Uint8Array): boolean => {
    const opened = formatCheckpoint(openCheckpoint(textOf(input), verifier));
    if (!signed.has(opened)) throw new Finding(`opened what was never signed: ${opened}`);
    return true;
  };
  return textTarget('checkpoint-signed', NOTES, { isRefusal: isLedgerRefusal, read, oneIn: 8 });
}

function cosignatureLine(): Target {
  const note = NOTES[6] as string;
  const verifier = verifierOf(COSIGNER);
  const read = (input: Uint8Array): boolean => {
    const { atS } = openCosignature({ note, line: textOf(input), verifier });
    if (!SIZES.includes(atS)) throw new Finding(`a time that was never signed: ${atS}`);
    return true;
  };
  return textTarget('cosignature', COSIGNATURES, { isRefusal: isSealRefusal, read, oneIn: 8 });
}

function verifierKey(): Target {
  const read = (input: Uint8Array): boolean => {
    expectSame(input, bytes(formatVerifierKey(parseVerifierKey(textOf(input)))));
    return true;
  };
  const texts = [LEDGER, OTHER, COSIGNER].map((one) => formatVerifierKey(verifierOf(one)));
  return textTarget('verifier-key', texts, { isRefusal: isSealRefusal, read, oneIn: 2 });
}

function keyFile(): Target {
  const read = (input: Uint8Array): boolean => {
    expectSame(input, bytes(encodeKeyFile(decodeKeyFile(textOf(input)))));
    return true;
  };
  const held = [
    heldKey(LEDGER.name, key('ledger')),
    heldKey(OTHER.name, key('other')),
    heldKey(COSIGNER.name, key('cosign'), 4),
  ];
  const agents = held.map(({ name, type, publicKey }) => ({ name, type, publicKey }));
  const texts = [
    ...held,
    ...agents.map((one, i) => ({ ...one, agentSocket: `/run/west/agent ${i}.sock` })),
  ].map(encodeKeyFile);
  return textTarget('key-file', texts, { isRefusal: isSealRefusal, read, oneIn: 8 });
}

function agreementNote(): Target {
  const verifiers = AGREED_BY.map((signer) => [verifierOf(signer)]);
  const read = (input: Uint8Array): boolean => {
    checkAgreementNote(textOf(input), AGREEMENT_HASH, verifiers);
    return true;
  };
  const isRefusal = (error: unknown): boolean => isSealRefusal(error) || error instanceof NodeError;
  return textTarget('agreement-note', AGREEMENT_NOTES, { isRefusal, read, oneIn: 16 });
}

interface Tree {
  readonly leaves: readonly Uint8Array[];
  /** Of the first 1, 2, 3 and so on. */
  readonly roots: readonly Uint8Array[];
}

function treeOf(name: string): Tree {
  const leaves = Array.from({ length: 300 }, (_, i) => leafHash(bytes(`${name} ${i}`)));
  return { leaves, roots: leaves.map((_, i) => rootOf(leaves.slice(0, i + 1))) };
}

/** An inclusion proof and a consistency proof, and what they claim, a line each. */
function proofText({ leaves }: Tree, seed: number): Uint8Array {
  const random = createRandom(`proof ${seed}`);
  const size = 1 + random.integer(300);
  const index = random.integer(size);
  const inclusion = inclusionProof(leaves.slice(0, size), index);
  const consistency = consistencyProof(leaves.slice(0, size), index + 1);
  const hex = (hashes: readonly Uint8Array[]): string =>
    hashes.map((one) => Buffer.from(one).toString('hex')).join();
  return bytes([index, size, hex(inclusion), index + 1, size, hex(consistency)].join('\n'));
}

/**
 * No proof leads from one tree to another that has no leaf of it. That a tree's own root passes for
 * another size of the same shape is no finding: size and root are signed together (RFC 6962, 2.1).
 */
function proofs(): Target {
  const [tree, other] = [treeOf('leaf'), treeOf('other leaf')];
  const seeds = Array.from({ length: 64 }, (_, i) => proofText(i % 4 === 0 ? other : tree, i));
  const hashes = (line = ''): Uint8Array[] =>
    line === '' ? [] : line.split(',').map((one) => new Uint8Array(Buffer.from(one, 'hex')));
  const at = (list: readonly Uint8Array[], n: number): Uint8Array =>
    list[n] ?? (list[0] as Uint8Array);
  return {
    name: 'proofs',
    oneIn: 2,
    // Thousands of empty hashes: what is timed is their reading here, which is no decoder of ours.
    msMaxPerKib: 0.5,
    isRefusal: () => false,
    make: (random) =>
      several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds))),
    read(input) {
      const [first, second, path, older, newer, steps] = textOf(input).split('\n');
      const [index, size] = [Number(first), Number(second)];
      const [inclusion, consistency] = [hashes(path), hashes(steps)];
      const isIn = (leaves: Tree, roots: Tree): boolean => {
        const [leaf, root] = [at(leaves.leaves, index), at(roots.roots, size - 1)];
        return checkInclusion({ leaf, index, size, root, proof: inclusion });
      };
      const [before, after] = [Number(older), Number(newer)];
      const grows = (from: Tree, to: Tree): boolean => {
        const [root, newRoot] = [at(from.roots, before - 1), at(to.roots, after - 1)];
        const sizes = { size: before, newSize: after };
        return checkConsistency({ ...sizes, root, newRoot, proof: consistency });
      };
      if (isIn(other, tree) || isIn(tree, other)) {
        throw new Finding(`proves ${index} of ${size} in a tree without it`);
      }
      if (grows(other, tree) || grows(tree, other)) {
        throw new Finding(`proves ${before} to be a beginning of ${after} in another tree`);
      }
      return isIn(tree, tree) && grows(tree, tree);
    },
  };
}

export const sealTargets: readonly (() => Target)[] = [
  noteForm,
  noteOpened,
  checkpointText,
  checkpointSigned,
  cosignatureLine,
  verifierKey,
  keyFile,
  agreementNote,
  proofs,
];
