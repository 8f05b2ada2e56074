// SPDX-License-Identifier: Apache-2.0
// The feed as React sees it.

import type { ConsoleSide } from '@isthmus/picture';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { FeedClient, FeedView } from '../adapters/feed-client.ts';

export function useFeed(feed: FeedClient): FeedView {
  return useSyncExternalStore(feed.subscribe, feed.view);
}

/** Partner and own names, for words in every panel. */
export interface Names {
  readonly side: string;
  readonly partner: string;
}

const NamesContext = createContext<Names>({ side: 'this side', partner: 'the partner' });
export const NamesProvider = NamesContext.Provider;
export const useNames = (): Names => useContext(NamesContext);

export function namesOf(side: ConsoleSide): Names {
  return { side: side.side, partner: side.partner ?? 'the partner' };
}
