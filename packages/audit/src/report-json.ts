// SPDX-License-Identifier: Apache-2.0
// The report for machines, piece by piece: a million entries are more than one string should hold. The
// names are those of `AuditReport` and schemas/audit.schema.json; times are microseconds UTC.

import type { AuditReport } from './report.ts';
import type { CrossedEntry } from './rows.ts';

const PER_PIECE = 1_000;

/** Pieces of one JSON document and a line feed; the same for the same report. */
export function* reportJson(report: AuditReport): Generator<string> {
  const { logs, ...rest } = report;
  yield `${JSON.stringify(rest).slice(0, -1)},"logs":[`;
  for (const [i, { crossed, ...log }] of logs.entries()) {
    yield `${i === 0 ? '' : ','}${JSON.stringify(log).slice(0, -1)},"crossed":[`;
    yield* piecesOf(crossed);
    yield ']}';
  }
  yield ']}\n';
}

function* piecesOf(crossed: Iterable<CrossedEntry>): Generator<string> {
  const words = new Map<string | null, string>();
  const quoted = (word: string | null): string => {
    const known = words.get(word);
    if (known !== undefined) return known;
    const text = JSON.stringify(word);
    words.set(word, text);
    return text;
  };
  let piece = '';
  let count = 0;
  for (const { index, at, kind, agreementHash, clause, event, track } of crossed) {
    const names = `"agreementHash":${quoted(agreementHash)},"clause":${quoted(clause)}`;
    const of = `"event":${quoted(event)},"track":${quoted(track)}`;
    const comma = count === 0 ? '' : ',';
    piece += `${comma}{"index":${index},"at":${at},"kind":${quoted(kind)},${names},${of}}`;
    count += 1;
    if (count % PER_PIECE !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
