// SPDX-License-Identifier: Apache-2.0
// The score of a file of tracks as a table for a person.

import type { KindScore, TrackScore } from './score-tracks.ts';

/** Lines of text, the last one ended. */
export function describeScore(score: TrackScore): string {
  const kinds = Object.entries(score.kinds).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = [
    ['objects in view', 'held', 'position RMSE m', 'velocity RMSE m/s', 'ANEES'],
    ...(kinds.length === 1 ? [] : [['all', ...cellsOf(score.all)]]),
    ...kinds.map(([kind, one]) => [kind, ...cellsOf(one)]),
  ];
  const { gospa, siap } = score;
  return `${table(rows)}
As sets, cut off at ${score.cutoffM / 1000} km, over ${score.seconds} s:
  OSPA   ${text(score.ospaM)} m (mean)
  GOSPA  ${text(gospa.rmsM)} m (root mean square): location ${text(gospa.localisationM)}, missed ${text(gospa.missedM)} (${text(gospa.missedCount)} objects), false ${text(gospa.falseM)} (${text(gospa.falseCount)} tracks)
  SIAP   completeness ${text(siap.completeness)}, ambiguity ${text(siap.ambiguity)}, spuriousness ${text(siap.spuriousness)}, position ${text(siap.positionErrorM)} m, velocity ${text(siap.velocityErrorMps)} m/s, longest segment ${text(siap.longestSegment)}, track changes ${text(siap.trackChangesPerS * 3600)} an hour
`;
}

function cellsOf(score: KindScore): string[] {
  return [
    `${(100 * score.completeness).toFixed(1)} % of ${score.objectSeconds} s`,
    text(score.positionRmseM),
    text(score.velocityRmseMps),
    text(score.anees),
  ];
}

/** Three digits, or all before the point where there are more. */
function text(value: number | null): string {
  if (value === null) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
  );
  return lines.map((row) => `  ${row.join('  ')}\n`).join('');
}
