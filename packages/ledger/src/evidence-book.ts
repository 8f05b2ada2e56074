// SPDX-License-Identifier: Apache-2.0
// Where evidence lies: a file each, named after its kind and content, in the folder of the log it
// speaks of. Never cut, never written over, bounded a kind, so that a flood of what proves nothing
// cannot keep out what proves something.

import { encodeHex, encodeText, equalBytes, sha256 } from '@isthmus/seal';
import { type Evidence, formatEvidence } from './evidence.ts';
import { LIMITS } from './limits.ts';
import type { Storage } from './storage.ts';

/** The evidence kept of one log. */
export interface EvidenceBook {
  /** Files kept, of all kinds. */
  readonly count: number;
  /** Makes it durable in a file of its own, unless it is there or its kind is full. */
  keep(evidence: Evidence): Promise<void>;
}

/** Looks what is in the folder; reads nothing and changes nothing. */
export async function openEvidence(storage: Storage, folder: string): Promise<EvidenceBook> {
  const names = new Set(
    (await storage.list(folder)).filter((name) => name.startsWith('evidence-')),
  );
  let last: Promise<void> = Promise.resolve();
  const write = async (evidence: Evidence): Promise<void> => {
    const start = `evidence-${evidence.kind}-`;
    if ([...names].filter((name) => name.startsWith(start)).length >= LIMITS.evidenceMax) return;
    const bytes = encodeText(formatEvidence(evidence));
    const stem = `${start}${encodeHex(sha256(bytes)).slice(0, 16)}`;
    // A file of that name that holds something else was damaged: it stays, and this goes beside it.
    for (let copy = 0; ; copy += 1) {
      const name = copy === 0 ? `${stem}.txt` : `${stem}-${copy}.txt`;
      const there = await storage.read(`${folder}/${name}`);
      if (there !== null && equalBytes(there, bytes)) return;
      if (there !== null) continue;
      await storage.replace(`${folder}/${name}`, bytes);
      names.add(name);
      return;
    }
  };
  return {
    get count() {
      return names.size;
    },
    keep(evidence) {
      last = last.catch(() => undefined).then(() => write(evidence));
      return last;
    },
  };
}
