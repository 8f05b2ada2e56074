// SPDX-License-Identifier: Apache-2.0
export { openPlotFile } from './plot-file.ts';
