// SPDX-License-Identifier: Apache-2.0
// The launches that were announced to a side: a file, read at the start and whenever it changes, so
// that a notice that comes in at night is on the board without a restart.

import { isDeepStrictEqual } from 'node:util';
import type { NotificationMessage } from '@isthmus/picture';
import { parseNotices } from '@isthmus/warning';
import { loadDocument } from '../documents.ts';
import { UserError } from '../user-error.ts';
import { followFile } from './follow-file.ts';

/** All of them are in every snapshot; the busiest year of the Hague Code had some hundred notices. */
const MESSAGES_MAX = 2_000;

/**
 * Reads the notices of a side; none where there is no file. What is wrong is a `UserError` with file,
 * line and what to do.
 */
export async function readNotices(file: string | null): Promise<readonly NotificationMessage[]> {
  if (file === null) return [];
  const messages = await loadDocument(file, parseNotices);
  if (messages.length > MESSAGES_MAX) {
    throw new UserError(
      `${file}: has ${messages.length} messages; a node takes at most ${MESSAGES_MAX}: leave out those whose windows are long over`,
    );
  }
  return messages;
}

/**
 * Calls `onChange` with what the file holds each time it is other than before, `known` at first; what
 * cannot be read is told to `onFault`, and the notices before stay. The result ends the watch.
 */
export function watchNotices(
  file: string | null,
  known: readonly NotificationMessage[],
  told: {
    readonly onChange: (messages: readonly NotificationMessage[]) => void;
    readonly onFault: (text: string) => void;
  },
): () => void {
  if (file === null) return () => {};
  let last = known;
  const look = async (): Promise<void> => {
    try {
      const messages = await readNotices(file);
      if (isDeepStrictEqual(messages, last)) return;
      last = messages;
      told.onChange(messages);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      told.onFault(`${error.message}; the notices before stay on the board`);
    }
  };
  return followFile(file, look);
}
