// SPDX-License-Identifier: Apache-2.0
// What coverage clauses say that they cannot mean, and what they leave open.

import type { Agreement, CoverageClause } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import { type AgreementFinding, finding, LONGEST_FLIGHT_S, lastsS } from './finding.ts';
import { secondsWords } from './plain-words.ts';
import { areApart, holdsRegion } from './region-relation.ts';

/** Findings of the coverage clauses, in the order of the document. */
export function coverageFindings(agreement: Agreement): AgreementFinding[] {
  const { coverage = [] } = agreement;
  return [
    ...coverage.flatMap((clause, i) => [
      ...untoldLaunches(agreement, clause, `/coverage/${i}`),
      ...saidTwice(coverage.slice(0, i), clause, `/coverage/${i}`),
      ...periodFindings(agreement, clause, `/coverage/${i}`),
    ]),
    ...oneSided(agreement),
  ];
}

/** A launch that is seen stops the report: where no report of it may go, the silence gives it away. */
function untoldLaunches(
  { clauses }: Agreement,
  { from, to, region }: CoverageClause,
  path: string,
): AgreementFinding[] {
  const isTold = clauses.some(
    (clause) =>
      clause.from === from &&
      clause.to === to &&
      clause.category === 'launch' &&
      holdsRegion(clause.region, region),
  );
  if (isTold) return [];
  const says = `a launch that ${from} sees there stops the report, and no clause on launches gives all of that region: the silence would tell what is not given; give reports of launches there, or leave this out`;
  return [finding('coverage-of-no-launches', `${path}/region`, says)];
}

/** Of two reports of one class for one ground the receiver would count one watch as two. */
function saidTwice(
  earlier: readonly CoverageClause[],
  clause: CoverageClause,
  path: string,
): AgreementFinding[] {
  const other = earlier.find(
    (one) =>
      one.from === clause.from &&
      one.to === clause.to &&
      one.objectClasses.some((name) => clause.objectClasses.includes(name)) &&
      !areApart(one.region, clause.region),
  );
  if (other === undefined) return [];
  const says = `may speak of the same ground and class as ${other.id}, so that one watch counts as two; part the regions or the classes`;
  return [finding('coverage-twice', path, says)];
}

function periodFindings(
  agreement: Agreement,
  { everyS }: CoverageClause,
  path: string,
): AgreementFinding[] {
  if (everyS > lastsS(agreement)) {
    const says = `the agreement is over before a period of ${secondsWords(everyS)} is`;
    return [finding('coverage-past-end', `${path}/everyS`, says)];
  }
  if (everyS < LONGEST_FLIGHT_S) return [];
  const says = `what was launched when a period of ${secondsWords(everyS)} began is down before it is said that nothing was; write less than ${LONGEST_FLIGHT_S}`;
  return [finding('coverage-past-flight', `${path}/everyS`, says)];
}

function oneSided({ parties, coverage = [] }: Agreement): AgreementFinding[] {
  const givers = parties.filter((party) => coverage.some(({ from }) => from === party));
  const [giver] = givers;
  if (giver === undefined || givers.length > 1) return [];
  const other = otherParty(parties, giver);
  const says = `${giver} says where it would have seen a launch, and ${other} does not`;
  return [finding('coverage-by-one', '/coverage', says)];
}
