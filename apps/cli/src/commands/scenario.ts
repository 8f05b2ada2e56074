// SPDX-License-Identifier: Apache-2.0
// `isthmus scenario check FILE…`: is this a scenario, and what is in it.

import { parseScenario, sideSensors } from '@isthmus/sim/scenario';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { documentFile } from '../repository.ts';
import { UserError } from '../user-error.ts';

export async function scenario(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'] });
  const [verb, ...files] = parsed.positionals;
  if (verb !== 'check' || files.length === 0) {
    throw new UserError('usage: isthmus scenario check FILE…');
  }
  for (const name of files) {
    const file = documentFile('scenarios', name);
    const document = await loadDocument(file, parseScenario);
    const sensors = Object.keys(document.sides).map(
      (side) => [side, sideSensors(document, side).map((sensor) => sensor.id)] as const,
    );
    if (parsed.flag('json')) {
      process.stdout.write(`${JSON.stringify({ file, sensors: Object.fromEntries(sensors) })}\n`);
    } else {
      const text = sensors.map(([side, ids]) => `${side} has ${ids.join(', ')}`).join('; ');
      process.stdout.write(`${file}: a scenario. ${text}.\n`);
    }
  }
  return 0;
}
