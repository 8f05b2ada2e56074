// SPDX-License-Identifier: Apache-2.0
// `isthmus release VERB …`: the gate, offline, on recorded data. Each verb has a file of its own, loaded
// only when chosen.

import { UserError } from '../user-error.ts';

type Verb = (args: readonly string[]) => Promise<number>;

/** One line a verb: what comes after its name is the verb's own. */
const VERBS: Readonly<Record<string, Verb>> = {
  preview: async (args) => (await import('./release-preview.ts')).releasePreview(args),
  explain: async (args) => (await import('./release-explain.ts')).releaseExplain(args),
  disclose: async (args) => (await import('./release-disclose.ts')).releaseDisclose(args),
};

export async function release(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb === undefined) {
    throw new UserError(
      `usage: isthmus release ${Object.keys(VERBS).join('|')} …; there is no "${name}"`,
    );
  }
  return verb(rest);
}
