// SPDX-License-Identifier: Apache-2.0
// Notices when the partner's register is replaced while a node runs, so that what was revoked is cut.

import { join } from 'node:path';
import { type LinkLife, registerScope } from '@isthmus/node';
import { enrolRegister, type KeyRegister, SealError } from '@isthmus/seal';
import { UserError } from '../user-error.ts';
import { followFile } from './follow-file.ts';
import { REGISTER_FILE, readIdentity, readText } from './key-files.ts';

/**
 * Calls `onChange` with each new register that may take the place of the last; one that may not is
 * told to `onFault`, and the last one stays. The result ends the watch.
 */
export async function watchRegister(
  folder: string,
  of: LinkLife,
  told: {
    readonly onChange: (register: KeyRegister) => void;
    readonly onFault: (text: string) => void;
  },
): Promise<() => void> {
  const file = join(folder, REGISTER_FILE);
  const identity = await readIdentity(folder);
  let enrolled = await readText(file);
  const look = async (): Promise<void> => {
    try {
      const note = await readText(file);
      if (note === enrolled) return;
      const scope = registerScope(of);
      const register = enrolRegister(note, { identity, scope, enrolled });
      enrolled = note;
      told.onChange(register);
    } catch (error) {
      if (!(error instanceof SealError) && !(error instanceof UserError)) throw error;
      told.onFault(`${file}: ${error.message}; the register enrolled before stays in force`);
    }
  };
  return followFile(file, look);
}
