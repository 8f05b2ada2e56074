// SPDX-License-Identifier: Apache-2.0
// `isthmus conformance [ADDRESS:PORT] --as side.yaml`: plays the partner, honest and hostile, of whatever
// listens there or calls the side of that side.yaml, and says clause by clause whether it keeps the
// specification. `isthmus conformance prepare --as side.yaml` makes what it must not be let in with.

import { join } from 'node:path';
import { instant } from '@isthmus/earth';
import { readArguments } from '../arguments.ts';
import { prepareEndedKeys } from '../conformance/ended-keys.ts';
import { Kit, type KitOptions } from '../conformance/kit.ts';
import { type Outcome, runCases } from '../conformance/run-cases.ts';
import { openKeyPlace } from '../side/key-change.ts';
import { REGISTER_FILE } from '../side/key-files.ts';
import { type ReadSide, readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus conformance [ADDRESS:PORT] --as side.yaml [--only CLAUSE]… [--json]   without an address, where the side dials or listens
       isthmus conformance prepare --as side.yaml [--identity FILE]`;

/** Exit code 0: every case passed or did not apply. 1: one failed. 2: nothing could be played. */
export async function conformance(args: readonly string[]): Promise<number> {
  const expected = { texts: ['as', 'identity'], lists: ['only'], flags: ['json'] };
  const parsed = readArguments(args, expected);
  const [given, ...rest] = parsed.positionals;
  const config = parsed.text('as');
  if (rest.length > 0 || config === undefined) throw new UserError(USAGE);
  const side = await sideOf(config);
  if (given === 'prepare') return prepare(side, parsed.text('identity'));
  const [role, address] = given === undefined ? placeOf(side) : (['dial', given] as const);
  const kit = await Kit.open(side, { role, address: addressOf(address) });
  const isJson = parsed.flag('json');
  const only = parsed.list('only');
  if (!isJson && role === 'listen') process.stdout.write(`Waiting for calls at ${address}.\n`);
  const outcomes = await runCases(kit, {
    ...(only.length > 0 ? { only } : {}),
    told: (outcome) => {
      if (!isJson) process.stdout.write(lineOf(outcome));
    },
  });
  const failed = outcomes.filter(({ verdict }) => verdict === 'fail').length;
  if (isJson) process.stdout.write(`${JSON.stringify({ address, failed, cases: outcomes })}\n`);
  else process.stdout.write(summaryOf(outcomes));
  return failed === 0 ? 0 : 1;
}

/** Lies go into a record for good: only of an exercise. */
async function sideOf(config: string): Promise<ReadSide> {
  const side = await readSide(config);
  if (side.document.mode !== 'exercise') {
    throw new UserError(
      `${config}: is for ${side.document.mode}; the kit sends forged and false frames, and does so in an exercise alone`,
    );
  }
  return side;
}

/** Made and listed once; the other side has to have them before anything is played. */
async function prepare(side: ReadSide, identity: string | undefined): Promise<number> {
  const place = await openKeyPlace(side, identity);
  const now = instant(Date.now() * 1000);
  const { serial } = await prepareEndedKeys(place, side.ownRegister, now);
  const register = join(place.folder, REGISTER_FILE);
  process.stdout.write(
    `Certificates and keys that must be refused are listed in ${register}, serial ${serial}. Hand it over to ${side.document.partner} (isthmus keys enrol side.yaml ${REGISTER_FILE}).\n`,
  );
  return 0;
}

/** Without an address the kit does what its side would. */
function placeOf({ document: { link } }: ReadSide): readonly [KitOptions['role'], string] {
  return 'dial' in link ? ['dial', link.dial] : ['listen', link.listen];
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new UserError(`"${text}" is no ADDRESS:PORT, such as 127.0.0.1:40269`);
  }
  return { host, port: Number(port) };
}

const MARKS = { pass: 'pass', fail: 'FAIL', 'not applicable': 'n/a ' } as const;

function lineOf({ clauses, sent, expected, verdict, came }: Outcome): string {
  const head = `${MARKS[verdict]}  ${clauses.join(' ').padEnd(12)} ${sent}\n`;
  return verdict === 'pass'
    ? head
    : `${head}      expected: ${expected}\n      came:     ${came}\n`;
}

function summaryOf(outcomes: readonly Outcome[]): string {
  const count = (wanted: Outcome['verdict']): number =>
    outcomes.filter(({ verdict }) => verdict === wanted).length;
  const failed = outcomes.filter(({ verdict }) => verdict === 'fail');
  const clauses = new Set(outcomes.flatMap((one) => one.clauses));
  const broken = [...new Set(failed.flatMap((one) => one.clauses.slice(0, 1)))].join(', ');
  const tail = broken === '' ? '' : ` Broken: ${broken}.`;
  return `${outcomes.length} cases on ${clauses.size} clauses: ${count('pass')} pass, ${count('fail')} fail, ${count('not applicable')} not applicable.${tail}\n`;
}
