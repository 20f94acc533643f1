import type { BreakerView } from '@recloser/core';
import type { HeldBreaker } from '../ports.js';
import {
  type DeltaFrame,
  type ErrorCode,
  type ErrorFrame,
  type FullFrame,
  type GoodbyeFrame,
  type PermitFrame,
  type PingFrame,
  type QuotaFrame,
  type ServerFrame,
} from '@recloser/protocol';

/** Asks an SDK for what it has counted. */
export const REPORT_TEXT = JSON.stringify({ t: 'report' } satisfies ServerFrame);

/** A breaker's view and when the hub got it, for durations in it that shrink with time. */
export interface HeldView extends HeldBreaker {
  readonly at: number;
}

/**
 * The part of a view that SDKs get: nothing that only hubs use, and what is left of `retryAfterMs`. Segments go beside
 * the views.
 */
export function serializableView(
  { view, at }: Pick<HeldView, 'view' | 'at'>,
  now: number,
): BreakerView {
  const left = ({ retryAfterMs }: Pick<BreakerView, 'retryAfterMs'>) =>
    retryAfterMs === null ? null : Math.max(0, Math.round(retryAfterMs - (now - at)));
  const { scopes = [] } = view;
  return {
    key: view.key,
    version: view.version,
    state: view.state,
    mode: view.mode,
    admission: view.admission,
    salt: view.salt,
    cohortKey: view.cohortKey,
    ...(view.cohort !== undefined && { cohort: view.cohort }),
    ...(view.keepsRules === true && { keepsRules: true }),
    ...(view.maxRps !== undefined && { maxRps: view.maxRps }),
    rules: view.rules,
    call: view.call,
    retryAfterMs: left(view),
    ...(scopes.length > 0 && {
      scopes: scopes.map((scope) => ({
        kind: scope.kind,
        value: scope.value,
        version: scope.version,
        state: scope.state,
        mode: scope.mode,
        admission: scope.admission,
        retryAfterMs: left(scope),
        ...(scope.keepsRules === true && { keepsRules: true }),
        ...(scope.maxRps !== undefined && { maxRps: scope.maxRps }),
      })),
    }),
  };
}

/** True when SDKs would not see a difference but for the passing of time. */
export function sameOnWire(a: BreakerView, b: BreakerView): boolean {
  const at = { at: 0 };
  const text = (view: BreakerView) =>
    JSON.stringify([
      serializableView(
        { view: { ...view, retryAfterMs: null, ...untimed(view.scopes) }, ...at },
        0,
      ),
      view.segments?.map(({ key, digest, clauses }) => [key, digest ?? clauses]),
    ]);
  return text(a) === text(b);
}

function untimed(scopes: BreakerView['scopes']): Pick<BreakerView, 'scopes'> {
  if (scopes === undefined) return {};
  return { scopes: scopes.map((scope) => ({ ...scope, retryAfterMs: null })) };
}

const text = (frame: ServerFrame): string => JSON.stringify(frame);

/** The text of a `full` frame before and after its breakers. */
export function fullAround(frame: Omit<FullFrame, 't' | 'breakers'>): [string, string] {
  const whole = text({ t: 'full', ...frame, breakers: [] });
  return [whole.slice(0, -BREAKERS_END.length), BREAKERS_END];
}
/** The text of a `delta` frame before and after its breakers. */
export function deltaAround({
  removed,
  ...frame
}: Omit<DeltaFrame, 't' | 'breakers'>): [string, string] {
  const head = JSON.stringify({ t: 'delta', ...frame });
  return [`${head.slice(0, -1)},"breakers":[`, `],"removed":${JSON.stringify(removed)}}`];
}
const BREAKERS_END = ']}';
export const serializePermit = (frame: Omit<PermitFrame, 't'>): string =>
  text({ t: 'permit', ...frame });
export const serializeQuota = (frame: Omit<QuotaFrame, 't'>): string =>
  text({ t: 'quota', ...frame });
export const serializePing = (frame: Omit<PingFrame, 't'>): string => text({ t: 'ping', ...frame });
export const serializeGoodbye = (frame: Omit<GoodbyeFrame, 't'>): string =>
  text({ t: 'goodbye', ...frame });
export const serializeGot = (n: number): string => `{"t":"got","n":${n}}`;

/** An error frame; its code is one of the protocol's. */
export function serializeError(
  frame: Omit<ErrorFrame, 't' | 'code'> & { code: ErrorCode },
): string {
  return text({ t: 'error', ...frame });
}
