// SPDX-License-Identifier: Apache-2.0
// `isthmus export side.yaml --ledger out|in --out DIR`: one ledger of a side as the static files of
// C2SP tlog-tiles, for an auditor with tools of his own. Reads only: the node may run meanwhile, and
// no secret key is opened, so that it runs on an auditor's copy that has none.

import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  exportTiles,
  LedgerError,
  type LedgerReader,
  openLedgerReader,
  openSigned,
} from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { sideKeyName } from '@isthmus/node';
import { encodeBase64, formatVerifierKey, type NoteVerifier } from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { linkLife, type PublicSide, partnerOrigin, readPublicSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = 'usage: isthmus export side.yaml --ledger out|in --out DIR [--format tiles] [--json]';

export async function exportLedger(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['ledger', 'format', 'out'], flags: ['json'] });
  const [config, ...rest] = parsed.positionals;
  const [ledger, target] = [parsed.text('ledger'), parsed.text('out')];
  if (config === undefined || rest.length > 0 || target === undefined) throw new UserError(USAGE);
  if (ledger !== 'out' && ledger !== 'in') {
    throw new UserError('--ledger takes out (what was sent) or in (what the partner sent)');
  }
  const format = parsed.text('format') ?? 'tiles';
  if (format !== 'tiles') throw new UserError(`--format takes tiles, not "${format}"`);
  await refuseFilled(target);
  const side = await readPublicSide(config);
  try {
    const report = await exportOf(side, ledger, resolve(target));
    process.stdout.write(
      parsed.flag('json')
        ? `${JSON.stringify({ out: target, ledger, ...report })}\n`
        : `${target}: ${report.entries} entries, root ${report.root}\nTo be verified with ${report.key}\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    if (error.code === 'bad-range') {
      throw new UserError(`ledger ${ledger}: ${error.message}; there is nothing to export`, {
        cause: error,
      });
    }
    process.stderr.write(`ledger ${ledger} does not hold: ${error.message}\n`);
    return 1;
  }
}

interface Report {
  readonly entries: number;
  /** base64 */
  readonly root: string;
  /** What the auditor needs besides the folder, and must get another way to believe it. */
  readonly key: string;
}

async function exportOf(side: PublicSide, ledger: 'out' | 'in', target: string): Promise<Report> {
  const { data, partnerKeys, ownLedgerKeys, document } = side;
  const verifier = ledger === 'out' ? ownLedgerKeys : partnerKeys.ledger;
  const reader = await openLedgerReader({
    storage: createFileStorage(data),
    folder: `ledger/${ledger}`,
    origin: ledger === 'out' ? sideKeyName('ledger', linkLife(document)) : partnerOrigin(document),
    verifier,
  });
  const report = {
    entries: reader.size,
    root: encodeBase64(reader.root),
    key: keyOf(reader.checkpoint, verifier),
  };
  await writeWhole(target, reader);
  return report;
}

/** The key the exported checkpoint is by; a log may have had several. */
function keyOf(checkpoint: string | null, keys: readonly NoteVerifier[]): string {
  if (checkpoint === null) throw new LedgerError('bad-range', 'no checkpoint is signed yet');
  return formatVerifierKey(openSigned(checkpoint, keys).key);
}

async function refuseFilled(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new UserError(`${folder}: is no folder; name one that is empty or not there`, {
      cause: error,
    });
  }
  throw new UserError(`${folder}: is not empty; name a folder that is empty or not there`);
}

/** Into a folder beside it first: what is there under its name is a whole export. */
async function writeWhole(target: string, reader: LedgerReader): Promise<void> {
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    const { size, root } = reader;
    const batchAfter: LedgerReader['batchAfter'] = (from) => reader.batchAfter(from);
    const source = { size, root, checkpoint: await reader.cosigned(), batchAfter };
    for await (const { path, bytes } of exportTiles(source)) {
      const file = join(partial, path);
      // For the owner alone, as the ledger is: entries are what was released to one partner.
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, bytes, { mode: 0o600 });
    }
    // Not every platform lets a folder take the place of an empty one.
    await rmdir(target).catch(() => undefined);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
