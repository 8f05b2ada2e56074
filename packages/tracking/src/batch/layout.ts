// SPDX-License-Identifier: Apache-2.0
// How a batch of filters lies in memory: row after row of one number of every track, in the memory of
// a WebAssembly module, so that the vector kernel and the plain one work on the same numbers.

/** State [x, y, z, vx, vy, vz], then the covariance's upper triangle by rows, then a look. */
export const ROW = {
  state: 0,
  covariance: 6,
  rangeM: 27,
  azimuthRad: 28,
  elevationRad: 29,
} as const;
const ROWS = 30;

/** Places of what a kernel is told beside the rows; see `steps` and `radar` for their meaning. */
export const PARAMETER = {
  stepS: 0,
  halfStepS: 1,
  /** (m/s)² of velocity variance that one m² of position variance brings in one step, at most. */
  velocityByPlace: 2,
  /** From here on a stage each: half its kick, its acceleration's weights in position and velocity,
   * what velocity and acceleration weigh in where the next stage looks, half the kick by G². */
  stages: 4,
  stageLength: 6,
  /** Position of the radar and its axes east, north, up. */
  site: 24,
  east: 27,
  north: 29,
  up: 32,
  /** Range in m², azimuth and elevation in rad². */
  variances: 35,
} as const;
const PARAMETERS = 64;

const NUMBER_BYTES = 8;
/** Numbers in a line of the processor's cache. */
const LINE = 8;
const PAGE_BYTES = 65_536;

/**
 * The share of a variance that is added to it in every step, 2^-48 or 32 roundings: what the roundings
 * of a step could take from it, went they all one way, and nothing that a measurement could tell.
 *
 * It keeps a covariance positive definite by construction. In exact arithmetic a step is a congruence
 * (predict) or the Schur complement of [[P, P·Hᵀ], [H·P, H·P·Hᵀ + R]] (update), and both keep that
 * property. The rounding errors of entry (i, j) are some 2^-53 times √(P_ii·P_jj), P that before the
 * step; together with the diagonal of MARGIN·P_ii they are, rows and columns divided by √P_ii, a
 * diagonally dominant matrix. What is stored is then a positive matrix plus a positive one, whatever
 * its condition. A look's variance has the same share of the position's trace added, for the rounding
 * of the innovations' block. Joseph's form would not do it: its error is as large, for it comes of
 * storing P.
 */
export const MARGIN = 2 ** -48;

/** The numbers of a batch: `rows` holds row r of track i at r * stride + i. */
export interface Store {
  readonly memory: WasmMemory;
  readonly parameters: Float64Array;
  readonly rows: Float64Array;
  /** Numbers from one row to the next; even, and at least the number of tracks. */
  readonly stride: number;
  /** Tracks that are computed: an even number, the last one a stand-in where there is an odd one. */
  readonly computed: number;
  /** Byte at which `rows` begins. */
  readonly rowsByte: number;
}

/** What this package needs of WebAssembly: the compiler's library does not know it without a browser. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyEngine {
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: Record<string, unknown> };
}
declare const WebAssembly: WebAssemblyEngine;
/** The engine's WebAssembly, typed as far as it is used here. */
export const engine: WebAssemblyEngine = WebAssembly;

/** Memory for `size` tracks, each a harmless stand-in until it is set: no look, a circular orbit. */
export function createStore(size: number): Store {
  // An odd number of cache lines from row to row: with an even one, rows of one track would compete
  // for a few sets of the cache.
  const lines = Math.ceil(size / LINE);
  const stride = (lines % 2 === 0 ? lines + 1 : lines) * LINE;
  const rowsByte = PARAMETERS * NUMBER_BYTES;
  const bytes = rowsByte + ROWS * stride * NUMBER_BYTES;
  const memory = new engine.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const rows = new Float64Array(memory.buffer, rowsByte, ROWS * stride);
  for (let i = 0; i < stride; i += 1) {
    rows[i] = 8e6;
    rows[4 * stride + i] = 7e3;
    for (const row of [0, 6, 11, 15, 18, 20]) rows[(ROW.covariance + row) * stride + i] = 1;
    for (const row of [ROW.rangeM, ROW.azimuthRad, ROW.elevationRad]) {
      rows[row * stride + i] = Number.NaN;
    }
  }
  const parameters = new Float64Array(memory.buffer, 0, PARAMETERS);
  return { memory, parameters, rows, stride, computed: size + (size % 2), rowsByte };
}
