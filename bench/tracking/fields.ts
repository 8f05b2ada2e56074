// SPDX-License-Identifier: Apache-2.0
// Reads the fields of a parsed document strictly. What is thrown carries the path of the field, from
// which the loader of documents makes file and line.

/** A field is not what was expected; `path` is its JSON pointer. */
class FieldError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'FieldError';
    this.path = path;
  }
}

/** An object of a document and where it stands in it. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #isObject: boolean;

  constructor(value: unknown, path: string) {
    this.#path = path;
    this.#isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.#values = this.#isObject ? (value as Record<string, unknown>) : {};
  }

  names(): string[] {
    this.#expectObject();
    return Object.keys(this.#values);
  }

  /** The object a field holds; that it is one shows when a field of it is read. */
  within(name: string): Fields {
    this.#expectObject();
    const key = name.replaceAll('~', '~0').replaceAll('/', '~1');
    return new Fields(this.#values[name], `${this.#path}/${key}`);
  }

  number(name: string): number {
    const value = this.#value(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.#not(name, 'a number');
    return value;
  }

  positive(name: string): number {
    const value = this.number(name);
    if (!(value > 0)) throw this.#not(name, 'a number above 0');
    return value;
  }

  integer(name: string, minimum: number): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < minimum) {
      throw this.#not(name, `a whole number from ${minimum} on`);
    }
    return value;
  }

  /** The name of a file in the same folder: it does not lead out of it. */
  fileName(name: string): string {
    const value = this.#value(name);
    if (typeof value !== 'string' || !/^[\w][\w.-]*$/.test(value)) {
      throw this.#not(name, 'the name of a file in this folder');
    }
    return value;
  }

  wrong(message: string): Error {
    return new FieldError(this.#path, message);
  }

  #value(name: string): unknown {
    this.#expectObject();
    return this.#values[name];
  }

  #not(name: string, expected: string): Error {
    const found = JSON.stringify(this.#values[name]) ?? 'nothing';
    return this.within(name).wrong(`expected ${expected}, found ${found.slice(0, 80)}`);
  }

  #expectObject(): void {
    if (!this.#isObject) throw this.wrong('expected an object');
  }
}
