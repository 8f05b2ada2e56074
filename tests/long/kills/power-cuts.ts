// SPDX-License-Identifier: Apache-2.0
// Power cuts on the simulated disk. One run has several, the first before a chosen storage operation,
// the next ones soon after, so that recoveries are cut too. Of bytes not synced the disk keeps some,
// loses some and tears some; one side loses its power, or both.

import { createRandom, type Random } from '@isthmus/earth';
import { createMemoryStorage, type MemoryStorage, type Storage } from '@isthmus/ledger';
import { encodeText } from '@isthmus/seal';
import { partnerOf, type SideName } from './keys.ts';
import { Broken, isLostDisk, runPair } from './pair.ts';
import { Witness } from './witness.ts';

const TURNS = 6;
const BURST = 3;
const CUTS_A_RUN = 4;

/** How many cuts came, by the operation they came before. */
export type CutCounts = Record<string, number>;

class Plant {
  readonly random: Random;
  readonly cuts: CutCounts = {};
  readonly disks: Readonly<Record<SideName, MemoryStorage>>;
  operations = 0;
  left: number;
  #next: number;

  constructor(seed: string, cuts: number, first: number) {
    this.random = createRandom(seed);
    this.left = cuts;
    this.#next = first;
    const disk = (side: SideName): MemoryStorage =>
      createMemoryStorage({
        intercept: (operation, path) => this.#before(side, `${operation} ${path}`),
      });
    this.disks = { west: disk('west'), east: disk('east') };
  }

  #before(side: SideName, operation: string): void {
    this.operations += 1;
    if (this.left === 0 || this.operations <= this.#next) return;
    this.left -= 1;
    this.#next = this.operations + this.random.integer(60);
    this.cuts[operation] = (this.cuts[operation] ?? 0) + 1;
    this.disks[side].crash(this.random);
    if (this.random.chance(1, 3)) this.disks[partnerOf(side)].crash(this.random);
  }
}

/** One run from empty disks to an orderly end, with its checks. Throws what does not hold. */
async function run(
  seed: string,
  faults: { readonly cuts: number; readonly first: number },
  seenAs: (storage: Storage) => Storage = (storage) => storage,
): Promise<Plant> {
  const { cuts, first } = faults;
  const plant = new Plant(seed, cuts, first);
  const witness = new Witness();
  let salts = 0;
  const salt = (): Uint8Array => {
    salts += 1;
    return encodeText(String(salts).padStart(16, '0'));
  };
  for (let attempt = 0; attempt <= cuts; attempt += 1) {
    const before = plant.left;
    const { random, disks } = plant;
    const storages = { west: seenAs(disks.west.session()), east: seenAs(disks.east.session()) };
    const goesOn = (turns: number): boolean => turns < TURNS;
    try {
      const say = witness.hear.bind(witness);
      await runPair({ storages, burst: BURST, random, salt, say, goesOn });
    } catch (error) {
      if (plant.left === before || !isLostDisk(error)) throw error;
      continue;
    }
    if (plant.left === before) break;
  }
  plant.left = 0;
  await witness.checkAll(plant.disks, BURST);
  if (witness.acknowledged === 0) throw new Broken('nothing was ever acknowledged');
  return plant;
}

/**
 * At least `count` power cuts, every operation of a run in turn.
 *
 * @throws Error that names the seed, the run and the command that shows it again.
 */
export async function powerCuts(options: {
  readonly seed: number;
  readonly count: number;
  /** The run to begin with: that of a failure, to see it again. */
  readonly from?: number;
  readonly onProgress?: (done: number) => void;
  /** What the writers see of a disk: for a test that this trial finds a disk that lies. */
  readonly seenAs?: (storage: Storage) => Storage;
}): Promise<{ readonly cuts: number; readonly runs: number; readonly before: CutCounts }> {
  const { operations } = await run(`${options.seed}`, { cuts: 0, first: 0 });
  const before: CutCounts = {};
  let cuts = 0;
  let n = options.from ?? 0;
  const first = n;
  while (cuts < options.count) {
    let plant: Plant;
    try {
      const faults = { cuts: CUTS_A_RUN, first: n % operations };
      plant = await run(`${options.seed}/${n}`, faults, options.seenAs);
    } catch (cause) {
      const again = `npm run long -- kills --kills 0 --power-cuts 1 --seed ${options.seed} --from ${n}`;
      throw new Error(`power cuts, run ${n}: ${String(cause)}\nagain: ${again}`, { cause });
    }
    for (const [name, times] of Object.entries(plant.cuts)) {
      before[name] = (before[name] ?? 0) + times;
      cuts += times;
    }
    n += 1;
    options.onProgress?.(cuts);
  }
  return { cuts, runs: n - first, before };
}
