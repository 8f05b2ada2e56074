// SPDX-License-Identifier: Apache-2.0
// A benchmark cut into pieces for two threads: each piece runs alone in one, so that what it measures is
// its own.

import { Worker } from 'node:worker_threads';

const THREADS = 2;

/** Hands the pieces out in order to whichever thread of `script` is free; answers in the order of the pieces. */
export async function answersTo<Answer>(
  script: URL,
  pieces: readonly unknown[],
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script);
      let mine = -1;
      const hand = (): void => {
        mine = next;
        next += 1;
        const piece = pieces[mine];
        if (piece !== undefined) worker.postMessage(piece);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (answer: Answer) => {
        answers[mine] = answer;
        if (process.stderr.isTTY) process.stderr.write(`\r${mine + 1} of ${pieces.length} pieces `);
        hand();
      });
      worker.on('error', reject);
      hand();
    });
  await Promise.all(Array.from({ length: THREADS }, thread));
  return answers;
}
