// SPDX-License-Identifier: Apache-2.0
// What `isthmus release explain` prints for people: like decisions together, the first of them whole.

import { degreesFromRadians, geodesicDistanceM, instant, isoFromInstant } from '@isthmus/earth';
import { type FieldChange, type FieldValue, PARTNER_ANSWERS } from '@isthmus/release';
import type { ExplainedDecision, ExplainedEntry, Explanation } from './explain.ts';

/** Several lines, the last one ended. */
export function explanationText(of: Explanation): string {
  const { side, partner, agreement, decisions, clauses, partnerMayBeTold, brokenAt } = of;
  const lines = [
    `${side} to ${partner}, agreement ${agreement.name}, version ${agreement.version}`,
    ...grouped(decisions).flatMap((group) => groupLines(group, agreement.hash)),
  ];
  for (const [clause, sentences] of Object.entries(clauses)) {
    lines.push(`Clause ${clause}:`, ...sentences.map((sentence) => `  ${sentence}`));
  }
  if (brokenAt !== null) {
    lines.push(
      `THE DECISION LOG IS NOT WHAT WAS WRITTEN from line ${brokenAt} on; that is not read.`,
    );
  }
  lines.push(
    `To ${partner} may be said: ${partnerMayBeTold} (${PARTNER_ANSWERS[partnerMayBeTold]})`,
  );
  return `${lines.join('\n')}\n`;
}

/** Decisions that say the same of the same subject, in the order of the first of each. */
function grouped(decisions: readonly ExplainedDecision[]): ExplainedDecision[][] {
  const groups = new Map<string, ExplainedDecision[]>();
  for (const one of decisions) {
    const { subject, kind, outcome, clause, removed } = one;
    const texts = one.reasons.map(({ text }) => text);
    const key = JSON.stringify([subject, kind, outcome, clause, removed, texts]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function groupLines(group: readonly ExplainedDecision[], hash: string): string[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const { kind, subject, at, outcome, officers, rule, clause } = first;
  const by = officers.length === 0 ? '' : ` by ${officers.join(' and ')}`;
  const under = clause === null ? '' : ` under clause ${clause}`;
  const entry = first.entry === null ? '' : ` as entry ${first.entry.index}`;
  const last = others.at(-1);
  const lines = [`${subject}, ${kind}: ${outcome}${by}${entry}${under}, ${clock(at)}`];
  if (rule !== null) lines.push(`  rule ${rule.id}: ${rule.says}`);
  for (const { code, text, rule: id, change } of first.reasons) {
    lines.push(`  ${id === null ? '' : `rule ${id}, ${code}: `}${text}`);
    if (change !== null) lines.push(`  to go: ${change}`);
  }
  if (first.removed.length > 0) lines.push(`  removed: ${first.removed.join(', ')}`);
  for (const change of first.coarsened ?? []) lines.push(`  changed: ${changeText(change)}`);
  if (first.entry !== null) lines.push(...entryLines(first.entry, hash));
  if (last !== undefined) {
    const until = last.entry === null ? '' : `, up to entry ${last.entry.index}`;
    lines.push(`  and ${others.length} more like it until ${clock(last.at)}${until}`);
  }
  for (const { entry: one } of others) {
    if (one !== null && !one.holds) lines.push(...entryLines(one, hash));
  }
  return lines;
}

function entryLines(entry: ExplainedEntry, hash: string): string[] {
  const { index, event, track, holds, agreementHash } = entry;
  if (!holds) return [`  THE LEDGER HOLDS ANOTHER ENTRY ${index} THAN THIS WAS WRITTEN ABOUT`];
  const names = [
    ...(event === null ? [] : [`event ${event.slice(0, 8)}`]),
    ...(track === null ? [] : [`track ${track.slice(0, 8)}`]),
  ];
  const lines = names.length === 0 ? [] : [`  the partner knows it as ${names.join(', ')}`];
  if (agreementHash !== null && agreementHash !== hash) {
    lines.push(
      `  under an earlier agreement, ${agreementHash}: its clause may have said otherwise`,
    );
  }
  return lines;
}

const NAMES: Readonly<Record<string, string>> = {
  launchTime: 'launch time',
  launchTimeSigmaS: 'its error',
  launchArea: 'launch area',
  impactArea: 'impact area',
  impactTime: 'impact time',
  impactTimeSigmaS: 'its error',
  azimuthRad: 'azimuth',
  azimuthSigmaRad: 'its error',
  'estimate.time': 'time of the state',
  'estimate.position': 'position',
  'estimate.velocity': 'velocity',
  'estimate.sigmaM': 'stated error of position',
  'estimate.sigmaMps': 'stated error of velocity',
  leastHeightM: 'least height',
  detectionProbability: 'detection probability',
};

function changeText({ field, before, after }: FieldChange): string {
  const name = NAMES[field] ?? NAMES[field.split('.')[0] ?? ''] ?? field;
  if (typeof before !== 'number' && typeof after !== 'number')
    return `${name} ${moved(field, before, after)}`;
  const said = (value: FieldValue): string => valueText(field, Number(value));
  const part = field.endsWith('.radiusM') ? `${name}, radius` : name;
  return `${part} ${said(before)}, went as ${said(after)}`;
}

function moved(field: string, before: FieldValue, after: FieldValue): string {
  const [from, to] = [[before].flat(), [after].flat()];
  const [lat = 0, lon = 0] = from;
  if (field.endsWith('.centre')) {
    const point = (latitudeRad: number, longitudeRad: number) => ({
      latitudeRad,
      longitudeRad,
      heightM: 0,
    });
    const metres = geodesicDistanceM(point(lat, lon), point(to[0] ?? 0, to[1] ?? 0));
    return `moved by ${metresText(metres)}`;
  }
  const by = Math.hypot(...from.map((value, i) => value - (to[i] ?? 0)));
  return field.endsWith('velocity')
    ? `changed by ${by.toFixed(1)} m/s`
    : `moved by ${metresText(by)}`;
}

function valueText(field: string, value: number): string {
  if (/time$/i.test(field)) return clock(isoFromInstant(instant(value)));
  if (field === 'azimuthRad') {
    const degrees = degreesFromRadians(value);
    return `${(degrees - 360 * Math.floor(degrees / 360)).toFixed(2)}°`;
  }
  if (field.endsWith('Rad')) return `${degreesFromRadians(value).toFixed(2)}°`;
  if (field.endsWith('Mps')) return `${value.toFixed(2)} m/s`;
  if (field.endsWith('SigmaS')) return `${value.toFixed(2)} s`;
  if (field.endsWith('M')) return metresText(value);
  return String(value);
}

function metresText(metres: number): string {
  return metres >= 1000 ? `${(metres / 1000).toFixed(2)} km` : `${metres.toFixed(2)} m`;
}

/** Date and time to the millisecond, UTC. */
function clock(iso: string): string {
  return iso
    .replace('T', ' ')
    .replace(/(\.\d{3})\d*Z$/, '$1')
    .replace(/Z$/, '');
}
