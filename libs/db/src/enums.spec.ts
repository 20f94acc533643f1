import { ENVIRONMENT_KINDS, MODES, ROLES, STATE_KINDS, TRIGGER_ACTIONS } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { ENUMS_AGREE } from './enums.js';
import { EnvironmentKind, Mode, Role, StateKind, TriggerAction } from './generated/enums.js';

describe('the database enums', () => {
  it('are the arrays of the core, in their order', () => {
    expect(Object.values(StateKind)).toEqual(STATE_KINDS);
    expect(Object.values(Mode)).toEqual(MODES);
    expect(Object.values(EnvironmentKind)).toEqual(ENVIRONMENT_KINDS);
    expect(Object.values(Role)).toEqual(ROLES);
    expect(Object.values(TriggerAction)).toEqual(TRIGGER_ACTIONS);
    expect(Object.values(ENUMS_AGREE)).toEqual([true, true, true, true, true]);
  });
});
