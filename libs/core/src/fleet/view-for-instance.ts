import type { BreakerView, InstanceView, PartitionKind, PartitionView } from '../model/model.js';

/** The location of an instance: its value for each partition kind. */
export type InstanceLocation = { readonly [K in PartitionKind]?: unknown };

/**
 * The view of one instance. Of all states that hold for it the smallest admission counts, but those that a person
 * holds go before the others. Its outcomes count under the version of the narrowest part that it is in.
 */
export function viewForInstance(view: BreakerView, location: InstanceLocation): InstanceView {
  const matching = view.scopes?.filter(({ kind, value }) => location[kind] === value);
  const narrowest = matching?.[0];
  if (matching === undefined || narrowest === undefined) return view;
  const all: readonly (BreakerView | PartitionView)[] = [...matching, view];
  const held = all.filter(({ mode }) => mode === 'held');
  const counting = held.length > 0 ? held : all;
  const least = counting.reduce((a, b) => (b.admission < a.admission ? b : a));
  const { state, mode, admission, retryAfterMs } = least;
  // Of all that hold it open, one that lets no rule through is enough.
  const strictest = counting.filter((one) => one.admission === admission);
  const keepsRules = strictest.every((one) => one.keepsRules === true);
  // While the fleet ramps, its limit is for all that it lets in, whatever part of it does so.
  const maxRps = view.maxRps ?? least.maxRps;
  const { keepsRules: _, ...whole } = view;
  return {
    ...whole,
    ...(maxRps !== undefined && { maxRps }),
    ...(keepsRules && { keepsRules }),
    version: narrowest.version,
    state,
    mode,
    admission,
    retryAfterMs,
    ...('kind' in least && { scope: { kind: least.kind, value: least.value } }),
  };
}

/** The version under which an instance's outcomes are counted. */
export function versionFor(
  view: Pick<BreakerView, 'version' | 'scopes'>,
  location: InstanceLocation,
): number {
  return view.scopes?.find(({ kind, value }) => location[kind] === value)?.version ?? view.version;
}
