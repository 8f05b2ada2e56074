// SPDX-License-Identifier: Apache-2.0
// The five functions of the withdrawn decorator-metadata proposal that the container inside
// @peculiar/x509 asks for when it is loaded. They are set only if nobody set them, and only when a
// certificate is made; nothing else here uses them.

interface MetadataReflect {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  hasMetadata?: (key: unknown, target: object) => boolean;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  metadata?: (key: unknown, value: unknown) => (target: object) => void;
}

/** Makes `Reflect` answer for metadata, which no code of ours attaches. */
export function provideReflectMetadata(): void {
  const reflect = Reflect as MetadataReflect;
  if (reflect.getMetadata !== undefined) return;
  const kept = new WeakMap<object, Map<unknown, unknown>>();
  const own = (key: unknown, target: object): unknown => kept.get(target)?.get(key);
  const find = (key: unknown, target: object): unknown => {
    let at: object | null = target;
    while (at !== null) {
      const found = own(key, at);
      if (found !== undefined) return found;
      at = Object.getPrototypeOf(at) as object | null;
    }
    return undefined;
  };
  const define = (key: unknown, value: unknown, target: object): void => {
    const map = kept.get(target) ?? new Map<unknown, unknown>();
    kept.set(target, map.set(key, value));
  };
  reflect.getMetadata = find;
  reflect.getOwnMetadata = own;
  reflect.hasMetadata = (key, target) => find(key, target) !== undefined;
  reflect.defineMetadata = define;
  reflect.metadata = (key, value) => (target) => define(key, value, target);
}
