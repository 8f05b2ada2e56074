// SPDX-License-Identifier: Apache-2.0
// One thread of `bench/release.ts`: takes one piece of work and answers with what it gave.

import { parentPort } from 'node:worker_threads';
import { type Coarsening, coarseningAnees } from './coarsened-flights.ts';
import { allCells, leakMatrix } from './leak-matrix.ts';
import { compareWorlds } from './non-interference.ts';

export type Piece =
  | {
      readonly part: 'worlds';
      readonly seed: number;
      readonly from: number;
      readonly pairs: number;
    }
  | { readonly part: 'flights'; readonly runs: number; readonly coarsening: Coarsening }
  | { readonly part: 'matrix'; readonly seed: number; readonly every: number };

parentPort?.on('message', (piece: Piece) => {
  parentPort?.postMessage(answer(piece));
});

function answer(piece: Piece): unknown {
  switch (piece.part) {
    case 'worlds':
      return compareWorlds(piece);
    case 'flights':
      return coarseningAnees(piece.runs, piece.coarsening);
    case 'matrix': {
      const cells = allCells().filter((_, i) => i % piece.every === 0);
      return leakMatrix({ seed: piece.seed, cells });
    }
  }
}
