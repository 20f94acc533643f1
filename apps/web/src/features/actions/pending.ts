import type { Convergence } from '@recloser/protocol';
import { appliedOf } from '../live/live-state';

/** An action on its way: what is known of it, and no more. */
export interface PendingAction {
  readonly id: number;
  readonly breaker: string;
  /** The part of the fleet, as in " zone eu-1a"; '' for all of it. */
  readonly part: string;
  readonly doing: string;
  /** Once all instances have applied it: "Opened". */
  readonly did: string;
  /** Takes it back; only when it is committed and can be taken back exactly. */
  readonly undo?: () => void;
  readonly progress:
    | { readonly stage: 'sent' }
    | { readonly stage: 'committed'; readonly seq: number }
    | { readonly stage: 'refused'; readonly message: string };
}

/** The list once action `id` is committed: what went before on the same breaker or part cannot be taken back exactly any more. */
export function withCommitted(
  all: readonly PendingAction[],
  id: number,
  seq: number,
): readonly PendingAction[] {
  const latest = all.find((one) => one.id === id);
  return all.map((one) => {
    if (one.id === id) return { ...one, progress: { stage: 'committed', seq } };
    if (one.breaker !== latest?.breaker) return one;
    if (latest.part !== '' && latest.part !== one.part) return one;
    const { undo: _undo, ...rest } = one;
    return rest;
  });
}

export interface PendingView {
  readonly words: string;
  readonly applied: { readonly count: number; readonly of: number } | null;
  readonly done: boolean;
}

/** "waiting for you to sign in", "sent", "committed", "committed · 17/20 applied", "applied by 20/20". */
export function describePending(
  { progress }: PendingAction,
  convergence: Convergence | null,
  signInAwaited = false,
): PendingView {
  if (progress.stage === 'sent') {
    const words = signInAwaited ? 'waiting for you to sign in' : 'sent';
    return { words, applied: null, done: false };
  }
  if (progress.stage === 'refused') return { words: progress.message, applied: null, done: false };
  const known = appliedOf(convergence, progress.seq);
  if (known === null) return { words: 'committed', applied: null, done: false };
  if (known.connected === 0) {
    return { words: 'committed · no instance is connected', applied: null, done: true };
  }
  const done = known.applied >= known.connected;
  return {
    words: `${done ? '' : 'committed · '}${known.applied}/${known.connected} applied`,
    applied: { count: known.applied, of: known.connected },
    done,
  };
}
