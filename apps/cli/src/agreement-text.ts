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

function directionText(words: DirectionWords): string {
  const { from, to, gives, nothing, silence, announces } = words;
  const lines = gives.flatMap(({ clause, sentences }) => paragraph(sentences, `clause ${clause}`));
  for (const left of [nothing, silence]) if (left !== null) lines.push(`- ${left}`);
  const given = [`${from} gives ${to}:`, ...lines].join('\n');
  if (announces.length === 0) return `${given}\n${from} owes ${to} no notice of its own launches.`;
  const notices = announces.flatMap(({ duty, sentences }) =>
    paragraph(sentences, `notice ${duty}`),
  );
  return [given, `${from} announces to ${to}:`, ...notices].join('\n');
}

function paragraph([first, ...others]: readonly string[], of: string): string[] {
  return [`- ${first} (${of})`, ...others.map((sentence) => `  ${sentence}`)];
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
      const of = clause === null ? '' : `, ${clause}`;
      const who = direction === null ? 'both' : `${direction.from} to ${direction.to}${of}`;
      return `${SIGNS[effect]} ${who}: ${says}\n`;
    })
    .join('');
}
