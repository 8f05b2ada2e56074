// SPDX-License-Identifier: Apache-2.0
// Compiles the vector kernel of tracking, `kernel.as`, into the module that is checked in beside it,
// so that nothing is compiled to run it. A test holds the two together.
//   npm run -s kernel

import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SOURCE = at('../packages/tracking/src/batch/kernel.as');
const MODULE = at('../packages/tracking/src/batch/kernel-wasm.ts');
// By its path: the types of its interface change those of every array of the program that reads them.
const COMPILER = at('../node_modules/assemblyscript/bin/asc.js');
const OPTIONS =
  '--runtime stub --importMemory --noExportMemory --noAssert --enable simd --optimizeLevel 3 --shrinkLevel 0';

/** The text of `kernel-wasm.ts` that `kernel.as` makes. */
export async function compileKernel(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'isthmus-kernel-'));
  try {
    // The compiler wants its own extension; ours keeps TypeScript's tools from reading the file.
    await copyFile(SOURCE, join(cwd, 'kernel.ts'));
    const args = [COMPILER, 'kernel.ts', '--outFile', 'kernel.wasm', ...OPTIONS.split(' ')];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${SOURCE}: ${stderr}`);
    const text = await readFile(join(cwd, 'kernel.wasm'), 'base64');
    return moduleOf(text.match(/.{1,94}/g) ?? []);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

function moduleOf(lines: readonly string[]): string {
  return [
    '// SPDX-License-Identifier: Apache-2.0',
    '// Made of `kernel.as` by `npm run -s kernel`; not to be edited.',
    '',
    '/** The WebAssembly module of the vector kernel. */',
    'export const kernelBase64 = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}

if (import.meta.main) await writeFile(MODULE, await compileKernel());
