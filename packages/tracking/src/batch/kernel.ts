// SPDX-License-Identifier: Apache-2.0
// The kernels of a batch: the vector one, a WebAssembly module that takes two tracks at a time, and
// the plain one in JavaScript, which defines it and is what a test holds it to.

import { kernelBase64 } from './kernel-wasm.ts';
import { engine, type Store } from './layout.ts';
import { predictPlain, updatePlain } from './plain.ts';

export type KernelName = 'vector' | 'plain';

/** What is done to every track of a store; the parameters in the store say by how much. */
export interface Kernel {
  readonly predict: () => void;
  readonly update: () => void;
  /** Both, with each track going through memory once. */
  readonly advance: () => void;
}

type Pass = (rowsByte: number, strideBytes: number, pairs: number) => void;

let compiled: object | null = null;

export function kernelOf(store: Store, name: KernelName): Kernel {
  if (name === 'plain') {
    return {
      predict: () => predictPlain(store),
      update: () => updatePlain(store),
      advance: () => {
        predictPlain(store);
        updatePlain(store);
      },
    };
  }
  compiled ??= new engine.Module(Uint8Array.from(atob(kernelBase64), (c) => c.charCodeAt(0)));
  const instance = new engine.Instance(compiled, { env: { memory: store.memory } });
  const run = (pass: string): (() => void) => {
    const call = instance.exports[pass] as Pass;
    const [bytes, pairs] = [store.stride * 8, store.computed / 2];
    return () => call(store.rowsByte, bytes, pairs);
  };
  return { predict: run('predict'), update: run('update'), advance: run('advance') };
}
