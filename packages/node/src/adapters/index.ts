// SPDX-License-Identifier: Apache-2.0
export {
  type ConsoleServer,
  type ConsoleServerOptions,
  type LoopbackAddress,
  startConsoleServer,
} from './console-server.ts';
export { openPlotFile, readPlotFile } from './plot-file.ts';
