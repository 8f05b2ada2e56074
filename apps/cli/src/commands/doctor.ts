// SPDX-License-Identifier: Apache-2.0
// `isthmus doctor side.yaml`: looks at everything a node needs, changes nothing, and says what is
// wrong, what soon will be, and what to do. A node may run meanwhile.

import { readArguments } from '../arguments.ts';
import { type Ailment, examine } from '../side/examine.ts';
import { UserError } from '../user-error.ts';

const SAYS: Record<Ailment['verdict'], string> = { well: 'well ', soon: 'SOON ', wrong: 'WRONG' };

export async function doctor(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'] });
  const [config, ...rest] = parsed.positionals;
  if (config === undefined || rest.length > 0) {
    throw new UserError('usage: isthmus doctor side.yaml [--json]');
  }
  const found = await examine(config, new Date());
  process.stdout.write(parsed.flag('json') ? `${JSON.stringify(found)}\n` : textOf(found));
  return found.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function textOf(found: readonly Ailment[]): string {
  const width = Math.max(...found.map(({ part }) => part.length));
  const lines = found.map(({ part, verdict, says, remedy }) => {
    const indent = ' '.repeat(width + 8);
    const first = `${SAYS[verdict]}  ${part.padEnd(width)} ${says}`;
    return remedy === undefined ? first : `${first}\n${indent}${remedy}`;
  });
  return `${lines.join('\n')}\n`;
}
