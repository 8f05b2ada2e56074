// SPDX-License-Identifier: Apache-2.0
// `isthmus policy test`: a side's own policy and the tests beside it. `propose` and `approve`: how two
// officers change the policy of a running node. Who the officer is, the machine's operator answers for.

import { dirname, resolve } from 'node:path';
import { type PolicyAct, parseSide, policyVersionOf, type SideDocument } from '@isthmus/node';
import type { Agreement } from '@isthmus/release';
import { encodeHex, randomBytes } from '@isthmus/seal';
import { loadAgreement } from '../agreement-file.ts';
import { instantOf, type ParsedArguments, readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { policyReader, readPolicyAt } from '../policy-file.ts';
import { runPolicyTests } from '../policy-tests.ts';
import { giveAct, requireOfficer } from '../side/give-act.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus policy test side.yaml [--json]
       isthmus policy test POLICY --agreement FILE --side NAME [--json]
       isthmus policy propose side.yaml --policy POLICY --from INSTANT --officer NAME [--json]
       isthmus policy approve side.yaml --version HASH --officer NAME [--json]`;

/** Exit code 0: done, or proposed and waiting for a second officer. 1: a test failed, or refused. */
export async function policy(args: readonly string[]): Promise<number> {
  const texts = ['agreement', 'side', 'policy', 'from', 'officer', 'version'];
  const parsed = readArguments(args, { texts, flags: ['json'] });
  const [verb, target, ...rest] = parsed.positionals;
  if (target === undefined || rest.length > 0) throw new UserError(USAGE);
  if (verb === 'test') return test(target, parsed);
  if (verb !== 'propose' && verb !== 'approve') throw new UserError(USAGE);
  const document = await loadDocument(target, parseSide);
  const act = await actOf(verb, parsed, { document, config: target });
  const side = { config: target, document, isJson: parsed.flag('json') };
  return giveAct(act, side, { cannot: 'change its policy', lookAt: 'the decision log' });
}

async function test(target: string, parsed: ParsedArguments): Promise<number> {
  const at = await scopeOf(target, parsed);
  const results = await runPolicyTests(at);
  const failed = results.tests.filter(({ ok }) => !ok);
  if (parsed.flag('json')) {
    process.stdout.write(`${JSON.stringify(results)}\n`);
  } else {
    for (const { name, line, says } of failed) {
      process.stdout.write(`${results.file}:${line}: ${name}: ${says}\n`);
    }
    const count = results.tests.length;
    const beside =
      results.file === null
        ? 'no tests.yaml beside it'
        : `${count - failed.length} of ${count} tests hold`;
    process.stdout.write(
      `${at.path}: policy ${results.version}, ${results.policies} files; ${beside}\n`,
    );
  }
  return failed.length === 0 ? 0 : 1;
}

async function scopeOf(
  target: string,
  parsed: ParsedArguments,
): Promise<{ readonly path: string; readonly agreement: Agreement; readonly side: string }> {
  const [file, side] = [parsed.text('agreement'), parsed.text('side')];
  if (file !== undefined && side !== undefined) {
    const agreement = await loadAgreement(file);
    if (!agreement.parties.includes(side)) {
      throw new UserError(
        `--side takes one of ${agreement.parties.join(', ')}, the parties of ${file}, not "${side}"`,
      );
    }
    return { path: target, agreement, side };
  }
  if (file !== undefined || side !== undefined) throw new UserError(USAGE);
  const document = await loadDocument(target, parseSide);
  const folder = dirname(resolve(target));
  if (document.policy === undefined) {
    throw new UserError(`${target}: it names no policy; the agreement alone decides`);
  }
  const agreement = await loadAgreement(resolve(folder, document.agreement));
  return { path: resolve(folder, document.policy), agreement, side: document.side };
}

async function actOf(
  verb: 'propose' | 'approve',
  parsed: ParsedArguments,
  { document, config }: { readonly document: SideDocument; readonly config: string },
): Promise<PolicyAct> {
  const [officer, path] = [parsed.text('officer'), parsed.text('policy')];
  const [from, version] = [parsed.text('from'), parsed.text('version')];
  if (officer === undefined) throw new UserError(USAGE);
  requireOfficer(officer, document);
  const id = encodeHex(randomBytes(16));
  if (verb === 'approve') {
    if (version === undefined || path !== undefined || from !== undefined)
      throw new UserError(USAGE);
    if (!/^[0-9a-f]{64}$/.test(version)) {
      throw new UserError(
        `--version takes the 64 digits that policy propose says, not "${version}"`,
      );
    }
    return { kind: 'approve-policy', id, officer, version };
  }
  if (path === undefined || from === undefined || version !== undefined) throw new UserError(USAGE);
  const agreement = await loadAgreement(resolve(dirname(config), document.agreement));
  const source = await readPolicyAt(path, await policyReader(agreement));
  process.stderr.write(`Policy ${policyVersionOf(source)}\n`);
  return { kind: 'propose-policy', id, officer, from: instantOf(from, 'from'), policy: source };
}
