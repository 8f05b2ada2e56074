// SPDX-License-Identifier: Apache-2.0
// Two drivers on a memory network whose steps run when the test says so.

import type { Interceptor } from '@isthmus/ledger';
import {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
} from '../adapters/memory-network.ts';
import { createLinkDriver } from '../driver.ts';
import type { LinkDriver, LinkDriverOptions } from '../driver-options.ts';
import {
  createMemoryStorage,
  openRecords,
  recorder,
  sealsOf,
  second,
  type TestRecords,
  type Told,
  termsOf,
} from './sides.ts';

export interface TestSide extends TestRecords {
  readonly told: Told[];
  readonly driver: LinkDriver;
}

export type Change = Partial<
  Pick<
    LinkDriverOptions,
    | 'terms'
    | 'limits'
    | 'seals'
    | 'holdMarks'
    | 'events'
    | 'transport'
    | 'meter'
    | 'clock'
    | 'mirror'
  >
>;

export interface World {
  readonly net: MemoryNetwork;
  readonly west: TestSide;
  readonly east: TestSide;
  /** Steps of the network that are due, oldest first. */
  readonly steps: (() => void)[];
  /** Runs everything that can happen without another tick. */
  readonly settle: () => Promise<void>;
  /** Ticks both sides, `count` times, and settles after each. */
  readonly tick: (count?: number) => Promise<void>;
}

/**
 * Two sides on a memory network whose steps run when the test says so, in a fixed order. Options made
 * by a function may break the connection: as the next step, like anything a network does.
 */
export async function world(
  network:
    | Partial<MemoryNetworkOptions>
    | ((reset: () => void) => Partial<MemoryNetworkOptions>) = {},
  change: { west?: Change; east?: Change } = {},
  eastDisk?: Interceptor,
): Promise<World> {
  const steps: (() => void)[] = [];
  const given =
    typeof network === 'function' ? network(() => steps.push(() => net.reset())) : network;
  const net = createMemoryNetwork({ schedule: (step) => steps.push(step), ...given });
  const side = async (self: string, partner: string): Promise<TestSide> => {
    const records = await openRecords(
      createMemoryStorage(self === 'east' && eastDisk ? { intercept: eastDisk } : {}),
      self,
      partner,
    );
    const told: Told[] = [];
    return { ...records, told, driver: start(self, partner, { records, told }) };
  };
  const start = (
    self: string,
    partner: string,
    { records, told }: { records: TestRecords; told: Told[] },
  ): LinkDriver =>
    createLinkDriver({
      terms: termsOf(self, partner),
      transport: self === 'west' ? net.dialler : net.listener,
      reader: records.reader,
      mirror: records.mirror,
      seals: sealsOf(self, partner),
      events: recorder(told),
      ...(self === 'west' ? change.west : change.east),
    });
  const west = await side('west', 'east');
  const east = await side('east', 'west');
  /** Runs everything that can happen without another tick. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      await west.driver.idle();
      await east.driver.idle();
      await Promise.resolve();
      const ready = steps.splice(0);
      for (const step of ready) step();
      quiet = ready.length === 0 ? quiet + 1 : 0;
    }
  };
  let now = 0;
  const tick = async (count = 1): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      now += 1;
      west.driver.tick(second(now));
      east.driver.tick(second(now));
      await settle();
    }
  };
  await east.driver.start(second(0));
  await west.driver.start(second(0));
  await settle();
  return { net, west, east, settle, tick, steps };
}
