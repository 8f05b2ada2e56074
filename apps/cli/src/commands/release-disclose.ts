// SPDX-License-Identifier: Apache-2.0
// `isthmus release disclose SCENARIO`: what a partner could infer about our sensors from what we
// would release in an exercise. It flies an exercise of our own, never a partner's stream.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { instantFromIso } from '@isthmus/earth';
import { sideNames } from '@isthmus/sim/scenario';
import { readArguments } from '../arguments.ts';
import { type PreparedRun, prepareRun, type RunDocuments, readRun } from '../demo/prepare.ts';
import { type Metered, meter, type WorthOf } from '../disclosure/measure.ts';
import { meteredPicture } from '../disclosure/meter-picture.ts';
import { meteredText } from '../disclosure/meter-text.ts';
import { turnsOf } from '../disclosure/own-course.ts';
import { Progress } from '../progress.ts';
import { commitOf } from '../repository.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus release disclose SCENARIO [--agreement NAME|FILE] [--from SIDE] [--seed N] [--limit KM] [--quick] [--out PICTURE.svg] [--json]';

export async function releaseDisclose(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    flags: ['json', 'quick'],
    texts: ['agreement', 'from', 'seed', 'limit', 'out'],
  });
  const [scenario, ...more] = parsed.positionals;
  if (scenario === undefined || more.length > 0) throw new UserError(USAGE);
  const agreement = parsed.text('agreement');
  const out = parsed.text('out');
  const quick = parsed.flag('quick');
  if (quick && out !== undefined) {
    throw new UserError('--quick flies no partner, so there is no curve for --out to draw');
  }
  if (out !== undefined && !existsSync(dirname(out))) {
    throw new UserError(`--out ${out}: there is no folder ${dirname(out)}`);
  }
  const limitKm = parsed.integer('limit', { fallback: 100, minimum: 1, maximum: 20_000 });
  const seed = parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 2 ** 31 - 1 });
  const documents = await readRun({
    scenario,
    ...(agreement === undefined ? {} : { agreement }),
  });
  const from = sideOf(documents, parsed.text('from'));
  checkTerms(documents);
  const run = prepareRun(documents, seed);
  const worthOf: WorthOf = quick ? 'nothing' : out === undefined ? 'recommended' : 'all';
  const metered = measured(run, { from, limitKm, worthOf });
  if (out !== undefined) await writeFile(out, meteredPicture(metered));
  const about = { scenario: run.name, seed, commit: commitOf(), agreement: run.agreementHash };
  process.stdout.write(
    parsed.flag('json') ? `${JSON.stringify({ ...about, ...metered })}\n` : meteredText(metered),
  );
  return 0;
}

function measured(
  run: PreparedRun,
  asked: { readonly from: string; readonly limitKm: number; readonly worthOf: WorthOf },
): Metered {
  const { from, limitKm, worthOf } = asked;
  const progress = new Progress(process.stderr, turnsOf(run).length);
  try {
    return meter(run, {
      from,
      criterion: { limitKm },
      worthOf,
      onTurn: (done) => progress.tell(done, 'the partner’s side'),
    });
  } finally {
    progress.end();
  }
}

/** Whose sensors it is about: the first side of the scenario unless it is said. */
function sideOf({ scenario, name }: RunDocuments, asked: string | undefined): string {
  const names: readonly string[] = sideNames(scenario);
  const chosen = asked ?? names[0];
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  throw new UserError(`--from ${asked}: the sides of ${name} are ${names.join(' and ')}`);
}

/** An agreement that releases nothing in this exercise would look as if it revealed nothing. */
function checkTerms({ scenario, name, agreement }: RunDocuments): void {
  const sides = sideNames(scenario);
  const where = `agreement ${agreement.name}`;
  if (!sides.every((side) => agreement.parties.includes(side))) {
    throw new UserError(
      `${where}: parties: are ${agreement.parties.join(' and ')}; the sides of ${name} are ${sides.join(' and ')}`,
    );
  }
  if (agreement.mode !== scenario.mode) {
    throw new UserError(
      `${where}: mode: is ${agreement.mode}; ${name} is of ${scenario.mode} data`,
    );
  }
  const { from, until } = agreement.validity;
  const start = instantFromIso(scenario.start);
  if (start < instantFromIso(from) || start >= instantFromIso(until)) {
    throw new UserError(
      `${where}: validity: from ${from} until ${until}; ${name} begins at ${scenario.start}`,
    );
  }
}
