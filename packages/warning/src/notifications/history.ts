// SPDX-License-Identifier: Apache-2.0
// What was announced when: each notice with every change to it. A launch is judged by what had been
// given before it; what is given afterwards announces nothing.

import type { Instant } from '@isthmus/earth';
import type {
  AnnouncedLaunch,
  NotificationMessage,
  PostLaunchReport,
  PreLaunchNotification,
} from '@isthmus/picture';

export interface NoticeVersion {
  readonly since: Instant;
  readonly status: 'in force' | 'held' | 'cancelled';
  readonly launch: AnnouncedLaunch;
}

export interface NoticeHistory {
  readonly notice: PreLaunchNotification;
  /** Oldest first; the first is the notice as given. */
  readonly versions: readonly NoticeVersion[];
  readonly postLaunch: PostLaunchReport | null;
}

/**
 * The history of each notice, in the order of the notices.
 *
 * The caller guarantees that each message names a notice that is there (`parseNotices` does). What
 * is given in one instant takes effect in the order of the list.
 */
export function noticeHistories(messages: readonly NotificationMessage[]): NoticeHistory[] {
  const ordered = messages.toSorted((a, b) => a.given - b.given);
  return messages
    .filter((message) => message.kind === 'notice')
    .map((notice) => historyOf(notice, ordered));
}

/** What was announced at an instant; null before the notice was given. */
export function versionAt(history: NoticeHistory, at: Instant): NoticeVersion | null {
  return history.versions.findLast((version) => version.since <= at) ?? null;
}

function historyOf(
  notice: PreLaunchNotification,
  ordered: readonly NotificationMessage[],
): NoticeHistory {
  const versions: NoticeVersion[] = [
    { since: notice.given, status: 'in force', launch: notice.launch },
  ];
  let postLaunch: PostLaunchReport | null = null;
  for (const message of ordered) {
    if (message.kind === 'notice' || message.of !== notice.id) continue;
    if (message.kind === 'post-launch report') {
      postLaunch = message;
      continue;
    }
    const before = versions.at(-1) as NoticeVersion;
    versions.push(after(before, message));
  }
  return { notice, versions, postLaunch };
}

type Change = Exclude<NotificationMessage, PreLaunchNotification | PostLaunchReport>;

function after(before: NoticeVersion, change: Change): NoticeVersion {
  const since = change.given;
  switch (change.kind) {
    case 'cancellation':
      return { since, status: 'cancelled', launch: before.launch };
    case 'hold':
      return { since, status: 'held', launch: before.launch };
    case 'amendment': {
      const { changes } = change;
      // A new time ends a hold; a new area alone does not.
      const isTimed = changes.window !== undefined || changes.plannedDate !== undefined;
      const status = before.status === 'held' && isTimed ? 'in force' : before.status;
      return { since, status, launch: { ...before.launch, ...changes } };
    }
  }
}
