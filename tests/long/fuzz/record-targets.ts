// SPDX-License-Identifier: Apache-2.0
// What one side hands to others or keeps for them: key registers, evidence, decision logs, exports.

import type { Random } from '@isthmus/earth';
import {
  createMemoryStorage,
  exportTiles,
  LedgerError,
  openLedger,
  readTiles,
  signCheckpoint,
} from '@isthmus/ledger';
import {
  consistencyProof,
  type Evidence,
  formatEvidence,
  inclusionProof,
  leafHash,
  parseEvidence,
  rootOf,
  verifyEvidence,
} from '@isthmus/ledger/verify';
import { scanDecisions } from '@isthmus/node';
import {
  encodeHex,
  encodeText,
  enrolRegister,
  identityName,
  type KeyStatus,
  keyPairFromSeed,
  LINK_PURPOSES,
  noteSigner,
  noteText,
  openRegister,
  provePossession,
  type RegisterScope,
  registeredKey,
  SealError,
  sha256,
  sign,
  signerFrom,
  signNote,
  signRegister,
  verifierOf,
} from '@isthmus/seal';
import { COSIGN_KEYS, itemOf, LEDGER_KEYS } from '../kills/keys.ts';
import { several, spoilBytes, spoilJson, spoilLines } from './mutate.ts';
import { Finding, pick, type Target, textOf } from './target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const key = (name: string) => keyPairFromSeed(sha256(bytes(`fuzz ${name}`)));

const SCOPE: RegisterScope = { party: 'west', peer: 'east', mode: 'exercise', epoch: 1 };
const IDENTITY = noteSigner(identityName(SCOPE), key('identity'));

/** Register `serial`: as many keys of each purpose, all but the last ended. */
async function registerNote(serial: number): Promise<string> {
  const identity = verifierOf(IDENTITY);
  const statusOf = (number: number): KeyStatus =>
    number === serial ? 'active' : number % 2 === 0 ? 'revoked' : 'retired';
  const keys = [];
  for (const purpose of LINK_PURPOSES) {
    for (let number = 1; number <= serial; number += 1) {
      const pair = key(`${purpose} ${number}`);
      const of = { identity, scope: SCOPE, purpose, number };
      const proof = await provePossession(signerFrom(pair), of);
      const status = statusOf(number);
      const ends = status !== 'active' && (purpose === 'ledger' || purpose === 'cosign');
      const end = ends ? { size: 10 * number, root: sha256(bytes(`${number}`)) } : null;
      const { publicKey } = pair;
      keys.push(registeredKey(SCOPE, { purpose, number, status, end, publicKey, proof }));
    }
  }
  const certificates = Array.from({ length: serial }, (_, i) => ({
    number: i + 1,
    status: statusOf(i + 1),
    sha256: sha256(bytes(`certificate ${i}`)),
  }));
  return signRegister({ ...SCOPE, serial, keys, certificates }, IDENTITY);
}

/** Spoilt, and signed again by the right identity half of the time: what stands behind the signature. */
async function keyRegister(): Promise<Target> {
  const notes = await Promise.all([1, 2, 3].map(registerNote));
  const identity = verifierOf(IDENTITY);
  const enrolled = notes[1] as string;
  const known = new Set(notes.map(noteText));
  const seeds = [...notes, ...notes.map(noteText)].map(bytes);
  const noteOf = async (text: string): Promise<string> =>
    text.includes('\n\n') ? text : signNote(text.endsWith('\n') ? text : `${text}\n`, [IDENTITY]);
  return {
    name: 'key-register',
    oneIn: 100,
    // Up to thirteen possessions are checked, a quarter of a millisecond each.
    msMax: 50,
    isRefusal: (error) => error instanceof SealError,
    make: (random) =>
      several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds))),
    async read(input) {
      const note = await noteOf(textOf(input));
      const opened = openRegister(note, identity, SCOPE);
      // Whoever holds the identity may end keys and raise serials; he cannot make up a proof.
      for (const { purpose, number, publicKey } of opened.keys) {
        if (encodeHex(publicKey) === encodeHex(key(`${purpose} ${number}`).publicKey)) continue;
        throw new Finding(`${purpose} ${number} is a key nobody proved`);
      }
      const next = enrolRegister(note, { identity, scope: SCOPE, enrolled });
      if (next.serial < 2) throw new Finding(`serial ${next.serial} after 2`);
      return known.has(noteText(note));
    },
  };
}

const LOG = noteSigner('west/isthmus/exercise/1/ledger/east', key('evidence ledger'));
const HELLO = noteSigner('east/isthmus/exercise/1/hello/west', key('evidence hello'));
const COSIGNER = noteSigner('east/isthmus/exercise/1/cosign/west', key('evidence cosign'), 4);

/** A piece of each kind, over two logs that part after five entries. */
async function evidenceTexts(): Promise<readonly string[]> {
  const a = Array.from({ length: 9 }, (_, i) => leafHash(bytes(`a ${i}`)));
  const b = a.map((leaf, i) => (i < 5 ? leaf : leafHash(bytes(`b ${i}`))));
  const note = (log: readonly Uint8Array[], size: number): Promise<string> =>
    signCheckpoint({ origin: LOG.name, size, root: rootOf(log.slice(0, size)) }, LOG);
  const held = (size: number) => ({
    root: rootOf(a.slice(0, size)),
    proof: consistencyProof(a, size),
  });
  const claim = async (size: number) => {
    const root = encodeHex(rootOf(b.slice(0, size)));
    const message = `isthmus/hello/v1\nversion 1\nfrom east\nto west\nmode exercise\nagreement ${'5a'.repeat(32)}\nepoch 1\nhave ${size} ${root}\nchannel ${'00'.repeat(32)}\n`;
    const context = { purpose: 'hello', party: 'east', mode: 'exercise', epoch: 1 } as const;
    return { message, signature: await sign(HELLO, context, encodeText(message)) };
  };
  const [a6, a9, b7, b9] = await Promise.all([note(a, 6), note(a, 9), note(b, 7), note(b, 9)]);
  const entry = { index: 7, leaf: a[7] as Uint8Array, proof: inclusionProof(a, 7) };
  const all: readonly Evidence[] = [
    { kind: 'two-roots', first: a9, second: b9 },
    { kind: 'not-a-beginning', smaller: b7, larger: a9, ...held(7) },
    { kind: 'unreconciled', smaller: a6, larger: b9 },
    { kind: 'withheld', shown: null, beyond: a9, entry: null },
    { kind: 'withheld', shown: a6, beyond: a9, entry },
    { kind: 'claim', checkpoint: a9, held: held(7), claim: await claim(7) },
    { kind: 'claim', checkpoint: null, held: null, claim: await claim(9) },
    { kind: 'bad-receipt', checkpoint: a9, line: '\u2014 east x\n' },
  ];
  return all.map(formatEvidence);
}

const isLedgerRefusal = (error: unknown): boolean => error instanceof LedgerError;

async function evidenceForm(): Promise<Target> {
  const seeds = (await evidenceTexts()).map(bytes);
  return {
    name: 'evidence-form',
    oneIn: 1,
    isRefusal: isLedgerRefusal,
    make: (random) =>
      several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds))),
    read(input) {
      const again = formatEvidence(parseEvidence(textOf(input)));
      if (again !== textOf(input)) throw new Finding(`prints again as ${again}`);
      return true;
    },
  };
}

/** Nothing is proven but what was, however the text is spoilt. */
async function evidenceJudged(): Promise<Target> {
  const texts = await evidenceTexts();
  const verifiers = [LOG, HELLO, COSIGNER].map(verifierOf);
  const proven = new Set(texts.slice(0, 2).map((text) => verifyEvidence(text, verifiers).says));
  const seeds = texts.map(bytes);
  return {
    name: 'evidence-judged',
    oneIn: 20,
    isRefusal: isLedgerRefusal,
    make: (random) =>
      several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds))),
    read(input) {
      const { verdict, says } = verifyEvidence(textOf(input), verifiers);
      if (verdict === 'proven' && !proven.has(says)) throw new Finding(`proves: ${says}`);
      return verdict !== 'nothing';
    },
  };
}

const DECISIONS: readonly string[] = [
  { isthmus: 'decisions', side: 'west', first: 0 },
  {
    ordinal: 0,
    turn: 3,
    at: 1,
    outcome: 'withheld',
    reasons: ['r\u00f6'],
    entry: null,
    leaf: null,
  },
  { ordinal: 1, turn: 3, at: 1, outcome: 'released', reasons: [], entry: 0, leaf: 'b1' },
  { ordinal: 2, turn: 4, at: 2, outcome: 'released', reasons: [], entry: 1, leaf: 'b2' },
].map((value) => JSON.stringify(value));

/** Lines with their hashes put right around spoilt values, or sound lines with spoilt bytes. */
function decisionLog(): Target {
  const chained = (lines: readonly string[]): Uint8Array => {
    let hash = '';
    const text = lines.map((json) => {
      hash = encodeHex(sha256(bytes(hash + json)));
      return `{"hash":"${hash}",${json.slice(1)}\n`;
    });
    return bytes(text.join(''));
  };
  const sound = chained(DECISIONS);
  const spoilt = (json: string, random: Random): string =>
    random.chance(1, 4)
      ? `{${Buffer.from(spoilLines(bytes(json), random, sound))
          .toString('utf8')
          .replaceAll('\n', '')
          .slice(1)}`
      : spoilJson(json, random);
  return {
    name: 'decision-log',
    oneIn: 4,
    isRefusal: () => false,
    make(random) {
      if (random.chance(1, 2))
        return several(sound, random, (one) => spoilBytes(one, random, sound));
      const at = random.integer(DECISIONS.length);
      return chained(DECISIONS.map((json, i) => (i === at ? spoilt(json, random) : json)));
    },
    read(input) {
      const scan = scanDecisions(input);
      if (typeof scan.side !== 'string') throw new Finding(`a side ${String(scan.side)}`);
      if (!Number.isSafeInteger(scan.first) || scan.first < 0) {
        throw new Finding(`a first ordinal ${String(scan.first)}`);
      }
      const again = scanDecisions(input.subarray(0, scan.end));
      if (again.broken !== null || again.lines.length !== scan.lines.length) {
        throw new Finding('what holds does not hold by itself');
      }
      return scan.broken === null;
    },
  };
}

/** Files of an export, spoilt one at a time; what is read has as many entries as was said. */
async function exportedTiles(): Promise<Target> {
  const ledger = await openLedger({
    folder: 'log',
    origin: LEDGER_KEYS.west.name,
    storage: createMemoryStorage(),
    signer: LEDGER_KEYS.west,
    cosigner: verifierOf(COSIGN_KEYS.east),
    salt: () => new Uint8Array(16),
  });
  await ledger.append(Array.from({ length: 5 }, (_, i) => itemOf('west', i)));
  const files = new Map<string, Uint8Array>();
  for await (const { path, bytes: content } of exportTiles(ledger)) files.set(path, content);
  const bundle = 'tile/entries/000.p/5';
  const [note, entries] = [files.get('checkpoint'), files.get(bundle)];
  if (note === undefined || entries === undefined) throw new TypeError('no export');
  const isNote = (input: Uint8Array): boolean => input[0] === 0;
  return {
    name: 'tiles',
    oneIn: 2,
    isRefusal: (error) => error instanceof LedgerError || error instanceof SealError,
    make(random) {
      const [tag, seed] = random.chance(1, 2) ? [0, note] : [1, entries];
      const spoilt = several(seed, random, (one) => spoilLines(one, random, seed));
      return new Uint8Array(Buffer.concat([Uint8Array.of(tag), spoilt]));
    },
    async read(input) {
      const spoilt = input.subarray(1);
      const given = new Map(files).set(isNote(input) ? 'checkpoint' : bundle, spoilt);
      const read = await readTiles((path) => Promise.resolve(given.get(path) ?? null));
      const total = read.entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
      const whole = (given.get(bundle) as Uint8Array).length;
      if (total !== (read.entries.length === 0 ? 0 : whole)) throw new Finding('bytes got lost');
      return true;
    },
  };
}

export const recordTargets: readonly (() => Target | Promise<Target>)[] = [
  keyRegister,
  evidenceForm,
  evidenceJudged,
  decisionLog,
  exportedTiles,
];
