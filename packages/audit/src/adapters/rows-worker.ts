// SPDX-License-Identifier: Apache-2.0
// The thread in which blocks of entries are hashed and decoded. Only `row-pool.ts` starts it.

import { parentPort } from 'node:worker_threads';
import { rowsOfRecords, transferable } from '../rows.ts';

const owner = parentPort;
owner?.on('message', (block: { readonly bytes: Uint8Array; readonly count: number }) => {
  const rows = rowsOfRecords(block.bytes, block.count);
  owner.postMessage(rows, rows === null ? [] : transferable(rows));
});
