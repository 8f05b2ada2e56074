// SPDX-License-Identifier: Apache-2.0
// `isthmus status side.yaml`: how a running node stands. It is asked, and nothing is moved by that.

import { dirname, resolve } from 'node:path';
import { isoFromInstant } from '@isthmus/earth';
import { type NodeStatus, type PartnerAct, parseSide, type SideDocument } from '@isthmus/node';
import type { LinkState } from '@isthmus/picture';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { askStatus, leftSuspension } from '../side/act-files.ts';
import { isLocked } from '../side/folder-lock.ts';
import { ANSWER_MS } from '../side/give-act.ts';
import { UserError } from '../user-error.ts';

/** Exit code 0: it runs, records, and its link is up or suspended. 1: one of these is not so. */
export async function status(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'] });
  const [config, ...rest] = parsed.positionals;
  if (config === undefined || rest.length > 0) {
    throw new UserError('usage: isthmus status side.yaml [--json]');
  }
  const document = await loadDocument(config, parseSide);
  const data = resolve(dirname(config), document.data);
  const found = (await isLocked(data)) ? await askStatus(data, ANSWER_MS) : null;
  const { side, partner, mode, officers = [] } = document;
  const left = found === null ? await leftSuspension(data, officers) : null;
  const ordered = left === null ? null : { officer: left.officer, reason: left.reason };
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ side, partner, mode, node: found, startsSuspended: ordered })}\n`
      : textOf(document, found, ordered),
  );
  if (found === null) return 1;
  return found.recording && (found.link === 'up' || found.link === 'suspended') ? 0 : 1;
}

const LINKS: Record<LinkState, string> = {
  up: 'up',
  degraded: 'degraded: no word for 3 s',
  lost: 'lost: no word for 10 s; own sensors only',
  suspended: 'suspended: own sensors only',
  off: 'not configured',
};

function textOf(
  { side, partner, mode }: SideDocument,
  found: NodeStatus | null,
  ordered: Pick<PartnerAct, 'officer' | 'reason'> | null,
): string {
  if (found === null) {
    const none = `${side}: no node runs, or it does not answer; isthmus doctor says what would hinder it\n`;
    return ordered === null
      ? none
      : `${none}It will start with ${partner} suspended, by ${ordered.officer}: ${ordered.reason}\n`;
  }
  const { at, link, suspension, recording, counts, entries, policy } = found;
  const why =
    suspension === null
      ? ''
      : `, by ${suspension.officer} at ${isoFromInstant(suspension.at)}: ${suspension.reason}`;
  const { released, withheld, received, refused } = counts;
  const rows = [
    ['side', `${side}, ${mode}, last turn ${at === null ? 'none yet' : isoFromInstant(at)}`],
    ['link', `${partner}: ${LINKS[link]}${why}`],
    ['recording', recording ? 'yes' : 'NO: nothing is released; warning goes on'],
    [
      'sent',
      `${released} items; ${withheld} withheld; ${entries.receipted} of ${entries.own} entries signed for by ${partner}`,
    ],
    ['received', `${received} items of ${entries.taken} entries; ${refused} refused`],
    ['policy', policy ?? 'the agreement alone decides'],
  ];
  return rows.map(([name, says]) => `${name?.padEnd(10)} ${says}\n`).join('');
}
