// SPDX-License-Identifier: Apache-2.0
// One worker of `bench/disclosure.ts`: the meter for one side of a scenario, the whole curve on the
// first seed and the attacks alone on the others; one line of JSON a seed.

import { prepareRun, readRun } from '../apps/cli/src/demo/prepare.ts';
import { type MeasuredTerms, meter } from '../apps/cli/src/disclosure/measure.ts';

const [scenario = 'black-sea', from = 'west', seeds = '1'] = process.argv.slice(2);
const documents = await readRun({ scenario });
for (let seed = 1; seed <= Number(seeds); seed += 1) {
  const metered = meter(prepareRun(documents, seed), {
    from,
    criterion: { limitKm: 100 },
    worthOf: seed === 1 ? 'all' : 'nothing',
  });
  const { alone, recommended } = metered;
  const terms = metered.terms.map(termsLine);
  process.stdout.write(`${JSON.stringify({ seed, alone: alone?.tUseful, recommended, terms })}\n`);
}

/** One member of the family: the nearest place, with what its attack states, and what it is worth. */
function termsLine({ name, released, verdicts, located, worth }: MeasuredTerms) {
  const places = verdicts.filter(({ unit, error }) => unit === 'km' && error !== null);
  const nearest = places
    .filter(({ attack }) => attack.startsWith('site'))
    .sort((a, b) => (a.error ?? 0) - (b.error ?? 0))[0];
  return {
    name,
    released,
    attack: nearest?.attack ?? null,
    radar: nearest?.sensor ?? null,
    errorKm: nearest?.error ?? null,
    statedKm: nearest?.stated ?? null,
    located,
    revealed: verdicts.filter(({ revealed }) => revealed).map(({ attack }) => attack),
    ...(worth === undefined
      ? {}
      : { tUseful: worth.tUseful, area420Km2: worth.impact['420']?.area90Km2 ?? null }),
  };
}
