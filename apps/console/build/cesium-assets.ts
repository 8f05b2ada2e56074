// SPDX-License-Identifier: Apache-2.0
// Serves the globe engine's static files at `cesium/` while developing and lays them into the build.
// Of the engine's 9 MB only what this console asks for is taken: one imagery set, the workers that
// shape its ellipsoid, and one table of the Earth's axis for the fixed instant of the scene.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import type { Plugin } from 'vite';

/** Where the files stand below the page; `CESIUM_BASE_URL` names the same folder. */
const FOLDER = 'cesium';

const WORKERS = [
  'createVerticesFromHeightmap.js',
  'incrementallyBuildTerrainPicker.js',
  'transferTypedArrayTest.js',
] as const;

const TREES = ['Assets/Textures/NaturalEarthII'] as const;

/** The axis table is the one that holds the scene's instant (features/globe/scene/set-up.ts). */
const FILES = [
  'Assets/approximateTerrainHeights.json',
  'Assets/IAU2006_XYS/IAU2006_XYS_18.json',
] as const;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  json: 'application/json',
  jpg: 'image/jpeg',
  png: 'image/png',
  xml: 'application/xml',
  wasm: 'application/wasm',
};

/** The plugin: the same files in development and in the build. */
export function cesiumAssets(): Plugin {
  const files = collect(engineFolder());
  return {
    name: 'isthmus-cesium-assets',
    configureServer(server) {
      const prefix = posix.join(server.config.base, FOLDER, '/');
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        const source = path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined;
        if (source === undefined) {
          next();
          return;
        }
        response.setHeader('Content-Type', TYPES[source.split('.').at(-1) ?? ''] ?? 'text/plain');
        response.end(readFileSync(source));
      });
    },
    generateBundle() {
      for (const [name, source] of files) {
        this.emitFile({
          type: 'asset',
          fileName: `${FOLDER}/${name}`,
          source: readFileSync(source),
        });
      }
    },
  };
}

/** What is served: the path below `cesium/`, and the file it comes from. */
function collect(engine: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of FILES) files.set(name, join(engine, 'Source', name));
  for (const tree of TREES) {
    for (const entry of readdirSync(join(engine, 'Source', tree), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      files.set(source.slice(join(engine, 'Source').length + 1).replaceAll('\\', '/'), source);
    }
  }
  for (const name of workerClosure(join(engine, 'Build', 'Workers'))) {
    files.set(`Workers/${name}`, join(engine, 'Build', 'Workers', name));
  }
  return files;
}

/** The workers and every chunk that they import, by name. */
function workerClosure(folder: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open: string[] = [...WORKERS];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const text = readFileSync(join(folder, name), 'utf8');
    for (const match of text.matchAll(/["']\.\/([\w-]+\.js)["']/g)) {
      if (match[1] !== undefined) open.push(match[1]);
    }
  }
  return found;
}

function engineFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@cesium/engine/package.json'));
}
