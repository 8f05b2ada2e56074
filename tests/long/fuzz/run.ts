// SPDX-License-Identifier: Apache-2.0
// Runs a target over inputs of a seed and judges each: a typed refusal or an answer, in bounded time
// and memory, with the globals as they were. What fails is made smaller and told with its command.

import { createRandom, type Random } from '@isthmus/earth';
import { probeMachine } from '../../../bench/probe.ts';
import { Finding, type Target } from './target.ts';

/** Inputs drawn from one stream; an input is found again by running through its block. */
const BLOCK = 1000;
/** Inputs after which a decoder counts as warm. */
const WARM = 2000;
const MS_MAX = 5;
/** Million steps a second of the machine the bounds are for, and how much slower this one is now. */
const STEPS_PER_S = 130;
const slower = (): number => Math.max(1, STEPS_PER_S / probeMachine(1).millionStepsPerS);
/** A collection of garbage, or a cold cache, may fall into one of these rounds. */
const ROUNDS = 3;
/** Systems count a thread's time in steps of up to 4 ms: of so many readings it is told to half of one. */
const READINGS = 8;
const SMALL_BYTES = 65_536;
const HEAP_BYTES_MAX = 512 * 1024 * 1024;
const SHRINK_TRIES = 3000;

export interface FuzzCounts {
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  readonly perS: number;
  /** The slowest input once warm, the best round of some readings, and its number. */
  readonly worstMs: number;
  readonly worstInput: number;
  /** Most that the heap and its buffers grew by, what waits to be collected included. */
  readonly heapMiB: number;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Only this input. */
  readonly only?: number;
  readonly onProgress?: (name: string, done: number) => void;
}

/** Makes one input in `target.oneIn`. Throws an error with the input and the command. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<FuzzCounts> {
  const judge = new Judge(target);
  const inputs = Math.max(1, Math.ceil(options.inputs / target.oneIn));
  const began = performance.now();
  const first = options.only ?? 0;
  const end = options.only === undefined ? inputs : first + 1;
  const { stackTraceLimit } = Error;
  // Where a refusal was made is of interest to nobody, and a tenth of the time.
  if (options.only === undefined) Error.stackTraceLimit = 1;
  let n = first - (first % BLOCK);
  try {
    while (n < end) {
      const random = createRandom(`${options.seed}/${target.name}/${n / BLOCK}`);
      const to = Math.min(end, n + BLOCK);
      for (; n < to; n += 1) {
        const input = target.make(random);
        if (n < first) continue;
        const verdict = judge.read(input, n);
        if (verdict !== undefined) await verdict;
      }
      judge.endOfBlock();
      options.onProgress?.(target.name, n);
    }
  } catch (cause) {
    throw await told({ target, options, n }, cause);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    await target.close?.();
  }
  return judge.counts(performance.now() - began);
}

class Judge {
  readonly #target: Target;
  readonly #globals = globalsNow();
  readonly #heapBefore = heapNow();
  #accepted = 0;
  #refused = 0;
  #worstMs = 0;
  #worstInput = -1;
  #heapMax = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  counts(ms: number): FuzzCounts {
    const inputs = this.#accepted + this.#refused;
    return {
      inputs,
      accepted: this.#accepted,
      refused: this.#refused,
      perS: Math.round((inputs * 1000) / ms),
      worstMs: Math.round(this.#worstMs * 1000) / 1000,
      worstInput: this.#worstInput,
      heapMiB: Math.round(this.#heapMax / 1024 / 1024),
    };
  }

  /** Reads one input; waits only where the target does. */
  read(input: Uint8Array, n: number): Promise<void> | undefined {
    const began = performance.now();
    let answer: boolean | Promise<boolean>;
    try {
      answer = this.#target.read(input);
    } catch (error) {
      answer = this.#refusal(error);
    }
    if (typeof answer !== 'boolean') return this.#wait(answer, { input, n, began });
    this.#count(answer);
    if (this.#isSlow(n, performance.now() - began)) return this.#again(input, n);
    return undefined;
  }

  endOfBlock(): void {
    const now = globalsNow();
    if (now !== this.#globals) throw new Finding('a global was changed in this block of inputs');
    this.#heapMax = Math.max(this.#heapMax, heapNow() - this.#heapBefore);
    if (this.#heapMax > HEAP_BYTES_MAX) throw new Finding('the heap grew beyond its bound');
  }

  #refusal(error: unknown): false {
    if (this.#target.isRefusal(error)) return false;
    throw error;
  }

  async #wait(
    answer: Promise<boolean>,
    at: { readonly input: Uint8Array; readonly n: number; readonly began: number },
  ): Promise<void> {
    this.#count(await answer.catch((error: unknown) => this.#refusal(error)));
    if (this.#isSlow(at.n, performance.now() - at.began)) await this.#again(at.input, at.n);
  }

  #count(accepted: boolean): void {
    if (accepted) this.#accepted += 1;
    else this.#refused += 1;
  }

  #isSlow(n: number, ms: number): boolean {
    return n >= WARM / this.#target.oneIn && ms > this.#worstMs;
  }

  /** Read again by the processor's time, since another process may have had it: the best is the decoder's own. */
  async #again(input: Uint8Array, n: number): Promise<void> {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = processorMs();
      for (let i = 0; i < READINGS; i += 1) {
        try {
          await this.#target.read(input);
        } catch (error) {
          this.#refusal(error);
        }
      }
      best = Math.min(best, (processorMs() - began) / READINGS);
      if (best <= this.#worstMs) return;
    }
    this.#worstMs = best;
    this.#worstInput = n;
    const { msMax = MS_MAX, msMaxPerKib = 0 } = this.#target;
    const most = msMax + (msMaxPerKib * input.length) / 1024;
    // A machine that has other work to do is asked how fast it is just now.
    if (best > most && input.length <= SMALL_BYTES && best > most * slower()) {
      throw new Finding(`took ${best.toFixed(1)} ms for ${input.length} bytes, at most ${most}`);
    }
  }
}

/** What this thread has had of the processor, milliseconds; it stands still while another process runs. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function heapNow(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const SHARED: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  Promise.prototype,
  Map.prototype,
  Uint8Array.prototype,
  Error.prototype,
  JSON,
];

/** Names of all that every piece of code shares; the runtime adds its own lazy ones before. */
function globalsNow(): string {
  return SHARED.map((object) => Reflect.ownKeys(object).map(String).join()).join('|');
}

/** The failure with its input, made smaller, and how to see it again. */
async function told(
  at: { readonly target: Target; readonly options: FuzzOptions; readonly n: number },
  cause: unknown,
): Promise<Error> {
  const { target, options, n } = at;
  const random = createRandom(`${options.seed}/${target.name}/${Math.floor(n / BLOCK)}`);
  const input = nth(target, random, n % BLOCK);
  const small = await shrink(target, input, signatureOf(cause));
  const again = `npm run long -- fuzz --target ${target.name} --seed ${options.seed} --input ${n}`;
  const stack = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const hex = Buffer.from(small.subarray(0, 1024)).toString('hex');
  const text = JSON.stringify(Buffer.from(small.subarray(0, 400)).toString('utf8'));
  return new Error(
    `${target.name}, input ${n} of ${input.length} bytes, smaller ${small.length}: ${stack}\nhex: ${hex}\ntext: ${text}\nagain: ${again}`,
    { cause },
  );
}

function nth(target: Target, random: Random, n: number): Uint8Array {
  let input = target.make(random);
  for (let i = 0; i < n; i += 1) input = target.make(random);
  return input;
}

function signatureOf(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.message.slice(0, 20)}` : String(error);
}

/** Leaves out what can be left out while the failure stays the same. */
async function shrink(target: Target, input: Uint8Array, signature: string): Promise<Uint8Array> {
  const fails = async (bytes: Uint8Array): Promise<boolean> => {
    try {
      await target.read(bytes);
      return false;
    } catch (error) {
      return !target.isRefusal(error) && signatureOf(error) === signature;
    }
  };
  let small = input;
  let tries = 0;
  if (!(await fails(small))) return small;
  for (let size = Math.ceil(small.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < small.length && tries < SHRINK_TRIES; tries += 1) {
      const without = new Uint8Array(
        Buffer.concat([small.subarray(0, at), small.subarray(at + size)]),
      );
      if (await fails(without)) small = without;
      else at += size;
    }
  }
  return small;
}
