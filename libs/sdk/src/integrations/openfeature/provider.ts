import { ADMISSION_ALL } from '@recloser/core';
import {
  ErrorCode,
  type EvaluationContext,
  type FlagMetadata,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  type ProviderMetadata,
  ProviderNotReadyError,
  type ResolutionDetails,
  ServerProviderEvents,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import { demandRecloser } from '../../brand.js';
import { type Breaker, type Decision } from '../../breaker/breaker.js';
import { type Recloser } from '../../recloser.js';
import { contextOf } from './context.js';

export interface OpenFeatureOptions {
  /** How long `setProviderAndWait` waits for the first state. Milliseconds. Default: 10,000. */
  readonly readyTimeoutMs?: number;
}

/**
 * Breakers as OpenFeature flags, by their keys. A boolean is whether a call would be admitted, a string the state, a number
 * the admitted share of the traffic (0…1), an object the whole decision. `targetingKey` is the cohort key.
 *
 * It only reads. No outcome is reported, so calls that go by a flag alone are no evidence: use `protect` for them.
 */
export class RecloserProvider implements Provider {
  readonly metadata: ProviderMetadata = { name: 'recloser' };
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #recloser: Recloser;
  readonly #readyTimeoutMs: number;
  /** Each breaker's cohort key; null: to be read again. */
  #cohortKeys: ReadonlyMap<string, string> | null = null;
  #unsubscribe: readonly (() => void)[] = [];

  /** Whoever made `recloser` closes it. */
  constructor(recloser: Recloser, { readyTimeoutMs = 10_000 }: OpenFeatureOptions = {}) {
    demandRecloser(recloser);
    this.#recloser = recloser;
    this.#readyTimeoutMs = readyTimeoutMs;
  }

  /** @throws ProviderNotReadyError when the control plane has not sent its state in time; flags have their defaults until it does */
  async initialize(): Promise<void> {
    this.#subscribe();
    if (await this.#recloser.ready({ timeoutMs: this.#readyTimeoutMs })) return;
    throw new ProviderNotReadyError(
      'The control plane has not sent its state: check the URL and the SDK key. Flags have their defaults until it does.',
    );
  }

  onClose(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    return Promise.resolve();
  }

  resolveBooleanEvaluation(
    key: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<boolean>> {
    return this.#resolve(key, defaultValue, context, ({ admitted }) => admitted);
  }

  resolveStringEvaluation(
    key: string,
    defaultValue: string,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<string>> {
    return this.#resolve(key, defaultValue, context, ({ state }) => state);
  }

  resolveNumberEvaluation(
    key: string,
    defaultValue: number,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<number>> {
    return this.#resolve(key, defaultValue, context, shareOf);
  }

  resolveObjectEvaluation<T extends JsonValue>(
    key: string,
    defaultValue: T,
    context: EvaluationContext,
  ): Promise<ResolutionDetails<T>> {
    // The interface lets the caller choose the type of what only the provider knows.
    return this.#resolve(key, defaultValue, context, (decision) => objectOf(decision) as T);
  }

  #resolve<T>(
    key: string,
    defaultValue: T,
    context: EvaluationContext,
    valueOf: (decision: Decision) => T,
  ): Promise<ResolutionDetails<T>> {
    const cohortKey = this.#cohortKeyOf(key);
    if (cohortKey === undefined) {
      return Promise.resolve({
        value: defaultValue,
        reason: StandardResolutionReasons.ERROR,
        errorCode: ErrorCode.FLAG_NOT_FOUND,
        errorMessage: `No breaker has the key "${key}"`,
      });
    }
    const breaker: Breaker = this.#recloser.breaker(key);
    const decision = breaker.decide(contextOf(context, cohortKey));
    return Promise.resolve({
      value: valueOf(decision),
      variant: decision.state,
      reason: this.#recloser.status().connected
        ? REASONS[decision.reason]
        : StandardResolutionReasons.STALE,
      flagMetadata: metadataOf(decision),
    });
  }

  /** Undefined: there is no such breaker. Asking the SDK for it would create it. */
  #cohortKeyOf(key: string): string | undefined {
    this.#cohortKeys ??= new Map(
      this.#recloser.breakers().map((view) => [view.key, view.cohortKey]),
    );
    return this.#cohortKeys.get(key);
  }

  #subscribe(): void {
    const { events } = this;
    const changed = (flagsChanged: readonly string[]): void => {
      if (flagsChanged.length === 0) return;
      events.emit(ServerProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged] });
    };
    this.#unsubscribe = [
      this.#recloser.on('applied', ({ breakers }) => {
        this.#cohortKeys = null;
        changed(breakers);
      }),
      this.#recloser.on('transition', ({ breaker, source }) => {
        // Those of the fleet are told by `applied`, once for all breakers.
        if (source === 'local') changed([breaker]);
      }),
      this.#recloser.on('stale', ({ stale, reason }) => {
        if (stale) events.emit(ServerProviderEvents.Stale, { message: reason });
        else events.emit(ServerProviderEvents.Ready, {});
      }),
    ];
  }
}

const REASONS: Record<Decision['reason'], string> = {
  closed: StandardResolutionReasons.STATIC,
  observe: StandardResolutionReasons.STATIC,
  open: StandardResolutionReasons.STATIC,
  forced: StandardResolutionReasons.STATIC,
  local: StandardResolutionReasons.STATIC,
  rule: StandardResolutionReasons.TARGETING_MATCH,
  cohort: StandardResolutionReasons.SPLIT,
  probe: StandardResolutionReasons.SPLIT,
  limited: StandardResolutionReasons.SPLIT,
  unknown: StandardResolutionReasons.UNKNOWN,
};

const shareOf = ({ admission }: Decision): number => admission / ADMISSION_ALL;

function objectOf(decision: Decision): JsonValue {
  const { admitted, state, reason, bucket, seq, ruleId, scope } = decision;
  return {
    admitted,
    state,
    reason,
    admission: shareOf(decision),
    bucket,
    seq,
    ...(ruleId !== undefined && { ruleId }),
    ...(scope !== undefined && { scope: { kind: scope.kind, value: scope.value } }),
  };
}

function metadataOf(decision: Decision): FlagMetadata {
  const { state, reason, seq, ruleId } = decision;
  return {
    state,
    decisionReason: reason,
    admission: shareOf(decision),
    ...(seq !== null && { seq }),
    ...(ruleId !== undefined && { ruleId }),
  };
}
