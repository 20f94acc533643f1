import type { BreakerSummary } from '@recloser/protocol';
import { inPart, type Tone, toneOf } from '@/lib/vocabulary';

const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

export const GROUPINGS = ['none', 'owner', 'tag', 'service'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What breakers are counted and filtered by: what they do to traffic, and whether a part of the fleet is worse off. */
export type FleetGroup = Tone | 'part';
export type FleetCounts = Readonly<Record<FleetGroup, number>>;

/** What the fleet page shows; lives in the address, so that a view can be shared. */
export interface FleetFilter {
  readonly text: string;
  readonly groups: readonly FleetGroup[];
  readonly owner: string;
  readonly tag: string;
  readonly density: Density;
  readonly grouping: Grouping;
}

export const GROUPS = [
  'open',
  'half',
  'part',
  'held',
  'closed',
  'observe',
] as const satisfies readonly FleetGroup[];

export const GROUP_WORDS: Readonly<Record<FleetGroup, string>> = {
  open: 'Open',
  half: 'Half-open',
  part: 'Partially open',
  held: 'Held',
  closed: 'Closed',
  observe: 'Observe',
};

/** Everything that does not let all traffic through: what "Needs attention" lists. */
export const ATTENTION_QUERY = '?state=open,half,part';

/** A held breaker counts as held and as what it does to traffic; so does one of which a part blocks. */
function inGroup(breaker: BreakerSummary, group: FleetGroup): boolean {
  switch (group) {
    case 'held':
      return breaker.mode === 'held';
    case 'part':
      return inPart(breaker);
    default:
      return toneOf(breaker) === group;
  }
}

export function parseFilter(query: URLSearchParams): FleetFilter {
  const asked = (query.get('state') ?? '').split(',');
  return {
    text: query.get('q') ?? '',
    groups: GROUPS.filter((group) => asked.includes(group)),
    owner: query.get('owner') ?? '',
    tag: query.get('tag') ?? '',
    density: DENSITIES.find((one) => one === query.get('density')) ?? 'comfortable',
    grouping: GROUPINGS.find((one) => one === query.get('group')) ?? 'none',
  };
}

/** True when the filter leaves some breakers out. */
export function isFiltering({ text, groups, owner, tag }: FleetFilter): boolean {
  return text !== '' || owner !== '' || tag !== '' || groups.length > 0;
}

/** The query of a filter, "" for none: "?state=open&q=str". */
export function filterQuery(filter: FleetFilter): string {
  const { text, groups, owner, tag, density, grouping } = filter;
  const query = new URLSearchParams();
  if (groups.length > 0) query.set('state', groups.join(','));
  if (text !== '') query.set('q', text);
  if (owner !== '') query.set('owner', owner);
  if (tag !== '') query.set('tag', tag);
  if (grouping !== 'none') query.set('group', grouping);
  if (density !== 'comfortable') query.set('density', density);
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

const COLLATOR = new Intl.Collator('en', { numeric: true });

export function byName(a: string, b: string): number {
  return COLLATOR.compare(a, b);
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
export function countGroups(breakers: Iterable<BreakerSummary>): FleetCounts {
  const counts = { open: 0, half: 0, part: 0, held: 0, closed: 0, observe: 0 };
  for (const breaker of breakers) {
    counts[toneOf(breaker)] += 1;
    if (breaker.mode === 'held') counts.held += 1;
    if (inPart(breaker)) counts.part += 1;
  }
  return counts;
}

/** "2 open, 1 half-open, 1 in part", or "" when all is well. */
export function troubleWords({ open, half, part }: FleetCounts): string {
  const counts = [
    [open, 'open'],
    [half, 'half-open'],
    [part, 'in part'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** The tab's title: what is wrong comes first. */
export function fleetTitle(counts: FleetCounts, environment: string): string {
  const trouble = troubleWords(counts);
  return `${trouble === '' ? 'All closed' : trouble} · ${environment}`;
}
