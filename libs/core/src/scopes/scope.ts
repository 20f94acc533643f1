import { ADMISSION_ALL } from '../admission/admission.js';
import type {
  BreakerRecord,
  BreakerState,
  Control,
  GroupCounts,
  InstanceCounts,
  Millis,
  Policy,
  Scope,
  ScopedState,
} from '../model.js';
import { SCOPE_KINDS } from '../model.js';

/** Scoped states of one breaker, those remembered included. Beyond it nothing more gets a state of its own. */
export const SCOPES_MAX = 32;

export function sameScope(a: Scope, b: Scope): boolean {
  return a.kind === b.kind && a.value === b.value;
}

/** "instance checkout-7", "zone eu-1a" */
export function scopeName({ kind, value }: Scope): string {
  return `${kind} ${value}`;
}

/** It decides for its instances; otherwise it is only remembered. */
export function isLive({ state, control }: ScopedState): boolean {
  return state.kind !== 'closed' || control.mode === 'held';
}

/** The scoped states in force, the narrowest first. */
export function liveScopes(record: Pick<BreakerRecord, 'scopes'>): readonly ScopedState[] {
  return record.scopes?.filter(isLive) ?? [];
}

/** The next version of any state of this breaker. */
export function nextVersion(
  record: Pick<BreakerRecord, 'version' | 'lastVersion' | 'scopes'>,
): number {
  const versions = record.scopes?.map(({ version }) => version) ?? [];
  return Math.max(record.version, record.lastVersion ?? 0, ...versions) + 1;
}

/** With one scoped state put in its place, the narrowest first. */
export function withScope(
  scopes: readonly ScopedState[],
  changed: ScopedState,
): readonly ScopedState[] {
  const others = scopes.filter(({ scope }) => !sameScope(scope, changed.scope));
  return [...others, changed].sort(
    (a, b) => rankOf(a.scope) - rankOf(b.scope) || (a.scope.value < b.scope.value ? -1 : 1),
  );
}

/**
 * What stays of the scoped states beside this state of the fleet. A person's stay; automatic ones only where
 * evidence moves the fleet, too, and it lets calls through: what has opened or is held as a whole needs no parts.
 */
export function keptScopes(
  scopes: readonly ScopedState[],
  state: BreakerState,
  control: Control,
  now: Millis,
): readonly ScopedState[] {
  const admits = state.kind !== 'open' && state.kind !== 'probing';
  return scopes.filter((scoped) => {
    if (scoped.control.mode === 'held') return true;
    if (!isLive(scoped)) return isRemembered(scoped, now);
    return admits && control.mode === 'auto';
  });
}

/** Not yet stable: when it trips again, that is a relapse. */
export function isRemembered({ state }: ScopedState, now: Millis): boolean {
  return state.kind === 'closed' && now < state.stableAt;
}

/** Drops what need not be remembered, and the longest known of the rest where there is no room. */
export function pruned(scopes: readonly ScopedState[], now: Millis): readonly ScopedState[] {
  const kept = scopes.filter((scoped) => isLive(scoped) || isRemembered(scoped, now));
  const excess = kept.length - SCOPES_MAX;
  if (excess <= 0) return kept;
  const dropped = new Set(
    kept
      .filter((scoped) => !isLive(scoped))
      .sort((a, b) => a.state.since - b.state.since)
      .slice(0, excess),
  );
  return kept.filter((scoped) => !dropped.has(scoped));
}

/** Whether the calls of an instance, or of all of a group, are counted under this part's state. */
export function covers(
  { kind, value }: Scope,
  place: Pick<GroupCounts, 'service' | 'zone' | 'region'> | InstanceCounts,
): boolean {
  if (kind === 'instance') return 'instanceId' in place && place.instanceId === value;
  return place[kind] === value;
}

export function rankOf({ kind }: Scope): number {
  return SCOPE_KINDS.indexOf(kind);
}

/**
 * The policy for one part. Its own instances probe: a worker's check says nothing about their way. No more probes than it
 * has instances, as each makes one. No step lets in less than half the load of one instance, as that would take minutes
 * to make enough calls, and a dependency that all others keep warm has nothing to fear from it. So one instance takes the
 * last step only, for `dwellMin`, however long it was bad.
 */
export function policyOfPart(
  policy: Policy,
  { scope, instances }: Pick<ScopedState, 'scope' | 'instances'>,
): Policy {
  const { recovery } = policy;
  const isOne = scope.kind === 'instance';
  const members = isOne ? 1 : instances;
  const probes = members === 0 ? recovery.probes : Math.min(recovery.probes, members);
  const ladder = ladderOfPart(recovery.ladder, members);
  const dwellPerOutage = isOne ? 0 : recovery.dwellPerOutage;
  return { ...policy, recovery: { ...recovery, probes, ladder, dwellPerOutage, probe: null } };
}

/** The steps that are worth their time for so many instances, at least the last; 0: not known. */
function ladderOfPart(
  ladder: Policy['recovery']['ladder'],
  instances: number,
): Policy['recovery']['ladder'] {
  const last = ladder.length - 1;
  return instances === 0
    ? ladder
    : ladder.filter((step, index) => index === last || step * instances >= ADMISSION_ALL / 2);
}
