import { type ChannelEvent, type ChannelInfo, type ChannelKind, LIMITS } from '@recloser/protocol';
import { formatCountdown, formatDuration } from '@/lib/format';

interface EventWords {
  readonly label: string;
  readonly sentence: string;
}

export const EVENT_WORDS: Readonly<Record<ChannelEvent, EventWords>> = {
  opened: {
    label: 'Opened',
    sentence: 'A breaker, or a part of its fleet, is opened or dimmed, and why.',
  },
  recovering: {
    label: 'Recovering',
    sentence: 'It looks for its dependency, or lets in more or less.',
  },
  closed: {
    label: 'Closed',
    sentence: 'It lets in all traffic again.',
  },
  edited: {
    label: 'Edited',
    sentence: 'A breaker, segment, schedule or channel is made, edited, archived or removed.',
  },
};

interface KindWords {
  readonly label: string;
  /** Of whom this kind is. */
  readonly hint: string;
  readonly placeholder: string;
}

export const KIND_WORDS: Readonly<Record<ChannelKind, KindWords>> = {
  webhook: {
    label: 'Webhook',
    hint: 'Signed JSON for your program.',
    placeholder: 'https://hooks.example.com/recloser',
  },
  chat: {
    label: 'Chat',
    hint: 'Slack, Mattermost, Google Chat: the address of an incoming webhook.',
    placeholder: 'https://hooks.slack.com/services/…',
  },
};

/** A worker gives up on a receiver that does not answer after ten seconds. */
const SLOW_TEST_MS = 20_000;

/** What a list says of a channel. */
export interface ChannelText {
  readonly kind: 'well' | 'waiting' | 'problem';
  readonly text: string;
}

export function isTestUnderway({ test }: Pick<ChannelInfo, 'test'>): boolean {
  return test !== null && test.doneAt === null;
}

function nextTryWords(nextAt: number | null, now: number): string {
  if (nextAt === null) return '';
  return nextAt <= now ? '; trying again now' : `; next try in ${formatCountdown(nextAt - now)}`;
}

/** How it stands: "Last sent 3 m ago", "Failing for 12 m: 404 Not Found; next try in 40 s". */
export function channelStatusOf(
  {
    paused,
    stopped,
    failing,
    lastSentAt,
  }: Pick<ChannelInfo, 'paused' | 'stopped' | 'failing' | 'lastSentAt'>,
  now: number,
): ChannelText {
  if (stopped !== null) {
    const ago = formatDuration(now - stopped.at);
    return { kind: 'problem', text: `Stopped ${ago} ago: the receiver answered ${stopped.why}.` };
  }
  if (paused) return { kind: 'waiting', text: 'Paused: nothing is sent.' };
  if (failing !== null) {
    const { since, why, nextAt } = failing;
    const next = nextTryWords(nextAt, now);
    return { kind: 'problem', text: `Failing for ${formatDuration(now - since)}: ${why}${next}` };
  }
  if (lastSentAt === null) return { kind: 'well', text: 'Nothing sent yet.' };
  return { kind: 'well', text: `Last sent ${formatDuration(now - lastSentAt)} ago` };
}

/**
 * What came of the last test; null: there was none, or a message has arrived since. Without the time: it is read out
 * when it changes.
 */
export function testOf(
  { test, lastSentAt }: Pick<ChannelInfo, 'test' | 'lastSentAt'>,
  now: number,
): ChannelText | null {
  if (test === null) return null;
  const { requestedAt, doneAt, why } = test;
  if (doneAt !== null && lastSentAt !== null && lastSentAt > doneAt) return null;
  if (doneAt === null) {
    const slow = now - requestedAt > SLOW_TEST_MS;
    const text = slow ? 'No worker has sent the test yet. Is one running?' : 'Sending a test…';
    return { kind: slow ? 'problem' : 'waiting', text };
  }
  return why === null
    ? { kind: 'well', text: 'The test arrived' }
    : { kind: 'problem', text: `The test did not arrive: ${why}` };
}

/** "1 event was not taken and is not sent any more"; null: none. */
export function setAsideWords({ setAside }: Pick<ChannelInfo, 'setAside'>): string | null {
  if (setAside === 0) return null;
  if (setAside === 1) return '1 event of this week was not taken and is not sent any more';
  const count = setAside >= LIMITS.setAsidePerChannel ? `${setAside} or more` : String(setAside);
  return `${count} events of this week were not taken and are not sent any more`;
}

/** Which events of which breakers: "opened, closed", "all events". */
export function eventsWords(events: readonly ChannelEvent[]): string {
  return Object.entries(EVENT_WORDS)
    .filter(([event]) => events.some((one) => one === event))
    .map(([, { label }]) => label.toLowerCase())
    .join(', ');
}
