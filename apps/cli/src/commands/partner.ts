// SPDX-License-Identifier: Apache-2.0
// `isthmus partner suspend|resume side.yaml --officer NAME --reason TEXT`: cuts the link of a running
// node, or lets it come up again. Who the officer is, the machine's operator answers for.

import { type PartnerAct, parseSide } from '@isthmus/node';
import { encodeHex, randomBytes } from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
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
  const side = { config, document, isJson: parsed.flag('json') };
  return giveAct(act, side, { cannot: `${verb} its partner`, lookAt: 'isthmus status' });
}
