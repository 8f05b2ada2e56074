// SPDX-License-Identifier: Apache-2.0
export {
  type CrashRandom,
  createMemoryStorage,
  type DiskFaults,
  type Interceptor,
  type MemoryStorage,
  type StorageOperation,
} from './adapters/memory-storage.ts';
export type { SignedLog } from './adoption.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  openSigned,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export type { Comparison } from './compare.ts';
export { cutAside } from './cut-aside.ts';
export { asLedgerError, LedgerError, type LedgerErrorCode } from './errors.ts';
export type { Evidence, EvidenceKind, SignedClaim } from './evidence.ts';
export {
  type Ledger,
  type LedgerFault,
  type LedgerOptions,
  openLedger,
  type PartnerHolds,
} from './ledger.ts';
export { LIMITS } from './limits.ts';
export { checkCosignature, type LogKey, type LogKeys, logKeys } from './log-keys.ts';
export type { Batch, LogPlace } from './log-view.ts';
export {
  checkMirror,
  type Mirror,
  type MirrorOptions,
  openMirror,
  type ReceivedBatch,
} from './mirror.ts';
export {
  type LedgerReader,
  type LedgerReaderOptions,
  openLedgerReader,
  type PartnerClaim,
} from './reader.ts';
export type { Receipt } from './receipt-form.ts';
export { entryPayload, isRecorded, type Recorded } from './recorded.ts';
export { isStoragePath, type Storage } from './storage.ts';
export { exportTiles, readTiles, type TileFile, type TileSource } from './tiles.ts';
export { type Hash, leafHash } from './tree.ts';
