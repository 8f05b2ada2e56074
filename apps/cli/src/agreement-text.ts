// SPDX-License-Identifier: Apache-2.0
// What `isthmus agreement` prints for people.

import type {
  AgreementChange,
  AgreementFinding,
  AgreementWords,
  DirectionWords,
  Effect,
} from '@isthmus/release';

/** The agreement in paragraphs, with the hash that both sides sign. */
export function wordsText({ title, general, directions }: AgreementWords, hash: string): string {
  const parts = [
    title,
    general.join('\n'),
    ...directions.map(directionText),
    `Signed is the hash ${hash}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function directionText({ from, to, gives, nothing, silence }: DirectionWords): string {
  const lines = gives.flatMap(({ clause, sentences }) => [
    `- ${sentences[0]} (clause ${clause})`,
    ...sentences.slice(1).map((sentence) => `  ${sentence}`),
  ]);
  for (const left of [nothing, silence]) if (left !== null) lines.push(`- ${left}`);
  return [`${from} gives ${to}:`, ...lines].join('\n');
}

/** One line a finding, with the line of the file where it stands. */
export function findingsText(
  file: string,
  findings: readonly (AgreementFinding & { readonly line: number })[],
): string {
  if (findings.length === 0) return `${file}: nothing to find\n`;
  return findings
    .map(({ kind, path, says, line }) => {
      const field = path.split('/').slice(1).join('.');
      return `${file}:${line}: ${kind}: ${field}: ${says}\n`;
    })
    .join('');
}

const SIGNS: Readonly<Record<Effect, string>> = { gives: '+', takes: '-', changes: '~' };

/** `+` where more is given, `-` where less, `~` where neither is certain. */
export function changesText(changes: readonly AgreementChange[]): string {
  if (changes.length === 0) return 'The two say the same.\n';
  return changes
    .map(({ effect, direction, clause, says }) => {
      const who = direction === null ? 'both' : `${direction.from} to ${direction.to}, ${clause}`;
      return `${SIGNS[effect]} ${who}: ${says}\n`;
    })
    .join('');
}
