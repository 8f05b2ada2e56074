// SPDX-License-Identifier: Apache-2.0
// Recovery of a log on opening: what a process that ended in the middle of a commit left behind is
// brought in order, and what it cannot have left is `corrupt`.

import { encodeText, equalBytes, type NoteSigner } from '@isthmus/seal';
import { signCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { type LastSize, readLastSize, writeSizeFile } from './last-size.ts';
import { LIMITS } from './limits.ts';
import type { LogKeys } from './log-keys.ts';
import { type LogPlace, LogView } from './log-view.ts';
import { encodeRecords, RECORD_HEADER_BYTES } from './records.ts';
import { edgeRoot, emptyEdge, type TreeEdge } from './tree.ts';

/** Bytes one interrupted commit can leave behind the last size; more were not written by us. */
const TAIL_BYTES_MAX =
  LIMITS.batchBytesMax + LIMITS.entryBytesMax + LIMITS.batchEntriesMax * RECORD_HEADER_BYTES;

/**
 * Brings the files to a state some moment between two commits could have left: reads and proves
 * everything first, and only then cuts what no size covers and signs what was committed unsigned.
 * Throws `corrupt` and changes nothing when bytes are not ours, `bad-origin` for another log.
 */
export async function recover(
  place: LogPlace & { readonly signer: NoteSigner },
  keys: LogKeys,
): Promise<LogView> {
  const { storage, origin, signer } = place;
  const view = new LogView(place, keys);
  const { paths } = view;
  const committed = await readSize(place, paths);
  const tail = await view.advance();
  const unsigned = committed.last.size - view.size;
  if (unsigned < 0 || unsigned > LIMITS.batchEntriesMax) {
    throw new LedgerError('corrupt', 'the last size does not follow from the checkpoints');
  }
  let entriesEnd = view.entriesEnd;
  let edge: TreeEdge = view.edge;
  if (unsigned > 0) {
    edge = await view.walkEntries(committed.last.size, (_reached, end) => {
      entriesEnd = end;
      return committed.last.size;
    });
  }
  if (!equalBytes(edgeRoot(edge), committed.last.root)) {
    throw new LedgerError('corrupt', 'entries do not give the last root');
  }
  const checkpoint = { origin, size: edge.size, root: edgeRoot(edge) };
  const note = unsigned > 0 ? await signCheckpoint(checkpoint, signer) : null;
  const noteRecord = note === null ? null : encodeRecords([encodeText(note)]).bytes;
  const entriesTail = (await storage.size(paths.entries)) - entriesEnd;
  // Only the checkpoint of the last size can be torn: each one is synced before the next size.
  if (entriesTail > TAIL_BYTES_MAX || tail.bytes > (noteRecord?.length ?? 0)) {
    throw new LedgerError('corrupt', 'bytes that no commit of ours left behind');
  }

  if (committed.torn) await writeSizeFile(storage, paths.size, committed.last);
  if (entriesTail > 0) await storage.truncate(paths.entries, entriesEnd);
  if (tail.bytes > 0) await storage.truncate(paths.checkpoints, view.checkpointsEnd);
  if (note !== null && noteRecord !== null) {
    const noteStart = view.checkpointsEnd;
    await storage.append(paths.checkpoints, noteRecord);
    await storage.sync(paths.checkpoints);
    const noteEnd = noteStart + noteRecord.length;
    view.admit({ size: edge.size, entriesEnd, noteStart, noteEnd }, edge, note);
  } else if (view.size > 0) {
    // A killed process may have left the last checkpoint visible but not durable.
    await storage.sync(paths.checkpoints);
  }
  return view;
}

/** The last size and root; made on first use, before anything else of the log exists. */
async function readSize(
  place: LogPlace,
  paths: LogView['paths'],
): Promise<Pick<LastSize, 'last' | 'torn'>> {
  const { storage, origin } = place;
  const bytes = await storage.read(paths.size);
  if (bytes === null) {
    const used = (await storage.size(paths.entries)) + (await storage.size(paths.checkpoints));
    if (used > 0) throw new LedgerError('corrupt', 'the last size and root are missing');
    const empty = { origin, size: 0, root: edgeRoot(emptyEdge()) };
    await writeSizeFile(storage, paths.size, empty);
    return { last: empty, torn: false };
  }
  const found = readLastSize(bytes);
  if (found === null) throw new LedgerError('corrupt', 'the last size and root cannot be read');
  if (found.last.origin !== origin) {
    throw new LedgerError('bad-origin', 'the folder holds another log');
  }
  return found;
}
