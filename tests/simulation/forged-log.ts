// SPDX-License-Identifier: Apache-2.0
// The log of a partner that lies: real entries, and others it makes up, under its real key. Its
// tree is computed here and not by the ledger's code, so that it can sign what no ledger would.

import { createHash } from 'node:crypto';
import type { Instant, Random } from '@isthmus/earth';
import { leafHash } from '@isthmus/ledger';
import type { Estimate, Item } from '@isthmus/picture';
import type { Released } from '@isthmus/release';
import type { NoteKey } from '@isthmus/seal';
import { encode } from '@isthmus/wire';
import { forgedCheckpoint } from './liar-keys.ts';

/** The Merkle root of RFC 6962 section 2.1, as it is defined there. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return createHash('sha256')
    .update(new Uint8Array([1]))
    .update(rootOf(leaves.slice(0, half)))
    .update(rootOf(leaves.slice(half)))
    .digest();
}

export class ForgedLog {
  readonly signer: NoteKey;
  readonly entries: Uint8Array[];
  readonly #leaves: Uint8Array[];

  constructor(signer: NoteKey, entries: readonly Uint8Array[]) {
    this.signer = signer;
    this.entries = [...entries];
    this.#leaves = this.entries.map((entry) => leafHash(entry));
  }

  get size(): number {
    return this.entries.length;
  }

  add(entry: Uint8Array): void {
    this.entries.push(entry);
    this.#leaves.push(leafHash(entry));
  }

  /** The honest checkpoint of the first `size` entries, or one with `root` in place of the true. */
  checkpoint(size: number, root = rootOf(this.#leaves.slice(0, size))): string {
    return forgedCheckpoint(this.signer, { size, root });
  }
}

/** Terms under which something is said to have been released. */
export interface Said {
  readonly agreementHash: string;
  readonly clause: string;
  readonly at: Instant;
}

/** An entry that holds an item no gate ever saw. */
export function forgedEntry(item: Item, said: Said, random: Random): Uint8Array {
  // Where a partner's own node would ask its gate, a liar writes what it likes.
  const isCoverage = item.kind === 'coverage-report' && random.chance(3, 4);
  const clause = isCoverage ? said.clause.replace('launches', 'coverage') : said.clause;
  const released = { ...said, clause, item } as unknown as Released;
  const { bytes } = encode(released);
  return new Uint8Array([...randomBytes(random, 16), ...bytes]);
}

export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

function identifier(random: Random): string {
  return Buffer.from(randomBytes(random, 16)).toString('hex');
}

/** Some identifiers are used again and again: withdrawn, dropped and issued anew. */
function someIdentifier(random: Random): string {
  return random.chance(1, 2) ? String(random.integer(4)).padStart(32, '0') : identifier(random);
}

/** An item that claims what cannot be, or what would look like a raid. */
export function spoofedItem(random: Random, at: Instant): Item {
  const names = { track: someIdentifier(random), event: someIdentifier(random) };
  switch (random.integer(7)) {
    case 6:
      return coverageOf(random, at);
    case 0:
      return { kind: 'drop', ...names, reason: 'lost' };
    case 1:
      return { kind: 'withdrawal', event: names.event, reason: 'false' };
    case 2:
      return reportOf(random, names.event, at);
    case 3: {
      const estimate = estimateOf(random, at);
      const base = (estimate.time - 1 - random.integer(1e9)) as Instant;
      const epoch = random.integer(3);
      return { kind: 'tracklet', ...names, ...claims(random), epoch, base, estimate };
    }
    default:
      return {
        kind: 'rebase',
        ...names,
        ...claims(random),
        epoch: random.integer(3),
        estimate: estimateOf(random, at),
      };
  }
}

/** Sure that nothing flew, a minute ago or for ever; now and then of what has yet to pass. */
function coverageOf(random: Random, at: Instant): Item {
  const until = (Math.floor(at / 60e6) - random.integer(3) + 1) * 60e6;
  return {
    kind: 'coverage-report',
    objectClass: 'medium-range',
    from: (random.chance(1, 4) ? 0 : until - 60e6) as Instant,
    until: until as Instant,
    state: 'nothing-seen',
    leastHeightM: 0,
    detectionProbability: 0.99,
  };
}

function claims(random: Random) {
  return {
    source: random.chance(1, 2) ? ('radar' as const) : ('infrared' as const),
    phase: (['boost', 'coast', 'reentry', 'orbit', 'air'] as const)[random.integer(5)] ?? 'coast',
    looks: random.integer(1000),
  };
}

/** Anywhere from inside the Earth to far above it, at up to 20 km/s, often claimed to be exact. */
function estimateOf(random: Random, at: Instant): Estimate {
  const height = [6.0e6, 6.5e6, 6.9e6, 9.0e7][random.integer(4)] ?? 6.5e6;
  const component = (scale: number): number =>
    Math.round((random.uniform() * 2 - 1) * scale * 500) / 1000;
  const state = [component(height), component(height), component(height)];
  const velocity = [component(2e4), component(2e4), component(2e4)];
  const sigma = [1e-3, 1, 1e4, 1e9][random.integer(4)] ?? 1;
  const covariance: number[] = [];
  for (let row = 0; row < 6; row += 1) {
    for (let column = row; column < 6; column += 1)
      covariance.push(row === column ? sigma ** 2 : 0);
  }
  const skew = random.chance(1, 4) ? (random.integer(7200) - 3600) * 1e6 : 0;
  return { time: (at + skew) as Instant, state: [...state, ...velocity], covariance };
}

function reportOf(random: Random, event: string, at: Instant): Item {
  const area = {
    centre: { latitudeRad: 0.7, longitudeRad: 0.6, heightM: 0 },
    radiusM: 1 + random.integer(1_000_000),
  };
  return {
    kind: 'launch-report',
    event,
    update: 1 + random.integer(5),
    final: random.chance(1, 4),
    launchTime: at,
    launchTimeSigmaS: 1,
    launchArea: area,
    azimuthRad: null,
    azimuthSigmaRad: null,
    objectCountAtLeast: random.integer(10_000),
    impactArea: area,
    impactTime: (at + 60e6) as Instant,
    impactTimeSigmaS: 1,
    sources: ['radar'],
    assessment: 'confirmed',
  };
}
