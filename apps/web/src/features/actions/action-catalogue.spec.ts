import { ADMISSION_ALL } from '@recloser/core';
import {
  dimSchema,
  rampSchema,
  restoreSchema,
  setModeSchema,
  tripSchema,
} from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { ACTION_NAMES, ACTIONS, commandOf, requestOf } from './action-catalogue';

const SCHEMAS = {
  trip: tripSchema,
  dim: dimSchema,
  restore: restoreSchema,
  ramp: rampSchema,
  setMode: setModeSchema,
};

describe('requestOf', () => {
  it.each(ACTION_NAMES)('%s is a request that the API understands', (action) => {
    for (const until of [null, 1_800_000_000_000]) {
      const { route, body } = requestOf(action, { until, admission: 2 ** 29 });
      const parsed = SCHEMAS[route].safeParse({ ...body, reason: 'why', expectedVersion: 3 });
      expect(parsed.error).toBeUndefined();
    }
  });

  it('sends the end of a hold only where one can be', () => {
    for (const action of ACTION_NAMES) {
      const { body } = requestOf(action, { until: 5, admission: ADMISSION_ALL });
      expect('until' in body).toBe(ACTIONS[action].mayEnd);
    }
  });
});

describe('commandOf', () => {
  it('is the command of the same name', () => {
    expect(commandOf('set', { until: null, admission: 7 })).toEqual({
      type: 'ramp.set',
      admission: 7,
    });
    expect(commandOf('freeze', { until: 5, admission: 0 })).toEqual({
      type: 'mode.set',
      mode: 'held',
      until: 5,
    });
    expect(commandOf('abort', { until: null, admission: 0 })).toEqual({ type: 'ramp.abort' });
  });
});
