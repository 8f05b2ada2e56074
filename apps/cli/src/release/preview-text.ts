// SPDX-License-Identifier: Apache-2.0
// What `isthmus release preview` prints for people: one column for each of the terms.

import type { Preview } from './preview.ts';

type Row = readonly [label: string, ...cells: string[]];

/** Rows with one column each, what is the same in all of them once. */
export function previewText(
  of: {
    readonly side: string;
    readonly partner: string;
    readonly from: string;
    readonly until: string;
  },
  previews: readonly Preview[],
): string {
  const rows: Row[] = [
    ['', ...previews.map(({ agreement: { name, version } }) => `${name}, version ${version}`)],
    ['released', ...previews.map(({ released }) => String(released))],
    ...clauseRows(previews),
    ...launchRows(previews),
    ...accuracyRows(previews),
  ];
  const widths =
    rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const withheld = previews.flatMap(({ agreement: { name, version }, withheld: held }) => [
    `Withheld under ${name}, version ${version}:${held.length === 0 ? ' nothing' : ''}`,
    ...held.map(({ kind, reasons, policies, subjects }) => {
      const by = policies.length === 0 ? '' : ` (${policies.join(', ')})`;
      return `  ${kind} of ${namesText(subjects)}: ${reasons.join(' ')}${by}`;
    }),
  ]);
  const title = `What ${of.side} would give ${of.partner}, ${of.from} to ${of.until}`;
  return `${[title, '', ...table, '', ...withheld].join('\n')}\n`;
}

function clauseRows(previews: readonly Preview[]): Row[] {
  const keys = new Set(
    previews.flatMap(({ byClause }) =>
      Object.entries(byClause).flatMap(([clause, kinds]) =>
        Object.keys(kinds).map((kind) => `${clause} ${kind}`),
      ),
    ),
  );
  return [...keys].map((key): Row => {
    const [clause = '', kind = ''] = key.split(' ');
    const cells = previews.map(({ byClause }) => String(byClause[clause]?.[kind] ?? 0));
    return [`  ${clause}, ${kind}`, ...cells];
  });
}

function launchRows(previews: readonly Preview[]): Row[] {
  const events = new Set(previews.flatMap(({ launches }) => launches.map(({ event }) => event)));
  return [...events].map((event): Row => {
    const cells = previews.map(({ launches }) => {
      const first = launches.find((one) => one.event === event)?.first ?? null;
      return first === null ? 'never' : first.slice(0, 19).replace('T', ' ');
    });
    return [`launch ${event}: first word`, ...cells];
  });
}

const ACCURACY = [
  ['launchAreaRadiusM', 'launch area, radius', 'm'],
  ['launchTimeSigmaS', 'launch time, error', 's'],
  ['impactAreaRadiusM', 'impact area, radius', 'm'],
  ['positionM', 'position of a state, error', 'm'],
  ['velocityMps', 'velocity of a state, error', 'm/s'],
] as const;

function accuracyRows(previews: readonly Preview[]): Row[] {
  return ACCURACY.map(([field, label, unit]): Row => {
    const cells = previews.map(({ accuracy }) => {
      const value = accuracy[field];
      return value === null ? 'not given' : `${value.toFixed(unit === 'm' ? 0 : 1)} ${unit}`;
    });
    return [`median ${label}`, ...cells];
  });
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
