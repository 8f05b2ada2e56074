// SPDX-License-Identifier: Apache-2.0
import { testShare } from './share.ts';

// Seeds 81 to 100: the hundredth runs twice. More of them: `npm run sim -- --long`.
testShare({ form: 'long', firstSeed: 81, episodes: 20 });
