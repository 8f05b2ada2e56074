// SPDX-License-Identifier: Apache-2.0
// The thread in which blocks of entries are hashed and decoded. Only `row-pool.ts` starts it.

import { parentPort } from 'node:worker_threads';
import { rowsOfRecords, transferable } from '../rows.ts';
import type { RowBlock } from './row-pool.ts';

const owner = parentPort;
owner?.on('message', ({ bytes, count, isWhole }: RowBlock) => {
  const rows = rowsOfRecords(bytes, count, isWhole);
  owner.postMessage(rows, rows === null ? [] : transferable(rows));
});
