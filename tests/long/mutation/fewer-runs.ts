// SPDX-License-Identifier: Apache-2.0
// Property tests draw for a moment only, since each runs once for every mutant it touches. What
// survives fewer draws counts as survived: the score can only be too low.

import fc from 'fast-check';

fc.configureGlobal({ plugins: [fc.interruptAfterTimeLimit(120, { failOnInterrupt: false })] });
