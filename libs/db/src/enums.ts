import type { EnvironmentKind, Mode, Role, StateKind, TriggerAction } from '@recloser/core';
import type * as Stored from './generated/enums.js';

/** Fails to compile unless both unions have the same members. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** Proof that the database's enums are the core's arrays: a member added on one side only does not type-check. */
export const ENUMS_AGREE: {
  readonly stateKind: Same<StateKind, Stored.StateKind>;
  readonly mode: Same<Mode, Stored.Mode>;
  readonly environmentKind: Same<EnvironmentKind, Stored.EnvironmentKind>;
  readonly role: Same<Role, Stored.Role>;
  readonly triggerAction: Same<TriggerAction, Stored.TriggerAction>;
} = { stateKind: true, mode: true, environmentKind: true, role: true, triggerAction: true };
