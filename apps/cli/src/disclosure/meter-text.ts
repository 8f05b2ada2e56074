// SPDX-License-Identifier: Apache-2.0
// What `isthmus release disclose` prints for people.

import type { Verdict } from '@isthmus/disclosure';
import type { MeasuredTerms, Metered } from './measure.ts';

/** The table of the agreement as it stands, the family, and what to do. */
export function meteredText(metered: Metered): string {
  const { from, to, terms, limitKm } = metered;
  const agreed = terms[0] as MeasuredTerms;
  const parts = [
    `What ${to} can infer about the sensors of ${from} from ${agreed.released} items, as agreed:`,
    table([
      ['attack', 'about', 'estimate', 'stated error', 'true', 'error', ''],
      ...agreed.verdicts.map(rowOf),
    ]),
    `A radar counts as located when an attack puts one within ${limitKm} km of it, a number as revealed\nwhen it is known, and said to be known, to within a quarter.`,
    `Terms from the least coarse on, and how near an attack comes to a radar of ${from}:`,
    table([
      ['terms', 'items', 'nearest', 'radar', `useful to ${to} from`],
      ...terms.map((one) => [
        one.name,
        String(one.released),
        one.nearestKm === null ? '-' : `${rounded(one.nearestKm)} km`,
        one.located ? 'located' : 'not located',
        one.worth === undefined ? '' : secondsText(one.worth.tUseful),
      ]),
    ]),
    recommendation(metered),
    'These are the attacks known to us: that none succeeds is no proof that none can.',
  ];
  return `${parts.join('\n\n')}\n`;
}

function recommendation({ terms, recommended, alone, to, limitKm }: Metered): string {
  if (recommended === null) {
    return `Under none of these terms is every radar hidden to ${limitKm} km: give less, or nothing.`;
  }
  const best = terms[recommended] as MeasuredTerms;
  const agreed = terms[0] as MeasuredTerms;
  const says =
    recommended === 0
      ? 'Recommended: the terms as they are; no attack locates a radar.'
      : `Recommended: ${best.name}; nothing less coarse hides every radar.`;
  if (best.worth === undefined || agreed.worth === undefined || alone === undefined) return says;
  return (
    `${says}\nWith them ${to} has a useful impact region from ${secondsText(best.worth.tUseful)} after lift-off; ` +
    `as agreed from ${secondsText(agreed.worth.tUseful)}, without us from ${secondsText(alone.tUseful)}.`
  );
}

function secondsText(seconds: number | null): string {
  return seconds === null ? 'never' : `${seconds} s`;
}

function rowOf(verdict: Verdict): readonly string[] {
  const { attack, sensor, unit, estimate, stated, truth, error, revealed } = verdict;
  const value = (of: Verdict['estimate']): string => {
    if (of === null) return '-';
    return typeof of === 'number' ? `${rounded(of)} ${unit}` : placeText(of);
  };
  return [
    attack,
    sensor ?? '',
    value(estimate),
    stated === null ? '' : `${rounded(stated)} ${unit}`,
    value(truth),
    error === null ? '' : `${rounded(error)} ${unit}`,
    revealed ? 'REVEALED' : '',
  ];
}

function placeText(of: { readonly latitudeDeg: number; readonly longitudeDeg: number }): string {
  const { latitudeDeg, longitudeDeg } = of;
  const north = `${Math.abs(latitudeDeg).toFixed(2)} ${latitudeDeg < 0 ? 'S' : 'N'}`;
  return `${north} ${Math.abs(longitudeDeg).toFixed(2)} ${longitudeDeg < 0 ? 'W' : 'E'}`;
}

/** Two digits that count, and no fraction beyond ten. */
function rounded(value: number): string {
  return Math.abs(value) >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
