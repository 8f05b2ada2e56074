// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { loadWorld, type WorldDetail } from '../../model/load-world.ts';
import type { World } from '../../model/world.ts';

/** Land and borders in the wanted detail, or in the one that is there until it comes. */
export function useWorld(detail: WorldDetail): { readonly world: World | null; failed: boolean } {
  const [worlds, setWorlds] = useState<Partial<Record<WorldDetail, World>>>({});
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    loadWorld(detail).then(
      (world) => {
        if (wanted) setWorlds((known) => ({ ...known, [detail]: world }));
      },
      // Without land the picture still stands: marks and paths need none.
      () => {
        if (wanted) setFailed(true);
      },
    );
    return () => {
      wanted = false;
    };
  }, [detail]);
  return { world: worlds[detail] ?? worlds.coarse ?? worlds.fine ?? null, failed };
}
