// SPDX-License-Identifier: Apache-2.0
// What a journal is stamped with: the build, the engine and the machine that can replay it.

import type { JournalHeader } from '@isthmus/node';
import { commitOf } from '../repository.ts';

export function buildHeader(side: string): JournalHeader {
  return {
    isthmus: 'journal',
    side,
    build: commitOf() ?? 'unversioned',
    engine: `node ${process.versions.node} v8 ${process.versions.v8}`,
    architecture: `${process.arch} ${process.platform}`,
  };
}
