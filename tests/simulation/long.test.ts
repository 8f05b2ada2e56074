// SPDX-License-Identifier: Apache-2.0
import { testShare } from './share.ts';

// Seeds 51 to 100: the hundredth runs twice.
testShare({ form: 'long', firstSeed: 51, episodes: 50 });
