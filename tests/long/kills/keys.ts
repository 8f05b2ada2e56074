// SPDX-License-Identifier: Apache-2.0
// The two sides of the trials, with keys that every process makes alike, and what they record.

import { createRandom, instantFromIso } from '@isthmus/earth';
import { createMemory, decide, parseAgreement, type Terms } from '@isthmus/release';
import { keyPairFromSeed, type NoteSigner, noteSigner, sha256 } from '@isthmus/seal';
import { type Encoded, encode } from '@isthmus/wire';

export const SIDES = ['west', 'east'] as const;
export type SideName = (typeof SIDES)[number];

export function partnerOf(side: SideName): SideName {
  return side === 'west' ? 'east' : 'west';
}

function signerOf(purpose: 'ledger' | 'cosign', side: SideName): NoteSigner {
  const name = `${side}.example/isthmus/exercise/${purpose}/${partnerOf(side)}`;
  const seed = sha256(new TextEncoder().encode(`long ${side} ${purpose}`));
  return noteSigner(name, keyPairFromSeed(seed), purpose === 'cosign' ? 4 : 1);
}

export const LEDGER_KEYS = { west: signerOf('ledger', 'west'), east: signerOf('ledger', 'east') };
export const COSIGN_KEYS = { west: signerOf('cosign', 'west'), east: signerOf('cosign', 'east') };

const NOW = instantFromIso('2012-06-01T12:00:00Z');

const AGREEMENT = parseAgreement({
  name: 'long',
  version: 1,
  parties: [...SIDES],
  mode: 'exercise',
  validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
  onwardRelease: 'never',
  clauses: SIDES.map((side) => ({
    id: `${side}-launches`,
    from: side,
    to: partnerOf(side),
    category: 'launch',
    level: 'report',
    tickS: 1,
    gridKm: { report: 10, track: 0 },
    delayS: 0,
  })),
});

/** The item of a side at an index of its ledger: let go by the gate, the same at every call. */
export function itemOf(side: SideName, index: number): Encoded {
  const terms: Terms = {
    agreement: AGREEMENT,
    from: side,
    to: partnerOf(side),
    agreementHash: '5a'.repeat(32),
    identify: () => '00'.repeat(16),
  };
  const draft = {
    item: { kind: 'test', serial: index },
    category: 'launch',
    region: null,
    current: null,
    mode: 'exercise',
  } as const;
  const decision = decide(createMemory(), draft, terms, NOW);
  if (decision.outcome !== 'release') throw new TypeError(`the gate said ${decision.outcome}`);
  return encode(decision.released);
}

/** How many items the turn of a side orders: a function of nothing else, so that replay agrees. */
export function orderedIn(side: SideName, turn: number, burst: number): number {
  const random = createRandom(`${side}/${turn}`);
  return random.chance(1, 3) ? 0 : 1 + random.integer(burst);
}
