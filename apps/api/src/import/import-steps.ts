import type { EnvironmentSettings } from '@recloser/db';
import type { DescribedPlan } from './import-plan.js';
import type { DocumentProblem } from './yaml-text.js';

/** Settings that a plan is made from; of the breakers that the file does not name, only their keys. */
export interface PlannedFrom extends EnvironmentSettings {
  readonly otherBreakers: readonly string[];
}

export type ImportStep =
  | { readonly kind: 'read'; readonly text: string }
  | {
      readonly kind: 'plan';
      readonly settings: PlannedFrom;
      readonly reason: string;
      readonly prune: boolean;
    };

export type ImportAnswer =
  | { readonly kind: 'read'; readonly breakers: readonly string[] }
  | { readonly kind: 'planned'; readonly plan: DescribedPlan }
  | { readonly kind: 'problems'; readonly problems: readonly DocumentProblem[] };
