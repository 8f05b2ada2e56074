// SPDX-License-Identifier: Apache-2.0
// `isthmus release explain side.yaml NAME`: why something of this side went to the partner or did not,
// from the side's own record. Reads only; the node may run meanwhile.

import { instantOf, type ParsedArguments, readArguments } from '../arguments.ts';
import { type Explanation, explain, namesIn, type Question } from '../release/explain.ts';
import { explanationText } from '../release/explain-text.ts';
import { readSideRecord, type SideRecord } from '../release/side-record.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus release explain side.yaml NAME|--entry N|--decision N [--at INSTANT] [--json]';

/** Names told when one is asked for that is not there. */
const NAMES_TOLD = 20;

/** Exit code 1 where log and ledger do not fit, or the log was changed; 2 for what was typed wrongly. */
export async function releaseExplain(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['entry', 'decision', 'at'], flags: ['json'] });
  const [config, name, ...rest] = parsed.positionals;
  if (config === undefined || rest.length > 0) throw new UserError(USAGE);
  const question = questionOf(parsed, name);
  const now = instantOf(parsed.text('at'));
  const record = await readSideRecord(config);
  const found = explain(record, question, now);
  if (found.decisions.length === 0) throw new UserError(unknown(record, question));
  process.stdout.write(parsed.flag('json') ? `${JSON.stringify(found)}\n` : explanationText(found));
  return isSound(found) ? 0 : 1;
}

function isSound({ decisions, brokenAt }: Explanation): boolean {
  return brokenAt === null && decisions.every(({ entry }) => entry?.holds !== false);
}

function questionOf(parsed: ParsedArguments, name: string | undefined): Question {
  const whole = { fallback: -1, minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const entry = parsed.integer('entry', whole);
  const ordinal = parsed.integer('decision', whole);
  const asked: Question[] = [
    ...(name === undefined ? [] : [{ by: 'name', name } as const]),
    ...(entry < 0 ? [] : [{ by: 'entry', entry } as const]),
    ...(ordinal < 0 ? [] : [{ by: 'decision', ordinal } as const]),
  ];
  const [one, ...others] = asked;
  if (one === undefined || others.length > 0) throw new UserError(USAGE);
  return one;
}

function unknown(record: SideRecord, question: Question): string {
  const { entries, decisions } = record;
  if (question.by === 'entry') {
    return question.entry < entries.length
      ? `the decision log says nothing of entry ${question.entry}`
      : `there is no entry ${question.entry}; the ledger has ${entries.length}, from 0`;
  }
  if (question.by === 'decision') {
    const end = decisions.first + decisions.lines.length - 1;
    return `there is no decision ${question.ordinal}; the log has ${decisions.first} to ${end}`;
  }
  const names = namesIn(record);
  const told = names.slice(0, NAMES_TOLD).join(', ');
  const more = names.length > NAMES_TOLD ? ` and ${names.length - NAMES_TOLD} more` : '';
  return `nothing of ${question.name} was released or withheld: the log names ${told}${more}. What waits for its tick, its looks or its agreed delay is not decided yet`;
}
