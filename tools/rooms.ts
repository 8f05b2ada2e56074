// SPDX-License-Identifier: Apache-2.0
// The import table: which room may know which, and where to go instead. This is the one place that
// says so; `tools/boundaries.ts` enforces it and `tools/tidy` holds ARCHITECTURE.md and every
// package.json to it. To add a room, add a row.

/** One row of the table. Names of rooms are the folders below `packages/` and `apps/`, and `examples/`. */
export interface Room {
  readonly name: string;
  /** Where its product code lives, from the root, no slash at the end. */
  readonly folder: string;
  /** Rooms it may import, through their public doors. */
  readonly imports: readonly string[];
  /** Rooms of which it may know the types alone (`import type`): nothing of them runs in it. */
  readonly typesOf: readonly string[];
  /** Ends the message "NAME may import …: ". Says what to do instead. */
  readonly instead: string;
}

const EVERY_PACKAGE = [
  'earth',
  'picture',
  'tracking',
  'warning',
  'release',
  'wire',
  'seal',
  'ledger',
  'link',
  'feeds',
] as const;

/** What no node runs: it judges a node's releases from outside. */
const STUDIES = ['disclosure', 'audit'] as const;

const SIMULATION = ['sim/scenario', 'sim/score', 'sim/faults'] as const;

/** From the ground up: a room may only import rooms above it in this list. */
export const ROOMS: readonly Room[] = [
  {
    name: 'earth',
    folder: 'packages/earth/src',
    imports: [],
    typesOf: [],
    instead: 'it is the ground everything stands on; move what it needs down into it',
  },
  {
    name: 'picture',
    folder: 'packages/picture/src',
    imports: ['earth'],
    typesOf: [],
    instead: 'it holds nouns; put what computes into the room that computes it',
  },
  {
    name: 'seal',
    folder: 'packages/seal/src',
    imports: [],
    typesOf: [],
    instead: 'it signs bytes and knows no domain; let the caller turn its thing into bytes',
  },
  {
    name: 'tracking',
    folder: 'packages/tracking/src',
    imports: ['earth', 'picture'],
    typesOf: [],
    instead: 'it is pure mathematics; pass in what it needs as an argument, or call it from node',
  },
  {
    name: 'warning',
    folder: 'packages/warning/src',
    imports: ['earth', 'picture', 'tracking'],
    typesOf: [],
    instead:
      'it judges a picture, own or system, and does not know who else sees it; wire it in node',
  },
  {
    name: 'release',
    folder: 'packages/release/src',
    imports: ['earth', 'picture'],
    typesOf: [],
    instead: 'put the formula in tracking and pass its result in the draft',
  },
  {
    name: 'disclosure',
    folder: 'packages/disclosure/src',
    imports: ['earth', 'picture', 'tracking'],
    typesOf: ['release'],
    instead:
      'it has what a partner has, and no more: let the program run the exercise and the gate',
  },
  {
    name: 'wire',
    folder: 'packages/wire/src',
    imports: ['earth', 'picture'],
    typesOf: ['release'],
    instead:
      'it encodes what release let through and takes its token as a type; it decides, signs and stores nothing',
  },
  {
    name: 'ledger',
    folder: 'packages/ledger/src',
    imports: ['seal'],
    typesOf: ['wire'],
    instead:
      'it records bytes and does not read them; let the caller encode before and decode after',
  },
  {
    name: 'audit',
    folder: 'packages/audit/src',
    imports: ['earth', 'picture', 'wire', 'seal', 'ledger'],
    typesOf: ['release'],
    instead:
      'it proves what a record holds and judges no promise: let the program ask release, and read keys and agreements for it',
  },
  {
    name: 'link',
    folder: 'packages/link/src',
    imports: ['wire', 'seal', 'ledger'],
    typesOf: [],
    instead: 'it carries what is recorded and does not know what it means; hand entries to node',
  },
  {
    name: 'feeds',
    folder: 'packages/feeds/src',
    imports: ['earth', 'picture'],
    typesOf: [],
    instead:
      'it writes what was decided in the words of a format and decides nothing; compute it in warning',
  },
  {
    name: 'node',
    folder: 'packages/node/src',
    imports: EVERY_PACKAGE,
    typesOf: [],
    instead: 'it wires one side together; what simulates a side calls it, not the other way round',
  },
  {
    name: 'sim/scenario',
    folder: 'packages/sim/src/scenario',
    imports: ['earth', 'picture'],
    typesOf: [],
    instead:
      'truth and samplers share no model with the tracker, or errors of one would hide in the other',
  },
  {
    name: 'sim/score',
    folder: 'packages/sim/src/score',
    imports: ['earth', 'picture', 'tracking', 'sim/scenario'],
    typesOf: [],
    instead: 'it compares truth with the feed; put what it needs into the feed',
  },
  {
    name: 'sim/faults',
    folder: 'packages/sim/src/faults',
    imports: ['earth'],
    typesOf: ['ledger', 'link', 'node'],
    instead: 'it implements ports, so it may know their types; let the test plug the two together',
  },
  {
    name: 'console',
    folder: 'apps/console/src',
    imports: ['earth', 'picture'],
    typesOf: [],
    instead:
      'it shows what the feed says and computes nothing of its own: put what it needs into the feed',
  },
  {
    name: 'cli',
    folder: 'apps/cli/src',
    imports: [...EVERY_PACKAGE, ...STUDIES, 'node', ...SIMULATION],
    typesOf: [],
    instead: 'a program may import every package, and nothing may import a program',
  },
  {
    name: 'examples',
    folder: 'examples',
    imports: ['earth', 'picture', 'tracking', 'warning'],
    typesOf: [],
    instead:
      'it shows the library as a reader has it, with a truth of its own; scenarios and links are shown by the program',
  },
];

/** Product code of a room where the ambient world (clock, files, sockets, process) may be touched. */
export const ADAPTERS = /\/adapters\//;

/** Modules of the platform that compute and touch nothing: every room may use them. */
export const PURE_MODULES =
  '^(node:)?(assert(/strict)?|buffer|path/posix|string_decoder|url|util|zlib)$';

/** Files that are about the code and not part of it; they may import any room's public door. */
export const TEST_CODE =
  /(\.(test|contract|fuzz|bench|test-d)\.ts$)|(\/(testing|fixtures?)(\/|\.ts$))/;

/** What a reader is told when `room` reaches for something outside its row. */
export function messageFor(room: Room): string {
  const types = room.typesOf.map((name) => `${name} (types)`);
  const allowed = [...room.imports, ...types];
  const list =
    allowed.length === 0
      ? 'nothing of ours'
      : allowed.length === 1
        ? `${allowed[0]} only`
        : `${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)} only`;
  return `${room.name} may import ${list}: ${room.instead}.`;
}
