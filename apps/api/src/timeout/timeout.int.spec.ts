import { expect, it } from 'vitest';
import { timeoutSuggestionSchema } from '@recloser/protocol';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

it('says what is missing while too little is known, and refuses a rate that cannot be', async () => {
  await admin.post(`${PRODUCTION}/breakers`, { key: 'new', reason: 'test' });
  const path = `${PRODUCTION}/breakers/new/timeout`;
  expect(timeoutSuggestionSchema.parse((await admin.get(path)).body)).toEqual({
    falseRate: 0.001,
    timeoutMs: null,
    cutOff: false,
    samples: 0,
    samplesNeeded: 10_000,
    hours: 0,
    calls: 0,
    timeouts: 0,
    histogram: [],
  });
  expect((await admin.get(`${path}?falseRate=0.01`)).body).toMatchObject({ samplesNeeded: 1_000 });
  for (const rate of ['0', '1', 'x']) {
    expect((await admin.get(`${path}?falseRate=${rate}`)).status).toBe(400);
  }
  expect((await admin.get(`${PRODUCTION}/breakers/none/timeout`)).status).toBe(404);
});
