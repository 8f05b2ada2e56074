// SPDX-License-Identifier: Apache-2.0
// `isthmus release preview AGREEMENT [--proposed OTHER]`: what of recorded data, or of an exercise, would
// go under these terms, side by side. Reads and computes only; nothing is released.

import { addSeconds, type Instant, isoFromInstant, secondsBetween } from '@isthmus/earth';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { identifierMaker, readJournal, type StepTerms, sensorsOf, type Turn } from '@isthmus/node';
import type { Plot, SensorReport } from '@isthmus/picture';
import type { Agreement } from '@isthmus/release';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { type ParsedArguments, readArguments } from '../arguments.ts';
import { prepareRun, readRun } from '../demo/prepare.ts';
import { policyReader } from '../policy-file.ts';
import { type PreviewData, preview } from '../release/preview.ts';
import { previewText } from '../release/preview-text.ts';
import { documentFile } from '../repository.ts';
import { isLocked } from '../side/folder-lock.ts';
import { readPublicSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus release preview AGREEMENT [--proposed OTHER] --config side.yaml [--json]
       isthmus release preview AGREEMENT [--proposed OTHER] --scenario NAME --side NAME [--seed N] [--json]`;

export async function releasePreview(args: readonly string[]): Promise<number> {
  const texts = ['proposed', 'config', 'scenario', 'side', 'seed'];
  const parsed = readArguments(args, { texts, flags: ['json'] });
  const [today, ...rest] = parsed.positionals;
  if (today === undefined || rest.length > 0) throw new UserError(USAGE);
  const proposed = parsed.text('proposed');
  const names = proposed === undefined ? [today] : [today, proposed];
  const files = names.map((name) => documentFile('agreements', name));
  const agreements = await Promise.all(files.map(loadAgreement));
  const { data, mode, marking } = await dataOf(parsed);
  const judged = agreements.map(async (agreement, i) => {
    checkFits(agreement, { ...data, mode, file: files[i] ?? '' });
    return preview(data, await termsOf(agreement, data, marking));
  });
  const previews = await Promise.all(judged);
  const [from, until] = [data.turns[0]?.at, data.turns.at(-1)?.at].map((at) =>
    at === undefined ? '' : isoFromInstant(at),
  );
  const of = { side: data.side, partner: data.partner, from: from ?? '', until: until ?? '' };
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ ...of, terms: previews })}\n`
      : previewText(of, previews),
  );
  return 0;
}

interface Recorded {
  readonly data: PreviewData;
  readonly mode: Agreement['mode'];
  readonly marking: StepTerms['marking'];
}

async function dataOf(parsed: ParsedArguments): Promise<Recorded> {
  const [config, scenario, side] = ['config', 'scenario', 'side'].map((name) => parsed.text(name));
  const seed = parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 2 ** 31 - 1 });
  if (config !== undefined && scenario === undefined && side === undefined) {
    return recorded(config);
  }
  if (config !== undefined || scenario === undefined || side === undefined) {
    throw new UserError(USAGE);
  }
  return exercised(scenario, side, seed);
}

/** The turns of a side's journal, as it took them; by whichever build, since nothing must come out the same. */
async function recorded(config: string): Promise<Recorded> {
  const { document, data: folder } = await readPublicSide(config);
  if (await isLocked(folder)) {
    throw new UserError(`${folder}: a node runs this side; preview a copy of its folder`);
  }
  const storage = createFileStorage(folder);
  const journal = await readJournal(storage, document.side);
  await storage.close();
  if (journal === null) {
    throw new UserError(`${folder}: there is no journal; this side has taken no turn yet`);
  }
  const { turns, first } = journal;
  if (first > 0) {
    throw new UserError(
      `${folder}: this journal begins with turn ${first}; the turns before stand in journal-0 and so on, written by another build`,
    );
  }
  const { side, partner, mode, marking } = document;
  return { data: { side, partner, sensors: sensorsOf(document), turns }, mode, marking };
}

/** The own turns of one side in a scenario, a second each, with a partner that says nothing. */
async function exercised(scenario: string, name: string, seed: number): Promise<Recorded> {
  const run = prepareRun(await readRun({ scenario }), seed);
  const own = run.sides.find((side) => side.name === name);
  const other = run.sides.find((side) => side.name !== name);
  if (own === undefined || other === undefined) {
    const known = run.sides.map((side) => side.name).join(', ');
    throw new UserError(`--side takes one of ${known}, the sides of the scenario, not "${name}"`);
  }
  const seconds = Math.ceil(secondsBetween(run.firstTick, run.lastTick));
  let taken = 0;
  const turns = Array.from({ length: seconds + 1 }, (_, second): Turn => {
    const at = addSeconds(run.firstTick, second);
    const from = taken;
    while (isDue(own.feed[taken], at)) taken += 1;
    const fed = own.feed.slice(from, taken);
    const plots = fed.filter((one) => one.kind !== 'state');
    const sensors = fed.filter((one) => one.kind === 'state');
    const link = { up: true, heard: at, configured: true };
    return { at, plots, sensors, entries: [], link, recording: true };
  });
  const data = { side: name, partner: other.name, sensors: own.sensors, turns };
  return { data, mode: run.agreement.mode, marking: undefined };
}

function isDue(fed: Plot | SensorReport | undefined, at: Instant): boolean {
  return fed !== undefined && fed.arrival <= at;
}

function checkFits(
  { parties, mode }: Agreement,
  of: {
    readonly side: string;
    readonly partner: string;
    readonly mode: string;
    readonly file: string;
  },
): void {
  if (![of.side, of.partner].every((party) => parties.includes(party))) {
    throw new UserError(
      `${of.file}: is between ${parties.join(' and ')}; the data are of ${of.side} with ${of.partner}`,
    );
  }
  if (mode !== of.mode) {
    throw new UserError(`${of.file}: is for ${mode}, the data are ${of.mode}: they never mix`);
  }
}

/** Names are made with a key that is nobody's: what is counted here never leaves. */
async function termsOf(
  agreement: Agreement,
  { side, partner }: PreviewData,
  marking: StepTerms['marking'],
): Promise<StepTerms> {
  const agreementHash = agreementHashOf(agreement);
  const identify = identifierMaker(new Uint8Array(32), agreementHash);
  return {
    terms: { agreement, from: side, to: partner, agreementHash, identify },
    readPolicy: await policyReader(agreement),
    ...(marking === undefined ? {} : { marking }),
  };
}
