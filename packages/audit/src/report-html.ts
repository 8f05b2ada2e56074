// SPDX-License-Identifier: Apache-2.0
// The report for people: one page that needs nothing beside it, no script and no network, can be printed,
// and is read by a screen reader in the order in which it matters. Every text in it is escaped: clauses,
// reasons and paths are others' words.

import { isoFromInstant } from '@isthmus/earth';
import type { Verdict } from '@isthmus/release';
import { PAGE_STYLE } from './page-style.ts';
import type { AuditedAgreement, AuditedDecisions, AuditedLog, AuditReport } from './report.ts';
import {
  counted,
  kindsWords,
  latencyWords,
  placeWords,
  receiptWords,
  silenceWords,
  verdictWords,
} from './report-words.ts';

/** Entries of a log that stand in the page; all of them are in the JSON. */
const ENTRIES_MAX = 2_000;

/** A whole page. The same for the same report. */
export function reportHtml(report: AuditReport): string {
  const { inOrder, findings, remarks, logs, keys, agreement, decisions } = report;
  const parts = [
    `<header><h1>Audit of a link</h1><p class="verdict ${inOrder ? 'good' : 'bad'}">${text(verdictWords(report))}</p></header>`,
    findings.length === 0 ? '' : section('What does not hold', findingList(findings)),
    section(
      'What crossed',
      logs.map(logPart).join('') || '<p>No log was given that could be audited.</p>',
    ),
    agreement === null ? '' : section('Was the agreement kept?', agreementPart(agreement)),
    decisions.length === 0
      ? ''
      : section('What was withheld', decisions.map(decisionPart).join('')),
    remarks.length === 0 ? '' : section('To know', remarkList(remarks)),
    section('Keys it was verified with', keyPart(report) + (keys.length === 0 ? '' : KEYS_NOTE)),
    section('Entries one by one', logs.map(entriesPart).join('')),
    section('What this shows, and what not', LIMITS_NOTE),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>Audit: ${inOrder ? 'in order' : 'not in order'}</title>`,
    `<style>${PAGE_STYLE}</style></head><body><main>`,
    ...parts.filter((part) => part !== ''),
    '</main></body></html>\n',
  ].join('\n');
}

const KEYS_NOTE =
  '<p class="note">A report is worth what its keys are worth. Compare each fingerprint with a person of that side, over another way than the files came.</p>';

const LIMITS_NOTE = `<ul>
<li>It shows who said what, in what order, and that the partner held it. It does not show that what was said is true.</li>
<li>Times of entries are the sender’s word, times of receipts the receiver’s. No third clock signs.</li>
<li>A log that was cut off cleanly at an earlier checkpoint verifies by itself: ask both sides for their copies.</li>
<li>What was withheld shows in a side’s own log of decisions alone, and nobody outside can tell whether that is whole.</li>
<li>That bytes are not those that were written does not show who changed them: a disk that fails does it too.</li>
</ul>`;

function section(title: string, body: string): string {
  return `<section><h2>${text(title)}</h2>${body}</section>`;
}

function findingList(findings: AuditReport['findings']): string {
  const items = findings.map((one) => {
    const evidence =
      one.evidence === null
        ? ''
        : `<details><summary>The evidence, to be checked with isthmus evidence check</summary><pre>${text(one.evidence)}</pre></details>`;
    return `<li><strong>${text(placeWords(one))}</strong><br>${text(one.says)} ${evidence}</li>`;
  });
  return `<ol class="findings">${items.join('')}</ol>`;
}

function remarkList(remarks: AuditReport['remarks']): string {
  const items = remarks.map((one) => `<li>${text(placeWords(one))}: ${text(one.says)}</li>`);
  return `<p class="note">An honest record can have this.</p><ul>${items.join('')}</ul>`;
}

function logPart(log: AuditedLog): string {
  const silence = silenceWords(log);
  const copies = table(
    'Copies given',
    ['Copy', 'Kind', 'Entries proven', 'Checkpoints', 'Holds'],
    log.copies.map(({ folder, form, entries, checkpoints, isWhole }) => [
      code(folder),
      text(form),
      number(entries),
      number(checkpoints),
      isWhole ? '<span class="ok">yes</span>' : '<span class="no">no</span>',
    ]),
  );
  const clauses = table(
    'By clause',
    ['Clause', 'Agreement', 'Entries', 'Of which', 'First', 'Last'],
    log.clauses.map(({ clause, agreementHash, entries, kinds, from, until }) => [
      code(clause),
      `<code title="${text(agreementHash)}">${text(agreementHash.slice(0, 8))}</code>`,
      number(entries),
      text(kindsWords(kinds)),
      time(from),
      time(until),
    ]),
  );
  return [
    `<article><h3>${text(log.from)} to ${text(log.to)}</h3>`,
    `<p>${number(log.entries)} entries, root ${code(log.root)}<br><span class="note">${code(log.log)}</span></p>`,
    copies,
    clauses,
    `<p>Receipts: ${text(receiptWords(log))}.</p>`,
    silence === null ? '' : `<p>The ${text(silence)}.</p>`,
    '</article>',
  ].join('');
}

const OUTCOMES: Readonly<Record<Verdict['outcome'], string>> = {
  broken: '<span class="no">not kept</span>',
  kept: '<span class="ok">kept</span>',
  open: 'open',
  nothing: 'nothing to judge',
  'not shown': 'no ledger shows it',
};

const ORDER: readonly Verdict['outcome'][] = ['broken', 'open', 'kept', 'nothing', 'not shown'];

function agreementPart({
  name,
  version,
  hash,
  underOthers,
  verdicts,
  accounts,
}: AuditedAgreement): string {
  const sorted = ORDER.flatMap((one) => verdicts.filter(({ outcome }) => outcome === one));
  const judged = table(
    'Promises',
    ['', 'From', 'Clause', 'Promise', 'What the entries show', 'First entry', 'Slowest'],
    sorted.map(({ outcome, from, clause, promise, says, proof }) => [
      OUTCOMES[outcome],
      text(from),
      clause === null ? '' : code(clause),
      text(promise),
      text(says),
      proof.first === null ? '' : number(proof.first),
      proof.worst === null ? '' : number(proof.worst),
    ]),
  );
  const latencies = accounts.flatMap(({ clause, reportLatency, stateLatency, coverageLatency }) =>
    (
      [
        ['first reports', reportLatency],
        ['states', stateLatency],
        ['coverage', coverageLatency],
      ] as const
    ).flatMap(([what, of]) =>
      of === null ? [] : [[code(clause), text(what), number(of.count), text(latencyWords(of))]],
    ),
  );
  return [
    `<p>${text(name)}, version ${version}, hash ${code(hash)}</p>`,
    underOthers === 0
      ? ''
      : `<p>${number(underOthers)} entries are under other agreements and not judged.</p>`,
    judged,
    latencies.length === 0
      ? ''
      : table(
          'From the data to the release',
          ['Clause', 'What', 'How many', 'How long'],
          latencies,
        ),
  ].join('');
}

function decisionPart({ side, file, lines, released, withheld }: AuditedDecisions): string {
  const rows = withheld.map(({ code: reason, count, kinds, example, firstAt, lastAt }) => [
    code(reason),
    number(count),
    text(kindsWords(kinds)),
    text(example),
    time(firstAt),
    time(lastAt),
  ]);
  return [
    `<article><h3>By ${text(side)}</h3>`,
    `<p>${code(file)}: ${counted(lines, 'line', 'lines')}, ${number(released)} released. What is withheld again for the same reasons stands once.</p>`,
    rows.length === 0
      ? '<p>Nothing was withheld.</p>'
      : table('By reason', ['Reason', 'Times', 'Of which', 'For example', 'First', 'Last'], rows),
    '</article>',
  ].join('');
}

function keyPart({ keys }: AuditReport): string {
  if (keys.length === 0) return '<p>None of the registers given holds.</p>';
  return table(
    'Registers',
    ['Side', 'Fingerprint of its identity', 'Serial', 'Folder'],
    keys.map(({ party, fingerprint, serial, folder }) => [
      text(party),
      code(fingerprint),
      number(serial),
      code(folder),
    ]),
  );
}

function entriesPart(log: AuditedLog): string {
  const receipted = log.receipts?.entries ?? null;
  const rows: string[][] = [];
  for (const { index, at, kind, clause, event, track } of log.crossed) {
    if (rows.length === ENTRIES_MAX) break;
    const of = [event, track].flatMap((one) => (one === null ? [] : [one.slice(0, 8)]));
    rows.push([
      number(index),
      time(at),
      text(kind),
      code(clause),
      of.length === 0 ? '' : code(of.join(' / ')),
      receipted === null ? '' : index < receipted ? 'yes' : '<span class="no">no</span>',
    ]);
  }
  const rest = log.entries - rows.length;
  const more = rest > 0 ? `<p>${number(rest)} more are in the report as JSON.</p>` : '';
  const head = ['Entry', 'Released at', 'Kind', 'Clause', 'Event / track', 'Receipt'];
  const title = `${log.from} to ${log.to}: ${counted(rows.length, 'entry', 'entries')}`;
  return `<details><summary>${text(title)}</summary>${table(title, head, rows)}${more}</details>`;
}

/** Cells are HTML; the first of a row is its head. */
function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const heads = head.map(
    (one) =>
      `<th scope="col">${one === '' ? '<span class="hidden">Outcome</span>' : text(one)}</th>`,
  );
  const body = rows.map(
    ([first = '', ...cells]) =>
      `<tr><th scope="row">${first}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  // Wide tables scroll by themselves, also by keyboard.
  return `<div class="wide" tabindex="0" role="group" aria-label="${text(caption)}"><table><caption>${text(caption)}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

function number(value: number): string {
  return `<span class="number">${value.toLocaleString('en-GB').replaceAll(',', '\u202f')}</span>`;
}

function time(at: Parameters<typeof isoFromInstant>[0]): string {
  const iso = isoFromInstant(at);
  return `<time datetime="${iso}">${iso.replace('T', ' ').replace('.000Z', 'Z')}</time>`;
}

function code(value: string): string {
  return `<code>${text(value)}</code>`;
}

/** Others' words, as text and nothing else. */
function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
