// SPDX-License-Identifier: Apache-2.0
// What Stryker leaves as it is, since another text is no other decision: descriptions in a schema, and
// what a ReleaseError says beside its code and its path. Sentences that people sign are changed as all
// else is.

/** What is read of a path of the syntax tree. */
interface NodePath {
  readonly node: Named & { readonly type: string; readonly key?: Named };
  readonly parent: { readonly type: string; readonly callee?: Named } | undefined;
  readonly listKey: unknown;
  readonly key: unknown;
}

interface Named {
  readonly name?: string;
}

const WHY = 'a message for people';

/** Found by Stryker under this name. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages',
    value: {
      shouldIgnore({ node, parent, listKey, key }: NodePath): string | undefined {
        const isDescription = node.type === 'ObjectProperty' && node.key?.name === 'description';
        const isMessage =
          listKey === 'arguments' && key === 2 && parent?.callee?.name === 'ReleaseError';
        return isDescription || isMessage ? WHY : undefined;
      },
    },
  },
];
