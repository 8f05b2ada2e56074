// SPDX-License-Identifier: Apache-2.0
// `isthmus audit LEDGER… --keys FOLDER…`: what crossed a link, proven offline from copies of its ledgers
// and public keys. Reads only; nothing is written but the report.

import { stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type AuditedAgreement,
  type AuditedDecisions,
  type AuditReport,
  auditDecisions,
  type LogAudit,
  placeOf,
  REPORT_FORM,
  reportHtml,
  reportJson,
  reportText,
  type Told,
} from '@isthmus/audit';
import { auditFolders } from '@isthmus/audit/adapters';
import { isBroken, judgeCompliance } from '@isthmus/release';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { readArguments } from '../arguments.ts';
import { groupCopies } from '../audit/group-copies.ts';
import { readDecisions } from '../audit/read-decisions.ts';
import { readParties } from '../audit/read-parties.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus audit LEDGER… --keys FOLDER… [--agreement FILE] [--decisions FILE…] [--known CHECKPOINT…] [--html FILE] [--json]';

/** Exit code 0: all in order. 1: something does not hold, or a promise was not kept. 2: bad input. */
export async function audit(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    texts: ['agreement', 'html'],
    lists: ['keys', 'decisions', 'known'],
    flags: ['json'],
  });
  const folders = parsed.positionals;
  if (folders.length === 0) throw new UserError(USAGE);
  if (parsed.list('keys').length === 0) {
    throw new UserError(
      '--keys is needed, once for each party: a folder with its identity.pub and register.note',
    );
  }
  const report = await auditOf({
    folders,
    keys: parsed.list('keys'),
    agreement: parsed.text('agreement') ?? null,
    decisions: parsed.list('decisions'),
    known: parsed.list('known'),
  });
  const html = parsed.text('html');
  if (html !== undefined) await writeReport(html, reportHtml(report));
  if (parsed.flag('json')) for (const piece of reportJson(report)) await write(piece);
  else await write(reportText(report));
  return report.inOrder ? 0 : 1;
}

/** What an audit is given. */
export interface AuditInput {
  readonly folders: readonly string[];
  readonly keys: readonly string[];
  readonly agreement: string | null;
  readonly decisions: readonly string[];
  readonly known: readonly string[];
}

/** The whole report; what is no input is a `UserError`. */
export async function auditOf(given: AuditInput): Promise<AuditReport> {
  const parties = await readParties(given.keys);
  const isDoubtful = parties.findings.length > 0;
  const { logs, without } = await groupCopies(given, parties.registers, isDoubtful);
  const threads = await threadsFor(given.folders);
  const audits = await auditFolders(logs, { threads, isWhole: false });
  const { agreement, decisions, told } = await beside(given, audits);
  const findings = [
    ...parties.findings.map((one) => ({ ...one, evidence: null })),
    ...audits.flatMap((one) => one.findings),
    ...told.findings.map((one) => ({ ...one, folder: null, evidence: null })),
  ];
  const unread = without.map(({ folder }) => ({
    folder,
    ...placeOf({}),
    says: 'was not audited: the register of its owner does not hold',
  }));
  return {
    isthmus: REPORT_FORM,
    inOrder:
      findings.length === 0 && !(agreement !== null && isBroken({ span: null, ...agreement })),
    findings,
    remarks: [
      ...unread,
      ...audits.flatMap((one) => one.remarks),
      ...told.remarks.map((one) => ({ ...one, folder: null })),
    ],
    keys: parties.keys,
    logs: audits.map(({ log }) => log),
    agreement,
    decisions,
  };
}

/** What is given beside the ledgers: the agreement and the sides' own logs of decisions. */
async function beside(
  given: AuditInput,
  audits: readonly LogAudit[],
): Promise<{
  readonly agreement: AuditedAgreement | null;
  readonly decisions: readonly AuditedDecisions[];
  readonly told: Told;
}> {
  const told: Told = { findings: [], remarks: [] };
  const decisions: AuditedDecisions[] = [];
  for (const file of given.decisions) {
    const read = await readDecisions(file);
    const own = audits.find(({ log }) => log.from === read.side);
    const held = own === undefined ? null : { entries: own.log.entries, leaves: own.leaves };
    decisions.push(auditDecisions(file, read, held, told));
  }
  const agreement = given.agreement === null ? null : await judged(given.agreement, audits);
  return { agreement, decisions, told };
}

async function judged(file: string, audits: readonly LogAudit[]): Promise<AuditedAgreement> {
  const agreement = await loadAgreement(file);
  const hash = agreementHashOf(agreement);
  const { name, version, parties, mode } = agreement;
  const records = audits.map(({ log, entries }) => {
    const { from, to } = log;
    if (!parties.includes(from) || !parties.includes(to) || log.mode !== mode) {
      throw new UserError(
        `${file}: is between ${parties.join(' and ')} for ${mode}; the ledger is ${log.log}`,
      );
    }
    return { from, to, entries: entries.judged(log.entries) };
  });
  const under = audits.flatMap(({ log }) => log.clauses);
  const underOthers = under
    .filter(({ agreementHash }) => agreementHash !== hash)
    .reduce((sum, { entries }) => sum + entries, 0);
  const { accounts, verdicts } = judgeCompliance(agreement, hash, records);
  return { name, version, hash, underOthers, accounts, verdicts };
}

/** Below this a thread takes longer to start than it saves. */
const THREADED_BYTES = 8_388_608;

async function threadsFor(folders: readonly string[]): Promise<number> {
  let total = 0;
  for (const folder of folders) {
    total += await stat(join(folder, 'entries')).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return total < THREADED_BYTES ? 0 : Math.min(8, availableParallelism());
}

async function writeReport(file: string, text: string): Promise<void> {
  try {
    // What crossed is for its owners' eyes.
    await writeFile(file, text, { mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UserError(`${file}: cannot be written (${code})`, { cause: error });
  }
}

/** Waits for a pipe that is slower than the report. */
async function write(piece: string): Promise<void> {
  if (process.stdout.write(piece)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}
