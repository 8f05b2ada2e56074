// SPDX-License-Identifier: Apache-2.0
// What duties say that they cannot mean, that no ledger could show, or that they leave open.

import type { Agreement, CoverageClause } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import type { LatencyDuty, NoticeDuty } from './duties.ts';
import { NOTICE_WORDS } from './duty-words.ts';
import { type AgreementFinding, finding, LONGEST_FLIGHT_S, lastsS } from './finding.ts';
import { listed, secondsWords } from './plain-words.ts';

/** Findings of the duties and of onward release, in the order of the document. */
export function dutyFindings(agreement: Agreement): AgreementFinding[] {
  const { latency = [], notices = [] } = agreement.duties ?? {};
  return [
    ...onwardFindings(agreement),
    ...latency.flatMap((duty, i) => latencyFindings(agreement, duty, `/duties/latency/${i}`)),
    ...latencyGaps(agreement),
    ...notices.flatMap((duty, i) => [
      ...noticeFindings(duty, `/duties/notices/${i}`),
      ...owedTwice(notices.slice(0, i), duty, `/duties/notices/${i}`),
    ]),
    ...byOne(agreement, { code: 'notices-by-one', path: '/duties/notices', all: notices }),
    ...retentionFindings(agreement),
    ...withdrawalFindings(agreement),
  ];
}

/** True where an agreement lets a party give anything over the link. */
function gives({ clauses, coverage = [] }: Agreement, party: string): boolean {
  return [...clauses, ...coverage].some(({ from }) => from === party);
}

function onwardFindings(agreement: Agreement): AgreementFinding[] {
  const { onwardRelease: rules } = agreement;
  if (rules === 'never') return [];
  return rules.flatMap(({ of }, i) => {
    if (gives(agreement, of)) return [];
    const says = `${of} gives nothing that could be passed on; leave it out`;
    return [finding('onward-of-nothing', `/onwardRelease/${i}`, says)];
  });
}

function latencyFindings(
  { clauses, coverage = [] }: Agreement,
  { clause: id, of, withinS }: LatencyDuty,
  path: string,
): AgreementFinding[] {
  const clause = clauses.find((one) => one.id === id);
  const tickS =
    clause === undefined
      ? (coverage.find((one) => one.id === id) as CoverageClause).everyS
      : clause.tickS;
  const findings: AgreementFinding[] = [];
  const isIdle =
    (of === 'state' && clause?.level === 'report') ||
    (of === 'report' && clause?.category !== 'launch');
  if (isIdle) {
    const says = `${id} gives no ${of}s; leave it out, or change what ${id} gives`;
    findings.push(finding('latency-of-nothing', path, says));
  }
  const at = `${path}/withinS`;
  if (clause !== undefined && withinS < clause.delayS) {
    const says = `${id} holds everything for ${secondsWords(clause.delayS)}: the promise is broken each time; write at least that`;
    findings.push(finding('latency-under-delay', at, says));
  }
  if (withinS < tickS) {
    const says = `times in the ledger are rounded to ${secondsWords(tickS)}: whether it was kept would not show; write at least that`;
    findings.push(finding('latency-under-tick', at, says));
  }
  if (of !== 'coverage' && withinS >= LONGEST_FLIGHT_S) {
    const says = `no flight of least energy takes ${secondsWords(LONGEST_FLIGHT_S)}: kept, it may still come when all is down`;
    findings.push(finding('latency-past-flight', at, says));
  }
  return findings;
}

function latencyGaps(agreement: Agreement): AgreementFinding[] {
  const { parties, clauses, coverage = [], duties } = agreement;
  const latency = duties?.latency ?? [];
  const undated = coverage.flatMap(({ id }, i) => {
    if (latency.some((one) => one.clause === id)) return [];
    const says = `how soon it goes is not promised: one that never comes breaks nothing`;
    return [finding('coverage-undated', `/coverage/${i}`, says)];
  });
  const givers = parties.filter((party) =>
    latency.some(({ clause }) =>
      [...clauses, ...coverage].some(({ id, from }) => id === clause && from === party),
    ),
  );
  const other = parties.find((party) => !givers.includes(party) && gives(agreement, party));
  if (givers.length !== 1 || other === undefined) return undated;
  const says = `${givers[0]} promises how soon it gives, and ${other} does not`;
  return [...undated, finding('latency-by-one', '/duties/latency', says)];
}

const NOT_FLOWN: readonly NoticeDuty['of'][number][] = ['deorbit', 'experiment'];

function noticeFindings(
  { of, aboveKm, states, beforeS, afterS }: NoticeDuty,
  path: string,
): AgreementFinding[] {
  const findings: AgreementFinding[] = [];
  if (aboveKm !== undefined && of.every((one) => NOT_FLOWN.includes(one))) {
    const says = 'nothing of this flies a range or to an apogee; leave it out';
    findings.push(finding('notice-bound-idle', `${path}/aboveKm`, says));
  }
  const tellsWhen = states === undefined || states.includes('date') || states.includes('window');
  if (beforeS !== undefined && !tellsWhen) {
    const says =
      'the notice says no time, so that nobody can tell what it was before; add date or window';
    findings.push(finding('notice-untimed', `${path}/states`, says));
  }
  if (beforeS === undefined && afterS === undefined) {
    findings.push(finding('notice-undated', path, 'when it is owed is not written'));
  }
  return findings;
}

function owedTwice(
  earlier: readonly NoticeDuty[],
  { from, force, of }: NoticeDuty,
  path: string,
): AgreementFinding[] {
  for (const other of earlier) {
    const both = of.filter((one) => other.of.includes(one));
    if (other.from !== from || other.force !== force || both.length === 0) continue;
    const what = listed(both.map((one) => NOTICE_WORDS[one]));
    const says = `${other.id} asks for a notice of each ${what} already, and which of the two holds is not said; keep one`;
    return [finding('notice-twice', `${path}/of`, says)];
  }
  return [];
}

function retentionFindings(agreement: Agreement): AgreementFinding[] {
  const { parties, duties } = agreement;
  const { retention = [], notices = [] } = duties ?? {};
  const findings = retention.flatMap(({ by, days }, i) => {
    const path = `/duties/retention/${i}`;
    const announced = notices.some(({ to }) => to === by);
    if (!gives(agreement, otherParty(parties, by)) && !announced) {
      const says = `${by} receives nothing that it could keep; leave it out`;
      return [finding('retention-of-nothing', path, says)];
    }
    if (days * 86_400 >= lastsS(agreement)) return [];
    const says = `after ${days} days ${by} cannot show any more what it received, while the agreement goes on`;
    return [finding('retention-under-validity', `${path}/days`, says)];
  });
  const from = retention.map(({ by }) => ({ from: by }));
  return [
    ...findings,
    ...byOne(agreement, { code: 'retention-by-one', path: '/duties/retention', all: from }),
  ];
}

function withdrawalFindings(agreement: Agreement): AgreementFinding[] {
  const within = agreement.duties?.withdrawal?.withinS;
  if (within === undefined) return [];
  const path = '/duties/withdrawal';
  if (agreement.clauses.length === 0) {
    const says = 'nothing is given that could be taken back; leave it out';
    return [finding('withdrawal-of-nothing', path, says)];
  }
  if (within < LONGEST_FLIGHT_S) return [];
  const says = `what is found wrong may stand until it would have come down; write less than ${LONGEST_FLIGHT_S}`;
  return [finding('withdrawal-past-flight', `${path}/withinS`, says)];
}

const OWES = {
  'notices-by-one': 'announces what it launches',
  'retention-by-one': 'is bound in how long it keeps what it received',
} as const;

function byOne(
  { parties }: Agreement,
  asked: {
    readonly code: keyof typeof OWES;
    readonly path: string;
    readonly all: readonly { readonly from: string }[];
  },
): AgreementFinding[] {
  const { code, path, all } = asked;
  const bound = parties.filter((party) => all.some(({ from }) => from === party));
  const [one] = bound;
  if (one === undefined || bound.length > 1) return [];
  const other = otherParty(parties, one);
  return [finding(code, path, `${one} ${OWES[code]}, and ${other} does not or is not`)];
}
