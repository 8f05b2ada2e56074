// SPDX-License-Identifier: Apache-2.0
// What our releases give away, and what hiding it costs the partner: the meter on both sides of a
// scenario. On the first seed the partner is flown under every member of the family (the curve); on
// the others the attacks alone are run, for how often they locate a radar and cover their error.

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readRun } from '../apps/cli/src/demo/prepare.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { probeMachine } from './probe.ts';

const SIDE_SCRIPT = fileURLToPath(new URL('./disclosure-side.ts', import.meta.url));

interface TermsLine {
  readonly name: string;
  readonly errorKm: number | null;
  readonly statedKm: number | null;
  readonly located: boolean;
  readonly tUseful?: number | null;
}

interface SeedLine {
  readonly seed: number;
  readonly alone?: number | null;
  readonly recommended: number | null;
  readonly terms: readonly TermsLine[];
}

export async function benchDisclosure(args: readonly string[]): Promise<unknown> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '4' },
      scenario: { type: 'string', default: 'black-sea' },
      json: { type: 'boolean' },
    },
  });
  const began = performance.now();
  const { scenario } = await readRun({ scenario: values.scenario });
  const names = Object.keys(scenario.sides);
  const lines = await Promise.all(
    names.map((from) => runSide(values.scenario, from, values.seeds)),
  );
  return {
    bench: 'disclosure',
    scenario: values.scenario,
    commit: commitOf(),
    machine: probeMachine(availableParallelism()),
    wallS: Math.round((performance.now() - began) / 100) / 10,
    sides: Object.fromEntries(names.map((from, i) => [from, summary(lines[i] ?? [])])),
  };
}

async function runSide(scenario: string, from: string, seeds: string): Promise<SeedLine[]> {
  const lines: SeedLine[] = [];
  await new Promise<void>((resolve, reject) => {
    const args = ['--conditions=isthmus-source', SIDE_SCRIPT, scenario, from, seeds];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(JSON.parse(line) as SeedLine);
    });
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the meter of ${from} ended with ${code}`)),
    );
  });
  return lines;
}

/** The curve of the first seed, and over all seeds how it went as agreed and as recommended. */
function summary(lines: readonly SeedLine[]): unknown {
  const [first] = lines;
  if (first === undefined) return null;
  const at = (index: number | null): readonly TermsLine[] =>
    lines.flatMap(({ terms }) => (index === null ? [] : (terms[index] ?? [])));
  const count = (list: readonly TermsLine[]) => ({
    seeds: list.length,
    located: list.filter(({ located }) => located).length,
    errorKm: list.map(({ errorKm }) => errorKm),
    covered: list.filter(({ errorKm, statedKm }) => (errorKm ?? 0) <= (statedKm ?? 0)).length,
  });
  return {
    alone: first.alone,
    recommended: first.recommended === null ? null : first.terms[first.recommended],
    asAgreed: count(at(0)),
    asRecommended: count(at(first.recommended)),
    curve: first.terms,
  };
}
