import { AnswerError, api } from '@recloser/protocol';
import { afterEach, expect, it, vi } from 'vitest';
import { call } from './call';

const ENVIRONMENT = { id: 'e1', key: 'production', name: 'Production', kind: 'production', seq: 7 };
const PROJECT = { key: 'default', name: 'Default', environments: [ENVIRONMENT] };

const answering = (body: unknown) => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body)));
};

afterEach(() => {
  vi.unstubAllGlobals();
});

it('an answer is read by the contract, without what only a newer server sends', async () => {
  answering([{ ...PROJECT, color: 'red' }]);
  expect(await call(api.projects.list)).toEqual([PROJECT]);
});

it('an answer that is not as the contract says is an error, and no value', async () => {
  answering([{ ...PROJECT, environments: null }]);
  await expect(call(api.projects.list)).rejects.toThrow(AnswerError);
  await expect(call(api.projects.list)).rejects.toThrow('0.environments');
});
