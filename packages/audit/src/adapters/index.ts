// SPDX-License-Identifier: Apache-2.0
export { auditFolders, type KeysOfLog, type KnownNote } from './audit-folders.ts';
export { type CopyForm, type FoundCopy, findCopy } from './read-copy.ts';
export { type EventOfLog, readEvent } from './read-event.ts';
