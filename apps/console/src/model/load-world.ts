// SPDX-License-Identifier: Apache-2.0
// Fetches land and borders from where the build has put them.
/// <reference types="vite/client" />

import fineUrl from 'world-atlas/countries-50m.json?url';
import coarseUrl from 'world-atlas/countries-110m.json?url';
import { type World, type WorldTopology, worldFromTopology } from './world.ts';

/** `coarse` is 1 : 110 million, for the whole Earth; `fine` is 1 : 50 million. */
export type WorldDetail = 'coarse' | 'fine';

const URLS: Readonly<Record<WorldDetail, string>> = { coarse: coarseUrl, fine: fineUrl };

const loading = new Map<WorldDetail, Promise<World>>();

/** Land and borders, fetched once a page; a fetch that failed is tried again at the next call. */
export function loadWorld(detail: WorldDetail): Promise<World> {
  const known = loading.get(detail);
  if (known !== undefined) return known;
  const promise = fetchWorld(URLS[detail]);
  loading.set(detail, promise);
  promise.catch(() => loading.delete(detail));
  return promise;
}

async function fetchWorld(url: string): Promise<World> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The borders could not be loaded: ${response.status}.`);
  return worldFromTopology((await response.json()) as WorldTopology);
}
