// SPDX-License-Identifier: Apache-2.0
export { createFileStorage, type FileStorage } from './file-storage.ts';
export {
  type CrashRandom,
  createMemoryStorage,
  type Interceptor,
  type MemoryStorage,
  type StorageOperation,
} from './memory-storage.ts';
