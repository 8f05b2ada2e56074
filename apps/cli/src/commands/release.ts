// SPDX-License-Identifier: Apache-2.0
// `isthmus release …`: the gate, offline.

import { UserError } from '../user-error.ts';
import { releaseDisclose } from './release-disclose.ts';

const USAGE = 'usage: isthmus release disclose SCENARIO …';

export async function release(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === 'disclose') return releaseDisclose(rest);
  throw new UserError(USAGE);
}
