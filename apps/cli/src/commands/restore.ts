// SPDX-License-Identifier: Apache-2.0
// `isthmus restore side.yaml --from DIR`: after a side was put back from an older copy, takes back
// from an export of the partner's mirror what its ledger lacks, before it signs anything new.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LedgerError, openLedger, readTiles } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { NodeError, type RestoreReport, restoreNode, sensorsOf } from '@isthmus/node';
import { randomBytes, SealError } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { readArguments } from '../arguments.ts';
import { buildHeader } from '../side/build.ts';
import { lockFolder } from '../side/folder-lock.ts';
import { type ReadSide, readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = 'usage: isthmus restore side.yaml --from DIR [--json]';

export async function restore(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['from'], flags: ['json'] });
  const [config, ...rest] = parsed.positionals;
  const from = parsed.text('from');
  if (config === undefined || rest.length > 0 || from === undefined) throw new UserError(USAGE);
  const side = await readSide(config);
  const unlock = await lockFolder(side.data);
  try {
    const report = await restoreFrom(side, from);
    process.stdout.write(
      parsed.flag('json') ? `${JSON.stringify(report)}\n` : `${sentenceOf(side, report)}\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerError || error instanceof NodeError)) throw error;
    // What does not fit is the export's or the copy's fault, and named: nothing was signed.
    throw new UserError(`${from}: ${error.message}`, { cause: error });
  } finally {
    await unlock();
  }
}

type Report = RestoreReport & { readonly adopted: number };

async function restoreFrom(side: ReadSide, from: string): Promise<Report> {
  const { document, keys, partnerKeys, data } = side;
  const storage = createFileStorage(data);
  const shown = await readExport(from);
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: keys.ledger.name,
    signer: openSigner(keys.ledger),
    keys: side.ownLedgerKeys,
    salt: () => randomBytes(16),
    cosigner: partnerKeys.cosign,
    isMirrored: true,
  });
  const before = ledger.size;
  await ledger.adopt(shown);
  const report = await restoreNode({
    side: document.side,
    partner: document.partner,
    sensors: sensorsOf(document),
    terms: side.given,
    header: buildHeader(document.side),
    storage,
    entries: shown.entries,
  });
  await ledger.close();
  return { ...report, adopted: ledger.size - before };
}

async function readExport(from: string): ReturnType<typeof readTiles> {
  try {
    return await readTiles(async (path) => {
      try {
        return await readFile(join(from, path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new UserError(`${from}: the checkpoint is no signed note: ${error.message}`, {
      cause: error,
    });
  }
}

function sentenceOf(side: ReadSide, report: Report): string {
  const { adopted, entries, recalls, isBegunAnew } = report;
  if (!isBegunAnew) return `${side.data}: nothing was missing; ${entries} entries.`;
  return `${side.data}: ${adopted} entries taken back, ${entries} in all. The journal goes on from there; ${recalls} events that were open are taken back from the partner at the first turn and reported anew.`;
}
