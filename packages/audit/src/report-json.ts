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
  let piece: string[] = [];
  let isFirst = true;
  for (const entry of crossed) {
    piece.push(JSON.stringify(entry));
    if (piece.length < PER_PIECE) continue;
    yield `${isFirst ? '' : ','}${piece.join(',')}`;
    isFirst = false;
    piece = [];
  }
  if (piece.length > 0) yield `${isFirst ? '' : ','}${piece.join(',')}`;
}
