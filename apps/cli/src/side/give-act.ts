// SPDX-License-Identifier: Apache-2.0
// An officer's act as a command gives it: to the node that runs, and what came of it printed.

import { dirname, resolve } from 'node:path';
import type { SideAct, SideDocument } from '@isthmus/node';
import { UserError } from '../user-error.ts';
import { sendAct } from './act-files.ts';
import { isLocked } from './folder-lock.ts';

/** A turn is never longer away than a second; the rest is for a machine that is busy. */
export const ANSWER_MS = 10_000;

/** Refuses a name that side.yaml does not list. */
export function requireOfficer(officer: string, { officers = [] }: SideDocument): void {
  if (officers.includes(officer)) return;
  const known = officers.length === 0 ? 'it names nobody' : `it names ${officers.join(', ')}`;
  throw new UserError(`side.yaml names no officer "${officer}"; ${known}`);
}

/**
 * Gives the act to the node that runs the side of `config`.
 *
 * @param words what nobody can do while none runs, and where to look when no answer comes
 * @returns exit code: 0 done, or asked and waiting for a second officer; 1 refused
 */
export async function giveAct(
  act: SideAct,
  side: { readonly config: string; readonly document: SideDocument; readonly isJson: boolean },
  words: { readonly cannot: string; readonly lookAt: string },
): Promise<number> {
  const data = resolve(dirname(side.config), side.document.data);
  if (!(await isLocked(data))) {
    throw new UserError(`${data}: no node runs this side, so that nobody can ${words.cannot}`);
  }
  const answer = await sendAct(data, act, ANSWER_MS);
  if (answer === null) {
    throw new UserError(
      `the node gave no answer in ${ANSWER_MS / 1000} s; look at ${words.lookAt} before you try again`,
    );
  }
  process.stdout.write(side.isJson ? `${JSON.stringify(answer)}\n` : `${answer.says}\n`);
  return answer.outcome === 'refused' ? 1 : 0;
}
