// SPDX-License-Identifier: Apache-2.0
// The storage port: what a ledger asks of a disk. Adapters live in ./adapters and all run
// storage.contract.ts.

/**
 * Named byte strings in folders. Paths are relative, segments joined by `/`, of letters, digits,
 * dot, dash and underscore, none beginning with a dot. Bytes of `append` and `overwrite` are durable after `sync`;
 * `replace`, `truncate` and `rename` are durable when they resolve. After any failed write or sync
 * the file is in doubt and refused from then on (`poisoned`): a second fsync proves nothing.
 */
export interface Storage {
  /** All bytes, or null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /**
   * Exactly `length` bytes from `offset`; throws `bad-range` when they are not there: of no bytes, too,
   * when the file is missing or ends before `offset`.
   */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Bytes in the file, 0 when there is none. */
  size(path: string): Promise<number>;
  /** Adds bytes at the end, making file and folders when missing. Visible now, durable later. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Writes over bytes the file has, from `offset`; throws `bad-range` when it is not that long.
   * Visible now, durable later: a power cut before `sync` leaves any mix of old and new bytes.
   */
  overwrite(path: string, offset: number, bytes: Uint8Array): Promise<void>;
  /** Makes all that was appended and written over durable, and the file's name too. */
  sync(path: string): Promise<void>;
  /** Puts the bytes in place of the file's content: all or nothing, durable. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Cuts the file to `size` bytes, at most what it has; durable. */
  truncate(path: string, size: number): Promise<void>;
  /** Names of the files in a folder, sorted; empty when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Gives the file another name, replacing what stood there; durable. */
  rename(from: string, to: string): Promise<void>;
}

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Whether every segment of a path is a plain name: no way up, no way out, no hidden file. */
export function isStoragePath(path: string): boolean {
  return path.length <= 512 && path.split('/').every((segment) => SEGMENT.test(segment));
}
