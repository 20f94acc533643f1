import type { BreakerSummary } from '@recloser/protocol';
import { type Tone, toneOf, troubleRank } from '@/lib/vocabulary';

/** What the fleet page shows; lives in the address, so that a view can be shared. */
export interface FleetFilter {
  readonly text: string;
  readonly groups: readonly Tone[];
  readonly owner: string;
  readonly tag: string;
}

export const GROUPS: readonly Tone[] = ['open', 'half', 'held', 'closed', 'observe'];

export const GROUP_WORDS: Readonly<Record<Tone, string>> = {
  open: 'Open',
  half: 'Half-open',
  held: 'Held',
  closed: 'Closed',
  observe: 'Observe',
};

/** A held breaker counts as held and as what it does to traffic. */
function inGroup(breaker: BreakerSummary, group: Tone): boolean {
  return group === 'held' ? breaker.mode === 'held' : toneOf(breaker) === group;
}

export function parseFilter(query: URLSearchParams): FleetFilter {
  const asked = (query.get('state') ?? '').split(',');
  return {
    text: query.get('q') ?? '',
    groups: GROUPS.filter((group) => asked.includes(group)),
    owner: query.get('owner') ?? '',
    tag: query.get('tag') ?? '',
  };
}

/** The query of a filter, "" for none: "?state=open&q=str". */
export function filterQuery({ text, groups, owner, tag }: FleetFilter): string {
  const query = new URLSearchParams();
  if (groups.length > 0) query.set('state', groups.join(','));
  if (text !== '') query.set('q', text);
  if (owner !== '') query.set('owner', owner);
  if (tag !== '') query.set('tag', tag);
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

export function matches(
  breaker: BreakerSummary,
  { text, groups, owner, tag }: FleetFilter,
): boolean {
  const needle = text.trim().toLowerCase();
  return (
    (groups.length === 0 || groups.some((group) => inGroup(breaker, group))) &&
    (owner === '' || breaker.owner === owner) &&
    (tag === '' || breaker.tags.includes(tag)) &&
    (needle === '' ||
      [breaker.key, breaker.name, breaker.owner, ...breaker.tags].some((value) =>
        value.toLowerCase().includes(needle),
      ))
  );
}

/** Trouble first, the newest of its kind on top; healthy ones by name, so that they stand still. */
export function byTrouble(a: BreakerSummary, b: BreakerSummary): number {
  const rank = troubleRank(a) - troubleRank(b);
  if (rank !== 0) return rank;
  if (a.state !== 'closed' && a.since !== b.since) return b.since - a.since;
  return a.key.localeCompare(b.key, 'en', { numeric: true });
}

export interface FleetChoices {
  readonly owners: readonly string[];
  readonly tags: readonly string[];
}

/** Owners and tags that occur, for the filters. */
export function choicesOf(breakers: Iterable<BreakerSummary>): FleetChoices {
  const owners = new Set<string>();
  const tags = new Set<string>();
  for (const breaker of breakers) {
    if (breaker.owner !== '') owners.add(breaker.owner);
    for (const tag of breaker.tags) tags.add(tag);
  }
  return { owners: [...owners].toSorted(), tags: [...tags].toSorted() };
}

/** How many breakers are in each group. */
export function countGroups(breakers: readonly BreakerSummary[]): Readonly<Record<Tone, number>> {
  const count = (group: Tone) => breakers.filter((breaker) => inGroup(breaker, group)).length;
  return {
    open: count('open'),
    half: count('half'),
    held: count('held'),
    closed: count('closed'),
    observe: count('observe'),
  };
}

/** The tab's title: what is wrong comes first. */
export function fleetTitle(counts: Readonly<Record<Tone, number>>, environment: string): string {
  const trouble = [
    counts.open > 0 ? `${counts.open} open` : '',
    counts.half > 0 ? `${counts.half} half-open` : '',
  ].filter((part) => part !== '');
  return `${trouble.length === 0 ? 'All closed' : trouble.join(', ')} · ${environment}`;
}
