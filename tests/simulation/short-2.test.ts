// SPDX-License-Identifier: Apache-2.0
import { testShare } from './share.ts';

testShare({ form: 'short', firstSeed: 501, episodes: 500 });
