// SPDX-License-Identifier: Apache-2.0
// What is to be drawn, as plain data: the globe and the flat map both draw exactly this. Positions
// are geodetic radians and metres; nothing here knows a rendering library.

import type { Geodetic } from '@isthmus/earth';
import type { ConsolePicture, FlightPhase } from '@isthmus/picture';

/** An object that moves, told apart by shape (`picture`) as well as by colour. */
export interface Mark {
  /** `picture/id`, as in the feed. */
  readonly key: string;
  readonly picture: ConsolePicture;
  /** `threat`: of an event with a warning; `quiet`: satellites, aircraft, undetermined. */
  readonly weight: 'threat' | 'quiet';
  readonly phase: FlightPhase;
  readonly point: Geodetic;
  readonly label: string | null;
  /** Not seen for longer than its sensors' revisit explains: drawn hollow and dim. */
  readonly stale: boolean;
  readonly selected: boolean;
}

/** A path: where something was (`trail`) or is expected to go (`ahead`, drawn dashed). */
export interface Track {
  readonly key: string;
  readonly picture: ConsolePicture;
  readonly kind: 'trail' | 'ahead';
  readonly points: readonly Geodetic[];
  readonly selected: boolean;
}

/** An area on the ground, as a closed ring (first point not repeated). */
export interface Region {
  readonly key: string;
  /** `reachable` is on a condition that its label names: no impact region. */
  readonly kind: 'launch' | 'impact' | 'reachable';
  /** `partner` for an area that only the partner states. */
  readonly picture: ConsolePicture;
  readonly ring: readonly Geodetic[];
  readonly centre: Geodetic;
  readonly label: string;
  readonly selected: boolean;
}

/** What an own radar can reach, as a fan on the ground, or what an infrared satellite overlooks. */
export interface Coverage {
  readonly key: string;
  readonly kind: 'radar' | 'infrared';
  readonly site: Geodetic;
  readonly label: string;
  readonly ring: readonly Geodetic[];
}

export interface Layers {
  readonly marks: readonly Mark[];
  readonly tracks: readonly Track[];
  readonly regions: readonly Region[];
  readonly coverages: readonly Coverage[];
}

/** A place to look at, and how much of it. */
export interface View {
  /** On the ground, or above it in the middle of something taller than it is long. */
  readonly centre: Geodetic;
  /** Metres of ground that must fit into the shorter side of the picture. */
  readonly spanM: number;
}

/** What a map needs of the rest of the console; both maps take exactly this. */
export interface MapProps {
  readonly layers: Layers;
  /** Changed only on purpose: at a selection, a reset, a reload. The officer's own panning stays. */
  readonly view: { readonly serial: number; readonly view: View };
  /** Told a mark's or a region's key, or null for empty ground. */
  readonly onPick: (key: string | null) => void;
  /** Told where the officer moved the picture to, when it comes to rest. */
  readonly onViewChange: (view: View) => void;
  /** Called once when the first picture stands. */
  readonly onReady: () => void;
}
