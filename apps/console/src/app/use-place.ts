// SPDX-License-Identifier: Apache-2.0
// Where the officer is, in the page's address; and the view that the maps are told to take. The maps
// follow what is chosen until the officer moves one by hand.

import { useCallback, useEffect, useRef, useState } from 'react';
import { type Place, readAddress, writeAddress } from '../adapters/address.ts';
import { isNear } from '../model/build-layers.ts';
import type { MapProps, View } from '../model/layers.ts';

export interface PlaceControl {
  /** Its view is null while the maps follow. */
  readonly place: Place;
  /** The view that was asked for last; its serial rises when the maps must move. */
  readonly asked: MapProps['view'] | null;
  /** Chooses, and follows again. */
  readonly select: (key: string | null) => void;
  readonly setMap: (map: Place['map']) => void;
  /** Follows again. */
  readonly follow: () => void;
  /** Moves the maps there, unless they are near it already. */
  readonly look: (view: View) => void;
  /** Notes where a map came to rest, by hand or as it was told. */
  readonly moved: (view: View) => void;
}

export function usePlace(): PlaceControl {
  const [place, setPlace] = useState<Place>(() => readAddress(window.location.hash));
  const [asked, setAsked] = useState<MapProps['view'] | null>(() =>
    place.view === null ? null : { serial: 0, view: place.view },
  );
  const last = useRef(asked);
  last.current = asked;
  useEffect(() => {
    window.history.replaceState(null, '', writeAddress(place));
  }, [place]);
  const change = useCallback((part: Partial<Place>) => {
    setPlace((before) => ({ ...before, ...part }));
  }, []);
  const go = useCallback((view: View) => {
    setAsked({ serial: (last.current?.serial ?? 0) + 1, view });
  }, []);
  return {
    place,
    asked,
    select: useCallback((selected) => change({ selected, view: null }), [change]),
    // The other map begins where this one was.
    setMap: useCallback(
      (map) => {
        change({ map });
        if (place.view !== null) go(place.view);
      },
      [change, go, place.view],
    ),
    follow: useCallback(() => change({ view: null }), [change]),
    look: useCallback(
      (view) => {
        if (last.current === null || !isNear(last.current.view, view)) go(view);
      },
      [go],
    ),
    moved: useCallback(
      (view) => {
        if (last.current !== null && !isNear(last.current.view, view)) change({ view });
      },
      [change],
    ),
  };
}
