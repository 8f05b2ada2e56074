// SPDX-License-Identifier: Apache-2.0
// The page: one feed, one picture. It asks the node for nothing and can change nothing there.

import '@mantine/core/styles.css';
import './app/console.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { readAddress } from './adapters/address.ts';
import { FeedClient } from './adapters/feed-client.ts';
import { App } from './app/app.tsx';
import { setColours, theme } from './app/theme.ts';
import { preloadMap } from './features/map/map-area.tsx';

const root = document.getElementById('root');
if (root !== null) {
  setColours(document.documentElement);
  const feed = new FeedClient('./feed');
  feed.start();
  preloadMap(readAddress(window.location.hash).map);
  createRoot(root, {
    // A part that fails has another in its place; the browser's own log keeps why.
    onCaughtError: (error) => console.warn('A part of the page was replaced:', error),
  }).render(
    <MantineProvider theme={theme} forceColorScheme="dark">
      <App feed={feed} />
    </MantineProvider>,
  );
}
