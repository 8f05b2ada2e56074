// SPDX-License-Identifier: Apache-2.0
// The console's frame: banner, warnings and log on the left, the map, and the panel that says why.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FeedClient } from '../adapters/feed-client.ts';
import { Banner } from '../features/banner/banner.tsx';
import { ContactBar } from '../features/banner/contact-bar.tsx';
import { Details } from '../features/details/details.tsx';
import { Help } from '../features/help/help.tsx';
import { Log } from '../features/log/log.tsx';
import { MapArea } from '../features/map/map-area.tsx';
import { Notices } from '../features/notices/notices.tsx';
import { Warnings } from '../features/warnings/warnings.tsx';
import { buildLayers, viewOfCase, viewOfSensors } from '../model/build-layers.ts';
import { type Case, casesOf, isPartOf } from '../model/cases.ts';
import type { Layers, MapProps, View } from '../model/layers.ts';
import type { PictureState } from '../model/picture-state.ts';
import { NamesProvider, namesOf, useFeed } from './use-feed.ts';
import { useKeys } from './use-keys.ts';
import { type PlaceControl, usePlace } from './use-place.ts';

export function App({ feed }: { readonly feed: FeedClient }): React.JSX.Element {
  const view = useFeed(feed);
  const { picture, contact, heardMs } = view;
  const bar = <ContactBar contact={contact} heardMs={heardMs} hasPicture={picture !== null} />;
  if (picture === null) return <main className="waiting">{bar}</main>;
  return <Console picture={picture} version={view.version} isLive={contact === 'live'} bar={bar} />;
}

function Console(props: {
  readonly picture: PictureState;
  readonly version: number;
  readonly isLive: boolean;
  readonly bar: React.ReactNode;
}): React.JSX.Element {
  const { picture, version, isLive } = props;
  const desk = useDesk(picture, version);
  const { cases, chosen, control, layers, view, home, choose, reset } = desk;
  const { place, select, setMap, moved } = control;
  const [helpShown, setHelpShown] = useState(false);
  const names = useMemo(() => namesOf(picture.side), [picture.side]);
  const showHelp = useCallback(() => setHelpShown(true), []);
  const hideHelp = useCallback(() => setHelpShown(false), []);
  useKeys({
    Escape: () => (helpShown ? hideHelp() : select(null)),
    m: () => setMap(place.map === 'globe' ? 'flat' : 'globe'),
    r: reset,
    '?': showHelp,
  });
  const state = `${isLive ? '' : ' stale'}${chosen === null ? '' : ' with-details'}`;
  return (
    <NamesProvider value={names}>
      <div className={`console${state}`}>
        <a className="skip" href="#warnings">
          Skip to the warnings
        </a>
        <Banner picture={picture} onHelp={showHelp} />
        {props.bar}
        <aside className="left">
          <Warnings
            cases={cases}
            picture={picture}
            version={version}
            selected={chosen?.key ?? null}
            onSelect={choose}
          />
          <Notices notices={picture.notices} />
          <Log notes={picture.notes} />
        </aside>
        <MapArea
          kind={place.map}
          layers={layers}
          asked={view ?? { serial: 0, view: home }}
          onKind={setMap}
          onPick={(key) => {
            const one = key === null ? undefined : cases.find((other) => isOf(picture, key, other));
            if (one !== undefined) choose(one.key);
          }}
          onMove={moved}
          onReset={reset}
        />
        {chosen === null ? null : (
          <Details one={chosen} picture={picture} version={version} onSelect={select} />
        )}
        <Help opened={helpShown} onClose={hideHelp} />
      </div>
    </NamesProvider>
  );
}

/** What lies on the officer's desk: the rows, the chosen one, what is drawn, and where to look. */
interface Desk {
  readonly cases: readonly Case[];
  readonly chosen: Case | null;
  readonly control: PlaceControl;
  readonly layers: Layers;
  readonly view: MapProps['view'] | null;
  readonly home: View;
  readonly choose: (key: string | null) => void;
  readonly reset: () => void;
}

/** `version` stands for what changed inside the picture. */
function useDesk(picture: PictureState, version: number): Desk {
  const control = usePlace();
  const { place, asked, select, follow, look } = control;
  const cases = useMemo(() => casesOf(picture), [picture, version]);
  const chosen = cases.find((one) => one.key === place.selected) ?? null;
  const layers = useMemo(
    () => buildLayers(picture, cases, chosen?.key ?? null),
    [picture, version, cases, chosen?.key],
  );
  const home = useMemo(() => viewOfSensors(picture.side.sensors), [picture.side.sensors]);
  const isFollowing = place.view === null;
  useEffect(() => {
    if (isFollowing && chosen !== null) look(viewOfCase(picture, chosen) ?? home);
  });
  useNewWarning(cases[0]?.key ?? null, place.selected, select);
  useTitle(picture, cases.length);
  const isChosen = chosen !== null;
  const reset = useCallback(() => {
    follow();
    if (!isChosen) look(home);
  }, [follow, look, home, isChosen]);
  return {
    cases,
    chosen,
    control,
    layers,
    view: asked,
    home,
    choose: select,
    reset,
  };
}

/** Whether what was clicked belongs to a case: an object of one of its events, or its region. */
function isOf(picture: PictureState, key: string, one: Case): boolean {
  if (key.startsWith(`${one.key}/`)) return true;
  const object = picture.objects.get(key);
  return object !== undefined && isPartOf(one, object);
}

/** The first warning to come is shown at once, unless the officer has chosen one already. */
function useNewWarning(
  newest: string | null,
  selected: string | null,
  choose: (key: string) => void,
): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (newest === null || shown.current === newest) return;
    const isFirst = shown.current === null;
    shown.current = newest;
    if (isFirst && selected === null) choose(newest);
  });
}

function useTitle(picture: PictureState, warnings: number): void {
  const { side, mode } = picture.side;
  useEffect(() => {
    const count = warnings === 0 ? '' : `(${warnings}) `;
    document.title = `${count}${side.toUpperCase()} · ${mode.toUpperCase()} · Isthmus`;
  }, [side, mode, warnings]);
}
