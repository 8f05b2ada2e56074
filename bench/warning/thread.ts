// SPDX-License-Identifier: Apache-2.0
// One thread of `bench/warning.ts`: takes one piece of work after the other, and answers each.

import { parentPort } from 'node:worker_threads';
import { coverageSlice } from './coverage.ts';
import { PARTS, type Part } from './parts.ts';

/** A part by its name, or a slice of the coverage's draws. */
export type Piece =
  | { readonly part: string; readonly seed: number; readonly scale: number }
  | { readonly slice: number; readonly seed: number; readonly scale: number };

/** What a piece gave, and the seconds of processor it took. */
export interface Answer {
  readonly result: unknown;
  readonly seconds: number;
}

parentPort?.on('message', (piece: Piece) => {
  void answer(piece);
});

/** A piece that fails is thrown out of the thread, and so told to the one who handed it out. */
async function answer(piece: Piece): Promise<void> {
  const before = process.threadCpuUsage();
  const result = 'slice' in piece ? coverageSlice(piece) : await (PARTS[piece.part] as Part)(piece);
  const { user, system } = process.threadCpuUsage(before);
  parentPort?.postMessage({ result, seconds: (user + system) / 1e6 } satisfies Answer);
}
