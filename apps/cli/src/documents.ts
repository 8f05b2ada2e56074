// SPDX-License-Identifier: Apache-2.0
// The one loader of YAML documents: what is wrong is told with file, line and field.

import { readFile } from 'node:fs/promises';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { UserError } from './user-error.ts';

/** Largest document read, bytes: a scenario of a thousand objects is far below it. */
const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads a YAML file and hands its value to `parse`.
 *
 * `parse` may throw an error with a `path` (JSON pointer to the offending field); it comes out as a
 * `UserError` that names file, line, field, and what was expected.
 */
export async function loadDocument<T>(
  file: string,
  parse: (value: unknown) => T | Promise<T>,
): Promise<T> {
  const { document, lines } = await readYaml(file);
  const bad = document.errors[0];
  if (bad !== undefined) {
    throw new UserError(`${file}:${lines.linePos(bad.pos[0]).line}: not YAML: ${bad.message}`);
  }
  const value = valueOf(document, file);
  try {
    return await parse(value);
  } catch (error) {
    if (!(error instanceof Error) || !('path' in error) || typeof error.path !== 'string') {
      throw error;
    }
    const keys = keysOf(error.path);
    const line = lineOf(document, lines, keys);
    const field = keys.length === 0 ? 'the document' : keys.join('.');
    // Some errors name their place themselves, as a pointer.
    const says = error.message.replace(`${error.path}: `, '');
    throw new UserError(`${file}:${line}: ${field}: ${says}`, { cause: error });
  }
}

/** The line at which a field stands in a YAML or JSON file that was read before; 1 for the whole. */
export async function lineOfField(file: string, path: string): Promise<number> {
  const { document, lines } = await readYaml(file);
  return lineOf(document, lines, keysOf(path));
}

async function readYaml(
  file: string,
): Promise<{ readonly document: Document; readonly lines: LineCounter }> {
  const lines = new LineCounter();
  const text = await readText(file);
  try {
    const options = { prettyErrors: false, version: '1.2', stringKeys: true } as const;
    return { document: parseDocument(text, { ...options, lineCounter: lines }), lines };
  } catch (error) {
    // The parser calls itself for each level; no document of ours has more than a dozen.
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${file}: is nested too deeply for a document`, { cause: error });
  }
}

/** The line of the field, or of its nearest parent that is there. */
function lineOf(document: Document, lines: LineCounter, keys: readonly string[]): number {
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const node = document.getIn(keys.slice(0, depth).map(asIndex), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function keysOf(path: string): string[] {
  return path.split('/').slice(1).map(unescapePointer);
}

/** The value of a document; an alias of nothing, or too many of one, shows only here. */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new UserError(`${file}: not YAML: ${String(error)}`, { cause: error });
  }
}

/** Reads a JSON file and hands its value to `parse`. */
export async function loadJson<T>(file: string, parse: (value: unknown) => T): Promise<T> {
  const text = await readText(file, 256 * 1024 * 1024);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file}: not JSON: ${String(error)}`, { cause: error });
  }
  try {
    return parse(value);
  } catch (error) {
    if (error instanceof Error && 'path' in error) {
      throw new UserError(`${file}: ${String(error.path)}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

export async function readText(file: string, most = DOCUMENT_BYTES_MAX): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      code === 'ENOENT' ? `${file}: there is no such file` : `${file}: cannot be read (${code})`,
      { cause: error },
    );
  }
  if (bytes.length > most) throw new UserError(`${file}: larger than ${most} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`${file}: not UTF-8 text`, { cause: error });
  }
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function asIndex(key: string): string | number {
  return /^\d+$/.test(key) ? Number(key) : key;
}
