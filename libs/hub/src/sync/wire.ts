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

/** The part of a view that SDKs get: nothing that only hubs use, and what is left of `retryAfterMs`. */
export function wireView({ view, at }: Pick<HeldView, 'view' | 'at'>, now: number): BreakerView {
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
    ...(view.segments !== undefined && { segments: view.segments }),
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
    JSON.stringify(
      wireView({ view: { ...view, retryAfterMs: null, ...untimed(view.scopes) }, ...at }, 0),
    );
  return text(a) === text(b);
}

function untimed(scopes: BreakerView['scopes']): Pick<BreakerView, 'scopes'> {
  if (scopes === undefined) return {};
  return { scopes: scopes.map((scope) => ({ ...scope, retryAfterMs: null })) };
}

const text = (frame: ServerFrame): string => JSON.stringify(frame);

export const fullText = (frame: Omit<FullFrame, 't'>): string => text({ t: 'full', ...frame });
export const deltaText = (frame: Omit<DeltaFrame, 't'>): string => text({ t: 'delta', ...frame });
export const permitText = (frame: Omit<PermitFrame, 't'>): string =>
  text({ t: 'permit', ...frame });
export const quotaText = (frame: Omit<QuotaFrame, 't'>): string => text({ t: 'quota', ...frame });
export const pingText = (frame: Omit<PingFrame, 't'>): string => text({ t: 'ping', ...frame });
export const goodbyeText = (frame: Omit<GoodbyeFrame, 't'>): string =>
  text({ t: 'goodbye', ...frame });
export const gotText = (n: number): string => `{"t":"got","n":${n}}`;

/** An error frame; its code is one of the protocol's. */
export function errorText(frame: Omit<ErrorFrame, 't' | 'code'> & { code: ErrorCode }): string {
  return text({ t: 'error', ...frame });
}
