// SPDX-License-Identifier: Apache-2.0
export {
  createMemoryNetwork,
  type Direction,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type NetworkStep,
} from './memory-network.ts';
