// SPDX-License-Identifier: Apache-2.0
// The auditor's door in a browser: one file without anything of Node, giving the same report as Node
// does. The ledger is a real one with receipts, made here.

import { fileURLToPath } from 'node:url';
import { createMemoryStorage, openLedger } from '@isthmus/ledger';
import {
  checkInclusion,
  inclusionProof,
  type LedgerReport,
  leafHash,
  verifyLedger,
} from '@isthmus/ledger/verify';
import {
  cosign,
  encodeText,
  formatVerifierKey,
  keyPairFromSeed,
  type NoteSigner,
  noteSigner,
  parseVerifierKey,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import type { Browser, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launchBrowser } from '../console/browser.ts';
import type * as Auditor from './auditor-page.ts';

const ORIGIN = 'west/isthmus/exercise/1/ledger/east';
const SIGNER = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(7)));
const COSIGNER = noteSigner(
  'east/isthmus/exercise/1/cosign/west',
  keyPairFromSeed(new Uint8Array(32).fill(9)),
  4,
);
const KEYS = [SIGNER, COSIGNER].map((signer) => formatVerifierKey(verifierOf(signer)));
/** OpenSSL imports it and anyone can sign for it: the first of the published list. */
const WEAK_KEY = new Uint8Array(32).fill(0).fill(1, 0, 1);

type Files = Readonly<Record<string, Uint8Array>>;

/** Entries that a browser is given, and what proves one of them. */
interface Made {
  readonly files: Files;
  readonly entries: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** `cosigner` receipts every checkpoint; the ledger takes its word. */
async function makeLedger(cosigner: NoteSigner): Promise<Made> {
  const storage = createMemoryStorage();
  const ledger = await openLedger({
    storage,
    folder: 'out',
    origin: ORIGIN,
    signer: SIGNER,
    salt: () => randomBytes(16),
  });
  for (let i = 0; i < 12; i += 1) {
    const bytes = encodeText(`item ${i}`);
    await ledger.append([{ bytes } as unknown as Encoded]);
    const note = ledger.checkpoint as string;
    const line = await cosign(note, cosigner, 1_700_000_000 + i);
    await ledger.addReceipt({ size: ledger.size, line });
  }
  const files: Record<string, Uint8Array> = {};
  for (const name of ['entries', 'checkpoints', 'size', 'receipts']) {
    files[name] = (await storage.read(`out/${name}`)) as Uint8Array;
  }
  const batch = await ledger.batchAfter(0);
  const entries = (batch?.recorded ?? []).map((one) => one.bytes);
  return { files, entries, root: ledger.root };
}

/** The bundle a page would load; one chunk, one file. */
async function bundle(): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    resolve: { conditions: ['isthmus-source', 'browser', 'module'] },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('auditor-page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'auditor',
      },
    },
  })) as Rolldown.RolldownOutput[];
  const files = result.flatMap((one) => one.output);
  expect(files).toHaveLength(1);
  const [file] = files;
  if (file?.type !== 'chunk') throw new Error('the bundle is not a script');
  return file.code;
}

/** Runs the auditor in the page on files and keys handed over as numbers and text. */
function verifyThere(page: Page, files: Files): Promise<unknown> {
  const plain = Object.fromEntries(Object.entries(files).map(([k, v]) => [k, [...v]]));
  return page.evaluate(
    ([given, keys]) => {
      const { parseVerifierKey: parse, verifyLedger: verify } = (
        globalThis as unknown as { auditor: typeof Auditor }
      ).auditor;
      const bytes = Object.entries(given).map(([k, v]) => [k, Uint8Array.from(v)] as const);
      const report = verify({
        files: Object.fromEntries(bytes),
        verifier: parse(keys[0] as string),
        cosigner: parse(keys[1] as string),
      });
      return { ...report, root: [...report.root] };
    },
    [plain, KEYS] as const,
  );
}

function verifyHere(files: Files): unknown {
  const [verifier, cosigner] = KEYS.map(parseVerifierKey);
  if (verifier === undefined) throw new Error('no key');
  const report: LedgerReport = verifyLedger({
    files,
    verifier,
    ...(cosigner === undefined ? {} : { cosigner }),
  });
  return { ...report, root: [...report.root] };
}

describe('the auditor bundled for a browser', () => {
  let code = '';
  beforeAll(async () => {
    code = await bundle();
  });

  it('is one file with nothing of Node in it', () => {
    expect(code.length).toBeGreaterThan(10_000);
    const ofNode = /node:|\bBuffer\b|\brequire\(|\bprocess\.(env|versions)|\bimport\b/;
    expect(ofNode.exec(code)?.[0]).toBeUndefined();
  });

  describe.skipIf(CHROMIUM === null)('in chromium (skipped where none is installed)', () => {
    let browser: Browser;
    let page: Page;
    let made: Made;
    beforeAll(async () => {
      made = await makeLedger(COSIGNER);
      browser = await launchBrowser({ webgl: false });
      page = await browser.newPage();
      await page.addScriptTag({ content: code });
    });
    afterAll(() => browser.close());

    it('verifies a ledger with its receipts, with the report Node gives', async () => {
      const report = await verifyThere(page, made.files);
      expect(report).toEqual(verifyHere(made.files));
      expect(report).toMatchObject({ verified: true, entries: 12, checkpoints: 12, receipts: 12 });
    });

    it('names the entry of one flipped byte, with the report Node gives', async () => {
      const entries = Uint8Array.from(made.files['entries'] as Uint8Array);
      // Each record has a header of 12 bytes, 16 of salt and its text: in the eighth, index 7.
      const at = made.entries.slice(0, 7).reduce((sum, one) => sum + 12 + one.length, 12 + 20);
      entries[at] = (entries[at] as number) ^ 1;
      const files = { ...made.files, entries };
      const report = await verifyThere(page, files);
      expect(report).toEqual(verifyHere(files));
      expect(report).toMatchObject({ verified: false, problem: { kind: 'entry', entry: 7 } });
    });

    it('refuses a forged receipt and a weak key, as Node does', async () => {
      const forger = noteSigner(COSIGNER.name, keyPairFromSeed(new Uint8Array(32).fill(8)), 4);
      const { files } = await makeLedger(forger);
      const report = await verifyThere(page, files);
      expect(report).toEqual(verifyHere(files));
      expect(report).toMatchObject({ verified: false, problem: { kind: 'receipt' } });

      const body = Buffer.from([1, ...WEAK_KEY]).toString('base64');
      const refusal = await page.evaluate((text) => {
        const { parseVerifierKey: parse } = (globalThis as unknown as { auditor: typeof Auditor })
          .auditor;
        try {
          parse(text);
          return 'taken';
        } catch (error) {
          return (error as { code: string }).code;
        }
      }, `west+00000000+${body}`);
      expect(refusal).toBe('weak-key');
    });

    it('checks an inclusion proof, and refuses it for another entry', async () => {
      const hashes = made.entries.map(leafHash);
      const index = 5;
      const claim = {
        index,
        size: hashes.length,
        root: made.root,
        proof: inclusionProof(hashes, index),
      };
      const answers = await page.evaluate(
        ({ entries, root, proof, size, index: at }) => {
          const { checkInclusion: check, leafHash: leaf } = (
            globalThis as unknown as { auditor: typeof Auditor }
          ).auditor;
          return entries.map((bytes) => {
            const hash = leaf(Uint8Array.from(bytes));
            const steps = proof.map((step) => Uint8Array.from(step));
            return check({
              index: at,
              size,
              leaf: hash,
              root: Uint8Array.from(root),
              proof: steps,
            });
          });
        },
        {
          entries: made.entries.map((bytes) => [...bytes]),
          root: [...made.root],
          proof: claim.proof.map((hash) => [...hash]),
          size: claim.size,
          index,
        },
      );
      expect(answers).toEqual(made.entries.map((_, i) => i === index));
      expect(checkInclusion({ ...claim, leaf: hashes[index] as Uint8Array })).toBe(true);
    });
  });
});
