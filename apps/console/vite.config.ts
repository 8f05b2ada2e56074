// SPDX-License-Identifier: Apache-2.0
// Builds the console into dist/, which a node serves as it is: no address outside, no inline script.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { cesiumAssets } from './build/cesium-assets.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  resolve: { conditions: ['isthmus-source', 'module', 'browser', 'production'] },
  plugins: [react(), cesiumAssets()],
  build: {
    target: 'es2024',
    outDir: 'dist',
    emptyOutDir: true,
    // Inlined assets would need `data:` in more places of the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
});
