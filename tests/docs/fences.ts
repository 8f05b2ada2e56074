// SPDX-License-Identifier: Apache-2.0
// Reads the fenced blocks of a Markdown text. What it does not know it refuses: a command that
// nobody runs is a claim that nobody checks.

/** Languages a fence may name; only `sh` is run. */
const LANGUAGES: readonly string[] = ['sh', 'json', 'yaml', 'text', 'mermaid', 'ts'];

/** A fenced block of a language that may stand there. */
export interface Fence {
  readonly language: string;
  /** Line of its first line of content, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** Text to wait for: the block does not end by itself. */
  readonly until: string | null;
  /** A program, or a whole path, without which the block is not run. */
  readonly needs: string | null;
}

/** A command of one `sh` block. */
export interface Command {
  readonly line: number;
  readonly text: string;
}

/** What stands wrong in a document; the message names file and line. */
class FenceError extends Error {}

/**
 * The fenced blocks of a document, in order.
 *
 * @throws FenceError for a fence without a language or of an unknown one, one that is never closed,
 *   one of tildes or indented, and an `until` or `needs` before anything but an `sh` block.
 */
export function fencesOf(file: string, text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly language: string; readonly line: number; readonly lines: string[] } | null =
    null;
  let orders = new Map<string, string>();
  for (const [index, content] of text.split('\n').entries()) {
    const refuse = (why: string): never => {
      throw new FenceError(`${file}:${index + 1}: ${why}`);
    };
    if (open !== null) {
      if (content.trimEnd() !== '```') {
        open.lines.push(content);
        continue;
      }
      fences.push({
        ...open,
        until: orders.get('until') ?? null,
        needs: orders.get('needs') ?? null,
      });
      open = null;
      orders = new Map();
      continue;
    }
    const order = /^<!-- (until|needs): (.+) -->$/.exec(content.trimEnd());
    if (order !== null) {
      orders.set(order[1] ?? '', order[2] ?? '');
    } else if (/^\s*(```|~~~)/.test(content)) {
      const language = languageOf(content, refuse);
      if (orders.size > 0 && language !== 'sh') refuse('"until" and "needs" are said of sh blocks');
      open = { language, line: index + 2, lines: [] };
    } else if (orders.size > 0 && content.trim() !== '') {
      refuse('"until" and "needs" stand right before the block they are said of');
    }
  }
  if (open !== null) throw new FenceError(`${file}:${open.line - 1}: this fence is never closed`);
  if (orders.size > 0) throw new FenceError(`${file}: "until" or "needs" without a block`);
  return fences;
}

function languageOf(content: string, refuse: (why: string) => never): string {
  const language = /^```(\S*)$/.exec(content.trimEnd())?.[1];
  if (language === undefined) return refuse('a fence is three backticks at the start of a line');
  if (language === '') refuse(`a fence names its language: ${LANGUAGES.join(', ')}`);
  if (!LANGUAGES.includes(language)) {
    refuse(`"${language}" is none of the languages of a fence: ${LANGUAGES.join(', ')}`);
  }
  return language;
}

/**
 * The commands of a block: a line each, joined where a line ends in a backslash, or with what stands
 * between `<<'WORD'` and WORD.
 */
export function commandsOf(fence: Fence): Command[] {
  const commands: Command[] = [];
  let begun: Command | null = null;
  let word: string | null = null;
  for (const [index, content] of fence.lines.entries()) {
    if (begun === null && /^\s*(#|$)/.test(content)) continue;
    const { line, text }: Command = begun ?? { line: fence.line + index, text: '' };
    if (word !== null) {
      begun = { line, text: `${text}\n${content}` };
      if (content !== word) continue;
      word = null;
    } else if (content.endsWith('\\')) {
      begun = { line, text: `${text}${content.slice(0, -1).trimEnd()} ` };
      continue;
    } else {
      begun = { line, text: text + (begun === null ? content : content.trimStart()) };
      word = /<<\s*['"]?(\w+)/.exec(content)?.[1] ?? null;
      if (word !== null) continue;
    }
    commands.push(begun);
    begun = null;
  }
  if (begun !== null) commands.push(begun);
  return commands;
}
