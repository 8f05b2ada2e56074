// SPDX-License-Identifier: Apache-2.0
// Threads that hash and decode entries, which is nearly all of the work of an audit. They are started
// when there is something for them, and each answers its blocks in order.

import { Worker } from 'node:worker_threads';
import { type Rows, rowsOfRecords } from '../rows.ts';

/** What a thread is handed. */
export interface RowBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly isWhole: boolean;
}

export interface RowPoolOptions {
  readonly threads: number;
  readonly isWhole: boolean;
}

export interface RowPool {
  /** Blocks that are worth having under way. */
  readonly width: number;
  /** Whether states are kept with their values. */
  readonly isWhole: boolean;
  /** The rows of whole records; null where one is damaged. The bytes are handed over. */
  read(bytes: Uint8Array<ArrayBuffer>, count: number): Promise<Rows | null>;
  close(): Promise<void>;
}

/** A pool of so many threads; of none, everything is done here, at once. */
export function createRowPool({ threads, isWhole }: RowPoolOptions): RowPool {
  const workers: RowWorker[] = [];
  let turn = 0;
  return {
    // One worked on and one waiting, of each thread.
    width: Math.max(1, 2 * threads),
    isWhole,
    read(bytes, count) {
      if (threads === 0) return Promise.resolve(rowsOfRecords(bytes, count, isWhole));
      const index = turn % threads;
      turn += 1;
      workers[index] ??= new RowWorker();
      return workers[index].read({ bytes, count, isWhole });
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

interface Asker {
  readonly resolve: (rows: Rows | null) => void;
  readonly reject: (error: unknown) => void;
}

class RowWorker {
  readonly #worker: Worker;
  #askers: Asker[] = [];

  constructor() {
    const fromSource = import.meta.url.endsWith('.ts');
    const name = fromSource ? './rows-worker.ts' : './rows-worker.js';
    this.#worker = new Worker(new URL(name, import.meta.url), {
      env: {},
      execArgv: fromSource ? ['--conditions=isthmus-source'] : [],
    });
    this.#worker.on('message', (rows: Rows | null) => this.#askers.shift()?.resolve(rows));
    this.#worker.on('error', (error: unknown) => {
      for (const { reject } of this.#askers.splice(0)) reject(error);
    });
  }

  read(block: RowBlock): Promise<Rows | null> {
    return new Promise((resolve, reject) => {
      this.#askers.push({ resolve, reject });
      this.#worker.postMessage(block, [block.bytes.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
