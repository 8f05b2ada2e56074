// SPDX-License-Identifier: Apache-2.0
// The pieces of code in the documents compile, run, and print what their comments say.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { type Fence, fencesOf } from './fences.ts';

interface Snippet {
  readonly place: string;
  readonly code: string;
}

const SNIPPETS: readonly Snippet[] = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const fences = fencesOf(`docs/${name}`, readFileSync(join(ROOT, 'docs', name), 'utf8'));
    return fences
      .filter(({ language }) => language === 'ts')
      .map((fence) => snippetOf(name, fence));
  });

function snippetOf(name: string, fence: Fence): Snippet {
  return { place: `docs/${name}:${fence.line}`, code: fence.lines.join('\n') };
}

/** What the compiler of this repository says of pieces of code, as if they stood beside the examples. */
function complaintsOf(codes: readonly string[]): string[][] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) =>
    ts.sys.readFile(path),
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const files = new Map(
    codes.map((code, i) => [join(ROOT, `examples/snippet-${i}.ts`).replaceAll('\\', '/'), code]),
  );
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) => {
    const code = files.get(path);
    return code === undefined
      ? readSource(path, ...rest)
      : ts.createSourceFile(path, code, ts.ScriptTarget.ES2024);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].map((path) => {
    const source = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

/** What a piece of code prints, line by line. */
function printedBy(code: string): string[] {
  const ran = spawnSync(
    process.execPath,
    ['--conditions=isthmus-source', '--input-type=module-typescript', '--eval', code],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  return ran.stdout.trimEnd().split('\n');
}

test.each(SNIPPETS)('$place runs and prints what it says', ({ code }) => {
  const told = [...code.matchAll(/^console\.log\(.*\); \/\/ (.+)$/gm)].map(([, said]) => said);
  expect(told.length).toBeGreaterThan(0);
  expect(printedBy(code)).toEqual(told);
});

test('each piece compiles as strictly as the code does, and one that is wrong is found to be', () => {
  const wrong = [
    "import { gospa } from '@isthmus/tracking';\ngospa(1);",
    "import { nothing } from '@isthmus/tracking';",
  ];
  const complaints = complaintsOf([...SNIPPETS.map(({ code }) => code), ...wrong]);
  expect(SNIPPETS.length).toBeGreaterThan(2);
  SNIPPETS.forEach(({ place }, i) => expect(complaints[i], place).toEqual([]));
  for (const found of complaints.slice(SNIPPETS.length)) expect(found).not.toEqual([]);
  expect(() => printedBy('throw new Error("why")')).toThrow('why');
});
