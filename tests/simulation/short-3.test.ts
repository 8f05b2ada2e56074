// SPDX-License-Identifier: Apache-2.0
import { testShare } from './share.ts';

testShare({ form: 'short', firstSeed: 1001, episodes: 500 });
