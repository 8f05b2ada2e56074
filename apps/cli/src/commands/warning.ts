// SPDX-License-Identifier: Apache-2.0
// `isthmus warning cancel|confirm|note --config side.yaml --warning ID --officer NAME …`: what an
// officer does to a warning of a running node. Who the officer is, the machine's operator answers for.
// `history` shows what was done, from the journal of a stopped one.

import { parseSide, type SideDocument } from '@isthmus/node';
import type { CancelReason, ConfirmReason, OfficerAct } from '@isthmus/picture';
import { encodeHex, randomBytes } from '@isthmus/seal';
import { CANCEL_REASONS, CONFIRM_REASONS } from '@isthmus/warning';
import { type ParsedArguments, readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { giveAct, requireOfficer } from '../side/give-act.ts';
import { UserError } from '../user-error.ts';
import { warningHistory } from './warning-history.ts';

const USAGE = `usage: isthmus warning cancel --config side.yaml --warning ID --officer NAME --reason ${CANCEL_REASONS.join('|')}
       isthmus warning confirm --config side.yaml --warning ID --officer NAME --reason ${CONFIRM_REASONS.join('|')}
       isthmus warning note --config side.yaml --warning ID --officer NAME --text TEXT
       isthmus warning history --config side.yaml [--warning ID]`;

/** Exit code 0: done, or asked and waiting for a second officer. 1: refused. 2: wrongly typed. */
export async function warning(args: readonly string[]): Promise<number> {
  const texts = ['config', 'warning', 'officer', 'reason', 'text'];
  const parsed = readArguments(args, { texts, flags: ['json'] });
  const config = parsed.text('config');
  if (config === undefined) throw new UserError(USAGE);
  if (parsed.positionals[0] === 'history') {
    if (parsed.positionals.length > 1) throw new UserError(USAGE);
    const options = { only: parsed.text('warning'), isJson: parsed.flag('json') };
    return warningHistory(config, options);
  }
  const document = await loadDocument(config, parseSide);
  const act = actOf(parsed, document);
  const side = { config, document, isJson: parsed.flag('json') };
  return giveAct(act, side, { cannot: 'act on its warnings', lookAt: 'the warning' });
}

function actOf(parsed: ParsedArguments, document: SideDocument): OfficerAct {
  const [kind, ...rest] = parsed.positionals;
  const [id, officer] = [parsed.text('warning'), parsed.text('officer')];
  if (rest.length > 0 || id === undefined || officer === undefined) throw new UserError(USAGE);
  if (!/^(own|system)-\d{1,12}$/.test(id)) {
    throw new UserError(`a warning is named as the console names it, such as own-1, not "${id}"`);
  }
  requireOfficer(officer, document);
  const common = { id: encodeHex(randomBytes(16)), warning: id, officer };
  const { reason, text } = { reason: parsed.text('reason'), text: parsed.text('text') };
  if (kind === 'cancel' && text === undefined) {
    return { kind, ...common, reason: reasonOf<CancelReason>(reason, CANCEL_REASONS) };
  }
  if (kind === 'confirm' && text === undefined) {
    return { kind, ...common, reason: reasonOf<ConfirmReason>(reason, CONFIRM_REASONS) };
  }
  if (kind === 'note' && text !== undefined && reason === undefined) {
    return { kind, ...common, text };
  }
  throw new UserError(USAGE);
}

function reasonOf<Reason extends string>(
  given: string | undefined,
  reasons: readonly Reason[],
): Reason {
  const found = reasons.find((reason) => reason === given);
  if (found !== undefined) return found;
  const wrong = given === undefined ? 'a reason is needed' : `there is no reason "${given}"`;
  throw new UserError(`${wrong}; there are ${reasons.join(', ')}`);
}
