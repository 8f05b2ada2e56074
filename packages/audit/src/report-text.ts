// SPDX-License-Identifier: Apache-2.0
// The report on a terminal: the verdict, what does not hold, then each log in a few lines.

import { isoFromInstant } from '@isthmus/earth';
import type { AuditedAgreement, AuditedDecisions, AuditedLog, AuditReport } from './report.ts';
import {
  copyWords,
  counted,
  kindsWords,
  placeWords,
  receiptWords,
  silenceWords,
  verdictWords,
} from './report-words.ts';

/** All of it, except the entries one by one: those are in the JSON. */
export function reportText(report: AuditReport): string {
  const { findings, remarks, logs, keys, agreement, decisions } = report;
  const parts = [
    verdictWords(report),
    section(
      'What does not hold',
      findings.map((one) => `${placeWords(one)}: ${one.says}`),
    ),
    ...logs.map((log) => section(`${log.from} to ${log.to} (${log.log})`, logLines(log))),
    agreement === null ? '' : section(agreementTitle(agreement), agreementLines(agreement)),
    ...decisions.map((one) =>
      section(`Decisions of ${one.side} (${one.file})`, decisionLines(one)),
    ),
    section(
      'To know',
      remarks.map((one) => `${placeWords(one)}: ${one.says}`),
    ),
    section(
      'Keys it was verified with',
      keys.map(
        (one) => `${one.party}: ${one.fingerprint}, register ${one.serial} of ${one.folder}`,
      ),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function logLines(log: AuditedLog): string[] {
  const silence = silenceWords(log);
  return [
    `${log.entries} entries, root ${log.root}`,
    ...log.copies.map(copyWords),
    ...log.clauses.map(
      ({ clause, kinds, from, until, agreementHash }) =>
        `under ${clause} of ${agreementHash.slice(0, 8)}: ${kindsWords(kinds)}, ${isoFromInstant(from)} to ${isoFromInstant(until)}`,
    ),
    receiptWords(log),
    ...(silence === null ? [] : [silence]),
  ];
}

function agreementTitle({ name, version, hash }: AuditedAgreement): string {
  return `Was it kept: ${name}, version ${version}, hash ${hash}`;
}

function agreementLines({ verdicts, underOthers }: AuditedAgreement): string[] {
  const broken = verdicts.filter(({ outcome }) => outcome === 'broken');
  const kept = verdicts.filter(({ outcome }) => outcome === 'kept').length;
  return [
    ...broken.map(
      ({ from, clause, promise, says, proof }) =>
        `NOT KEPT: ${from}${clause === null ? '' : `, ${clause}`}: ${promise}: ${says}${proof.first === null ? '' : ` (first entry ${proof.first})`}`,
    ),
    `${counted(kept, 'promise was', 'promises were')} kept, ${broken.length} not; isthmus agreement compliance says each`,
    ...(underOthers === 0
      ? []
      : [`${underOthers} entries are under other agreements and not judged`]),
  ];
}

function decisionLines({ lines, released, withheld }: AuditedDecisions): string[] {
  const count = withheld.reduce((sum, one) => sum + one.count, 0);
  return [
    `${lines} lines: ${released} released, ${count} withheld; what is withheld again for the same reasons stands once`,
    ...withheld.map(
      ({ code, count: times, kinds, example }) =>
        `withheld ${times} times, ${code}: ${kindsWords(kinds)}; for example: ${example}`,
    ),
  ];
}
