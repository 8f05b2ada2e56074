// SPDX-License-Identifier: Apache-2.0
export {
  type CrashRandom,
  createMemoryStorage,
  type DiskFaults,
  type Interceptor,
  type MemoryStorage,
  type StorageOperation,
} from './adapters/memory-storage.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { asLedgerError, LedgerError, type LedgerErrorCode } from './errors.ts';
export { type Ledger, type LedgerFault, type LedgerOptions, openLedger } from './ledger.ts';
export { LIMITS } from './limits.ts';
export type { Batch, LogPlace } from './log-view.ts';
export {
  type Comparison,
  type Mirror,
  type MirrorOptions,
  openMirror,
  type ReceivedBatch,
} from './mirror.ts';
export { type LedgerReader, type LedgerReaderOptions, openLedgerReader } from './reader.ts';
export type { Receipt } from './receipt-form.ts';
export { entryPayload, isRecorded, type Recorded } from './recorded.ts';
export { isStoragePath, type Storage } from './storage.ts';
export { exportTiles, type TileFile, type TileSource } from './tiles.ts';
export { type Hash, leafHash } from './tree.ts';
