// SPDX-License-Identifier: Apache-2.0
// `isthmus partner suspend|resume side.yaml --officer NAME --reason TEXT`: cuts the link of a node, or
// lets it come up again. A node that does not run comes up suspended. Who the officer is, the machine's operator answers for.

import { dirname, resolve } from 'node:path';
import { type PartnerAct, parseSide, type SideDocument } from '@isthmus/node';
import { encodeHex, randomBytes } from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { leaveSuspension, leftSuspension } from '../side/act-files.ts';
import { isLocked } from '../side/folder-lock.ts';
import { giveAct, requireOfficer } from '../side/give-act.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus partner suspend|resume side.yaml --officer NAME --reason TEXT [--json]';

/** Exit code 0: done. 1: refused, as where it is suspended already. 2: wrongly typed. */
export async function partner(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['officer', 'reason'], flags: ['json'] });
  const [verb, config, ...rest] = parsed.positionals;
  const { officer, reason } = { officer: parsed.text('officer'), reason: parsed.text('reason') };
  if (config === undefined || rest.length > 0 || officer === undefined || reason === undefined) {
    throw new UserError(USAGE);
  }
  if (verb !== 'suspend' && verb !== 'resume') throw new UserError(USAGE);
  const document = await loadDocument(config, parseSide);
  requireOfficer(officer, document);
  const id = encodeHex(randomBytes(16));
  const act: PartnerAct = { kind: `${verb}-partner`, id, officer, reason };
  const data = resolve(dirname(config), document.data);
  if (act.kind === 'suspend-partner' && !(await isLocked(data))) {
    return leave(data, { act, document, isJson: parsed.flag('json') });
  }
  const side = { config, document, isJson: parsed.flag('json') };
  return giveAct(act, side, { cannot: `${verb} its partner`, lookAt: 'isthmus status' });
}

async function leave(
  data: string,
  {
    act,
    document: { side, partner: suspended, officers = [] },
    isJson,
  }: { readonly act: PartnerAct; readonly document: SideDocument; readonly isJson: boolean },
): Promise<number> {
  const left = await leftSuspension(data, officers);
  if (left === null) await leaveSuspension(data, act);
  const says =
    left === null
      ? `No node runs ${side}. It will start with ${suspended} suspended, by ${act.officer}, and have no link until an officer resumes it.`
      : `No node runs ${side}, and ${left.officer} has ordered already that it starts with ${suspended} suspended.`;
  const outcome = left === null ? 'done' : 'refused';
  const answer = { outcome, says, officers: [act.officer] };
  process.stdout.write(isJson ? `${JSON.stringify(answer)}\n` : `${says}\n`);
  return left === null ? 0 : 1;
}
