// SPDX-License-Identifier: Apache-2.0
// What an agreement says that it cannot mean, and what it leaves open. `parseAgreement` refuses what no
// gate could carry out; here is what a gate would carry out, and nobody would have wanted.

import { type Instant, instantFromIso } from '@isthmus/earth';
import type { Agreement, Clause } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import { CATEGORY_WORDS } from './agreement-words.ts';
import { coverageFindings } from './coverage-findings.ts';
import { dutyFindings } from './duty-findings.ts';
import {
  type AgreementFinding,
  type FindingCode,
  finding,
  LONGEST_FLIGHT_S,
  lastsS,
} from './finding.ts';
import { dateWords, secondsWords } from './plain-words.ts';

/** One sigma of a uniform error over a cell is the cell divided by this. */
const UNIFORM = Math.sqrt(12);

/**
 * Findings in the order of the document, those of the whole last.
 *
 * @param at when somebody asks: a live agreement that is over by then applies to nothing
 */
export function checkAgreement(agreement: Agreement, at: Instant): AgreementFinding[] {
  return [
    ...agreement.clauses.flatMap((clause, i) => [
      ...levelFindings(clause, `/clauses/${i}`),
      ...floorFindings(clause, `/clauses/${i}`),
      ...timeFindings(agreement, clause, `/clauses/${i}`),
    ]),
    ...coverageFindings(agreement),
    ...dutyFindings(agreement),
    ...validityFindings(agreement, at),
    ...gapFindings(agreement),
  ];
}

/** Terms of what the level does not give. */
function levelFindings(clause: Clause, path: string): AgreementFinding[] {
  const { level, category, impactRegions, gridKm, looksATracklet, accuracyFloor } = clause;
  const findings: AgreementFinding[] = [];
  const never = (code: FindingCode, field: string, says: string): void => {
    findings.push(finding(code, `${path}/${field}`, says));
  };
  if (level === 'plot') {
    never('level-plot', 'level', 'no message carries plots; write "tracklet", which gives as much');
  }
  if (level === 'report' && category !== 'launch') {
    never(
      'level-no-report',
      'level',
      `reports are of launches: of ${CATEGORY_WORDS[category]} nothing goes; write "track", or leave the clause out`,
    );
  }
  if (impactRegions !== undefined && category !== 'launch') {
    never(
      'impact-of-no-launch',
      'impactRegions',
      `${CATEGORY_WORDS[category]} have no area of impact; leave it out`,
    );
  }
  if (level === 'report' && gridKm.track !== 0) {
    never('grid-without-track', 'gridKm/track', 'at level "report" no track goes; write 0');
  }
  if (looksATracklet !== undefined && (level === 'report' || level === 'track')) {
    never(
      'looks-without-tracklet',
      'looksATracklet',
      `at level "${level}" no tracklet goes; leave it out`,
    );
  }
  if (accuracyFloor !== undefined && level === 'report') {
    never('floor-without-track', 'accuracyFloor', 'at level "report" no track goes; leave it out');
  }
  return findings;
}

/** A floor under what the grid adds anyway, or that is no floor. */
function floorFindings({ level, gridKm, accuracyFloor }: Clause, path: string): AgreementFinding[] {
  if (accuracyFloor === undefined || level === 'report') return [];
  const { positionM, velocityMps } = accuracyFloor;
  const at = `${path}/accuracyFloor`;
  if (positionM === 0 && velocityMps === 0) {
    return [finding('floor-of-nothing', at, 'a floor of nothing; leave it out')];
  }
  const gridSigmaM = (gridKm.track * 1000) / UNIFORM;
  if (level === 'track' && positionM > 0 && positionM <= gridSigmaM) {
    const says = `the grid alone adds ${Math.round(gridSigmaM)} m to each axis; write more, or leave it out`;
    return [finding('floor-under-grid', `${at}/positionM`, says)];
  }
  return [];
}

function timeFindings(
  agreement: Agreement,
  { category, delayS, tickS }: Clause,
  path: string,
): AgreementFinding[] {
  if (delayS >= lastsS(agreement)) {
    const says = `the agreement is over before anything has waited for ${secondsWords(delayS)}`;
    return [finding('delay-past-end', `${path}/delayS`, says)];
  }
  if (category !== 'launch' || delayS + tickS < LONGEST_FLIGHT_S) return [];
  const says = `no flight of least energy takes ${secondsWords(LONGEST_FLIGHT_S)}: all of them are down before a word goes`;
  return [finding('delay-past-flight', `${path}/delayS`, says)];
}

/** An exercise has a clock of its own. */
function validityFindings({ mode, validity }: Agreement, at: Instant): AgreementFinding[] {
  if (mode === 'exercise' || instantFromIso(validity.until) > at) return [];
  const says = `it ended on ${dateWords(validity.until)}: nothing goes under it`;
  return [finding('over-already', '/validity/until', says)];
}

/** What one side gives and the other does not, and what nobody gives. */
function gapFindings({ parties, clauses }: Agreement): AgreementFinding[] {
  const findings: AgreementFinding[] = [];
  for (const category of Object.keys(CATEGORY_WORDS) as Clause['category'][]) {
    const givers = parties.filter((party) =>
      clauses.some((clause) => clause.from === party && clause.category === category),
    );
    const what = CATEGORY_WORDS[category];
    const [giver] = givers;
    if (giver === undefined) {
      findings.push(finding('nobody-gives', '/clauses', `nobody gives anything of ${what}`));
    } else if (givers.length === 1) {
      const other = otherParty(parties, giver);
      const says = `${giver} gives something of ${what}, and ${other} nothing`;
      findings.push(finding('one-gives', '/clauses', says));
    }
  }
  return findings;
}
