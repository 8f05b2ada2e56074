// SPDX-License-Identifier: Apache-2.0
// An owner of a link in a thread of its own whose loop a test can block: it ticks its link's thread
// four times a second, as the core of a node would, and does nothing else.

import { parentPort, workerData } from 'node:worker_threads';
import type { LinkWorkerConfig } from '../adapters/link-messages.ts';
import { startLinkWorker } from '../adapters/link-worker.ts';
import { recorder, second } from './sides.ts';

const TICK_MS = 250;

const owner = parentPort;
if (owner !== null) {
  const link = await startLinkWorker({
    config: workerData as LinkWorkerConfig,
    events: recorder([]),
    now: second(0),
  });
  let ticks = 0;
  setInterval(() => {
    ticks += 1;
    link.tick(second(ticks));
  }, TICK_MS);
  owner.on('message', (blockMs: number) => {
    // Nothing of this thread runs meanwhile; its link's thread and its sockets do.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
  });
}
