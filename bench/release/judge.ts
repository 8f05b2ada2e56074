// SPDX-License-Identifier: Apache-2.0
// Says of bytes that went whether they may have: from the canonical text of the agreement, what was
// asked, and the bytes. It shares no code with the gate, and believes none of its types.

import { type Message, readReleaseBytes } from './reading.ts';

/** A clause as it stands in the document. */
interface ClauseText {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly category: string;
  readonly level: string;
  readonly impactRegions?: boolean;
  readonly region?: { readonly southDeg: number; readonly northDeg: number };
  readonly tickS: number;
  readonly gridKm: { readonly report: number; readonly track: number };
  readonly accuracyFloor?: { readonly positionM: number; readonly velocityMps: number };
}

interface CoverageText {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly objectClasses: readonly string[];
  readonly everyS: number;
}

interface AgreementText {
  readonly parties: readonly string[];
  readonly mode: string;
  readonly validity: { readonly from: string; readonly until: string };
  readonly clauses: readonly ClauseText[];
  readonly coverage?: readonly CoverageText[];
}

/** What was asked of the gate, and what was said before in the same case. */
export interface Asked {
  /** Canonical JSON of the agreement, and the hash both sides signed. */
  readonly document: string;
  readonly agreementHash: string;
  readonly giver: string;
  readonly receiver: string;
  readonly mode: string;
  readonly category: string;
  /** Degrees north; null when the place is unknown. */
  readonly latitudeDeg: number | null;
  readonly atUs: number;
  /** The identifiers that may be used, hex: of the event and of the track. */
  readonly event: string;
  readonly track: string;
  /** Names of fields of the oneof that went before. */
  readonly before: readonly string[];
}

const LEVELS = ['report', 'track', 'tracklet', 'plot'];
/** What each kind needs at least. */
const NEEDS: Readonly<Record<string, string>> = {
  launch_report: 'report',
  withdrawal: 'report',
  test_message: 'report',
  track: 'track',
  drop: 'track',
  rebase: 'tracklet',
  tracklet: 'tracklet',
};
const IMPACT = ['impact_area', 'impact_time_us', 'impact_time_sigma_ms'];

/** Every reason why these bytes may not have gone; empty when they may. */
export function judgeBytes(bytes: Uint8Array, asked: Asked): string[] {
  let release: Message;
  try {
    release = readReleaseBytes(bytes);
  } catch (error) {
    return [`not the published encoding: ${String(error)}`];
  }
  const found: string[] = [];
  const must = (holds: boolean, text: string): void => {
    if (!holds) found.push(text);
  };
  const agreement = JSON.parse(asked.document) as AgreementText;
  const kinds = [...release.keys()].filter((name) => !ENVELOPE.includes(name));
  const [kind] = kinds;
  if (kind === undefined || kinds.length !== 1) return ['not one item'];
  must(hexOf(release.get('agreement_hash')) === asked.agreementHash, 'another agreement');
  must(asked.mode === agreement.mode, 'another mode');
  const parties = [asked.giver, asked.receiver];
  must(asked.giver !== asked.receiver, 'to itself');
  must(
    parties.every((party) => agreement.parties.includes(party)),
    'a stranger',
  );
  const item = release.get(kind) as Message;
  must(isOurs(item, asked), 'an identifier that is not of the agreement');
  if (kind === 'withdrawal') {
    // Owed for anything that went, whatever holds now.
    must(asked.before.length > 0, 'takes back what never went');
    return found;
  }
  const { from, until } = agreement.validity;
  must(
    asked.atUs >= Date.parse(from) * 1000 && asked.atUs < Date.parse(until) * 1000,
    'out of force',
  );
  if (kind === 'coverage_report') {
    return [...found, ...judgeCoverage(item, release, { agreement, asked })];
  }
  const clause = agreement.clauses.find(
    (one) =>
      one.from === asked.giver &&
      one.to === asked.receiver &&
      one.category === asked.category &&
      isIn(one, asked.latitudeDeg),
  );
  if (clause === undefined) return [...found, 'no clause gives it'];
  must(release.get('clause') === clause.id, 'under another clause');
  must(LEVELS.indexOf(clause.level) >= LEVELS.indexOf(NEEDS[kind] ?? 'never'), 'above its level');
  must(
    isMultiple(release.get('released_at_us'), clause.tickS * 1e6),
    'the moment is finer than the tick',
  );
  if (kind === 'launch_report') found.push(...judgeReport(item, clause));
  if (kind === 'track')
    found.push(...judgeState(item.get('estimate') as Message, clause, asked.atUs));
  if (kind === 'drop') must(asked.before.length > 0, 'ends what never began');
  if (kind === 'tracklet') must(asked.before.includes('rebase'), 'follows on nothing');
  return found;
}

const ENVELOPE = ['agreement_hash', 'clause', 'released_at_us'];

function hexOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';
}

function isOurs(item: Message, asked: Asked): boolean {
  return (
    (item.get('event') === undefined || hexOf(item.get('event')) === asked.event) &&
    (item.get('track') === undefined || hexOf(item.get('track')) === asked.track)
  );
}

/** Regions of these trials lie between parallels. */
function isIn({ region }: ClauseText, latitudeDeg: number | null): boolean {
  if (region === undefined) return true;
  return latitudeDeg !== null && latitudeDeg >= region.southDeg && latitudeDeg <= region.northDeg;
}

function isMultiple(value: unknown, step: number): boolean {
  return typeof value === 'bigint' && value % BigInt(Math.round(step)) === 0n;
}

/** True for a value that is absent, or a whole number of steps. */
function stands(value: unknown, step: number): boolean {
  return value === undefined || isMultiple(value, step);
}

function judgeReport(report: Message, clause: ClauseText): string[] {
  const found: string[] = [];
  const must = (holds: boolean, text: string): void => {
    if (!holds) found.push(text);
  };
  const { tickS, gridKm } = clause;
  if (clause.impactRegions !== true) {
    must(
      IMPACT.every((name) => report.get(name) === undefined),
      'an impact region that is not given',
    );
  }
  for (const name of ['launch_time_us', 'impact_time_us']) {
    must(stands(report.get(name), tickS * 1e6), `${name} is finer than the tick`);
  }
  for (const name of ['launch_time_sigma_ms', 'impact_time_sigma_ms']) {
    must(stands(report.get(name), tickS * 100), `${name} is finer than a tenth of the tick`);
  }
  const degrees =
    Number((report.get('azimuth_rad_e7') as bigint | undefined) ?? 0n) * 1e-7 * (180 / Math.PI);
  must(Math.abs(degrees - Math.round(degrees)) < 1e-5, 'an azimuth finer than a degree');
  must(
    stands(report.get('azimuth_sigma_rad_e7'), 17_453),
    'a sigma finer than a tenth of a degree',
  );
  for (const name of ['launch_area', 'impact_area']) {
    const area = report.get(name) as Message | undefined;
    if (area !== undefined)
      must(isCoarseArea(area, gridKm.report), `${name} is finer than the grid`);
  }
  return found;
}

/** Rows of equal height and cells of equal width, both at least the grid; the radius in half grids. */
function isCoarseArea(area: Message, gridKm: number): boolean {
  const gridRad = (gridKm * 1000) / 6_378_137;
  const quarter = Math.PI / 2;
  const rowRad = quarter / Math.floor(quarter / gridRad);
  const latitude = Number((area.get('latitude_rad_e7') as bigint | undefined) ?? 0n) * 1e-7;
  const longitude = Number((area.get('longitude_rad_e7') as bigint | undefined) ?? 0n) * 1e-7;
  const row = Math.round(latitude / rowRad);
  const cells = Math.max(1, Math.floor((4 * quarter * Math.cos(row * rowRad)) / gridRad));
  const cellRad = (4 * quarter) / cells;
  const cell = Math.round(longitude / cellRad);
  const radius = Number((area.get('radius_m') as bigint | undefined) ?? 0n);
  return (
    Math.abs(latitude - row * rowRad) < 1e-7 &&
    Math.abs(longitude - cell * cellRad) < 1e-7 &&
    radius >= gridKm * 500 &&
    (radius % (gridKm * 500) === 0 || radius === 20_100_000)
  );
}

const DIAGONAL = [0, 6, 11, 15, 18, 20];

function judgeState(estimate: Message, clause: ClauseText, atUs: number): string[] {
  const found: string[] = [];
  const must = (holds: boolean, text: string): void => {
    if (!holds) found.push(text);
  };
  const { tickS, gridKm, accuracyFloor } = clause;
  must(isMultiple(estimate.get('time_us'), tickS * 1e6), 'a state finer than the tick');
  must(Number(estimate.get('time_us')) <= atUs, 'a state of what has yet to come');
  const covariance = estimate.get('covariance') as number[];
  const cellM = gridKm.track * 1000;
  const widths = [cellM, cellM, cellM, cellM / 100, cellM / 100, cellM / 100];
  const axes = ['x_mm', 'y_mm', 'z_mm', 'vx_mmps', 'vy_mmps', 'vz_mmps'];
  axes.forEach((axis, i) => {
    const width = widths[i] as number;
    const variance = covariance[DIAGONAL[i] as number] as number;
    const { positionM = 0, velocityMps = 0 } = accuracyFloor ?? {};
    const floor = i < 3 ? positionM : velocityMps;
    must(variance >= floor * floor, `${axis} is stated sharper than the floor`);
    if (width === 0) return;
    must(stands(estimate.get(axis), width * 1000), `${axis} is finer than the grid`);
    must(variance >= (width * width) / 12, `${axis} is stated sharper than its cell`);
  });
  if (cellM > 0) {
    const steps = widths.flatMap((a, i) => widths.slice(i).map((b) => (a * b) / 384));
    const isFine = covariance.some((value, k) => {
      const count = value / (steps[k] as number);
      return Math.abs(count - Math.round(count)) > 1e-6;
    });
    must(!isFine, 'a covariance finer than its lattice');
  }
  return found;
}

function judgeCoverage(
  report: Message,
  release: Message,
  { agreement, asked }: { readonly agreement: AgreementText; readonly asked: Asked },
): string[] {
  const clause = (agreement.coverage ?? []).find(
    ({ id, from, to }) =>
      id === release.get('clause') && from === asked.giver && to === asked.receiver,
  );
  if (clause === undefined) return ['no coverage clause gives it'];
  const classes = ['short-range', 'medium-range', 'long-range'];
  const objectClass = classes[Number(report.get('object_class')) - 1];
  const everyUs = clause.everyS * 1e6;
  const period = Number(report.get('until_us')) - Number(report.get('from_us'));
  const found: string[] = [];
  if (!clause.objectClasses.some((one) => one === objectClass)) found.push('a class not given');
  if (!isMultiple(report.get('from_us'), everyUs) || period !== everyUs)
    found.push('not one period');
  if (Number(report.get('until_us')) > asked.atUs) found.push('of what has yet to come');
  if (!isMultiple(release.get('released_at_us'), everyUs))
    found.push('a moment finer than the period');
  if (!stands(report.get('least_height_m'), 10_000)) found.push('a height finer than its step');
  if (!stands(report.get('detection_percent'), 10)) found.push('a detection finer than its step');
  return found;
}
