// SPDX-License-Identifier: Apache-2.0
// How fast this machine is, so that two results can be compared: a fixed loop of floating-point
// work, the median of five, in millions of steps a second.

export interface MachineProbe {
  readonly node: string;
  readonly cpus: number;
  readonly millionStepsPerS: number;
}

const STEPS = 4_000_000;

export function probeMachine(cpus: number): MachineProbe {
  const rates: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    let x = 0.5;
    for (let i = 0; i < STEPS; i += 1) x = Math.sqrt(x * 1.7 + 0.3) - 0.2 * x;
    const seconds = (performance.now() - began) / 1000;
    if (x > 0) rates.push(STEPS / seconds / 1e6);
  }
  rates.sort((a, b) => a - b);
  const median = rates[2] ?? 0;
  return { node: process.versions.node, cpus, millionStepsPerS: Math.round(median) };
}
