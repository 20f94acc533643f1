import { type Admission, type Mode, type StateKind } from '@recloser/core';
import { type BulkheadFullError, type CircuitOpenError, type RecloserSdkError } from './errors.js';
import { type CallOutcome } from './signals/outcome.js';

/** A breaker changed in this process. */
export interface TransitionEvent {
  readonly breaker: string;
  readonly from: StateKind;
  readonly to: StateKind;
  /** After the change: 0…2³², where 2³² is all traffic. */
  readonly admission: Admission;
  readonly mode: Mode;
  /** State version. */
  readonly version: number;
  /** `fleet`: decided by the control plane; `local`: by this process alone, because it is cut off. */
  readonly source: 'fleet' | 'local';
}

/** All changes up to `seq` are in force in this process. Also told after each connect, with or without a change. */
export interface AppliedEvent {
  readonly epoch: string;
  readonly seq: number;
  /** Keys of the breakers that changed. */
  readonly breakers: readonly string[];
  /** Everything was replaced. */
  readonly full: boolean;
}

/** The connection was lost (`stale`), or is back. States go on to hold until their lease ends. */
export interface StaleEvent {
  readonly stale: boolean;
  readonly seq: number | null;
  readonly reason: string;
}

/** This process decides alone (`active`), or has handed back to the control plane. */
export interface TakeoverEvent {
  readonly active: boolean;
  readonly seq: number | null;
}

export interface RecloserEvents {
  readonly transition: TransitionEvent;
  readonly applied: AppliedEvent;
  readonly stale: StaleEvent;
  readonly takeover: TakeoverEvent;
  readonly error: RecloserSdkError;
}

/** How one attempt of a call ended. */
export interface CallEvent {
  readonly latencyMs: number;
  /** What it returned or threw; undefined where a permit does not say. */
  readonly value: unknown;
}

/** A call was turned away. */
export interface RejectEvent {
  readonly error: CircuitOpenError | BulkheadFullError;
}

/** A caller got the fallback. */
export interface FallbackEvent {
  /** What it stands in for: what was thrown, or a result that is a failure. */
  readonly value: unknown;
}

/** What one breaker's calls come to in this process. */
export interface BreakerEvents extends Readonly<Record<CallOutcome, CallEvent>> {
  readonly reject: RejectEvent;
  readonly fallback: FallbackEvent;
}
