// SPDX-License-Identifier: Apache-2.0
// For tests of this package only: the ready-made scenarios, read from the repository.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { baseOf, deriveScenario } from './derive.ts';
import { parseScenario } from './parse.ts';
import type { Scenario } from './schema.ts';

/** The plain value of `scenarios/NAME.yaml`, fresh each time so that a test may spoil it. */
export function readyMade(name: string): unknown {
  const file = new URL(`../../../../scenarios/${name}.yaml`, import.meta.url);
  const value: unknown = parse(readFileSync(file, 'utf8'));
  const base = baseOf(value);
  return base === null ? value : deriveScenario(value, readyMade(base));
}

export function blackSea(): Scenario {
  return parseScenario(readyMade('black-sea'));
}
