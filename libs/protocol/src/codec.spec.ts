import {
  ADMISSION_ALL,
  COMMAND_ERROR_CODES,
  type Counts,
  COUNT_FIELDS,
  DEFAULT_POLICY,
} from '@recloser/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import {
  bucketOfCounts,
  countsOfBucket,
  parseClientFrame,
  parseRequest,
  parseServerFrame,
} from './codec.js';
import { parseConsoleClientFrame, parseConsoleServerFrame } from './console-frames.js';
import { ERROR_CODES, isErrorCode, isRecloserError, RecloserError } from './errors.js';
import { isJobName, JOB_NAMES, JOBS } from './jobs.js';
import { LIMITS } from './limits.js';
import {
  createBreakerSchema,
  editBreakerSchema,
  listBreakersQuerySchema,
} from './contract/breakers/breakers.js';
import { rampSchema, tripSchema } from './contract/breakers/commands.js';
import { createProjectSchema } from './contract/projects.js';
import { createScheduleSchema } from './contract/schedules.js';
import { createSegmentSchema, editSegmentSchema } from './contract/segments.js';

const countsArbitrary: fc.Arbitrary<Counts> = fc
  .array(fc.nat(LIMITS.countPerBucket), { minLength: 11, maxLength: 11 })
  .map((values) => {
    const [ok, failures, slow, timeouts, stalled, ...rest] = values as number[] & { length: 11 };
    const [rejected, throttled, localLag, ruledOk, ruledFailures, limited] = rest;
    return {
      ok: ok!,
      failures: failures!,
      slow: slow!,
      timeouts: timeouts!,
      stalled: stalled!,
      rejected: rejected!,
      throttled: throttled!,
      localLag: localLag!,
      ruledOk: ruledOk!,
      ruledFailures: ruledFailures!,
      limited: limited!,
    };
  });

describe('signal buckets', () => {
  it('carry counts there and back', () => {
    fc.assert(
      fc.property(countsArbitrary, fc.nat(15_000), (counts, age) => {
        const bucket = bucketOfCounts(age, counts);
        expect(bucket[0]).toBe(age);
        expect(countsOfBucket(bucket)).toEqual(counts);
      }),
    );
  });

  it('have the order of COUNT_FIELDS after the age', () => {
    const bucket = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    expect(Object.values(countsOfBucket(bucket))).toEqual(bucket.slice(1));
    expect(Object.keys(countsOfBucket(bucket))).toEqual([...COUNT_FIELDS]);
  });

  it('leave out trailing zeros but never the first count, and never have a negative age', () => {
    const none = countsOfBucket([0, 0]);
    expect(bucketOfCounts(-3.2, none)).toEqual([0, 0]);
    expect(bucketOfCounts(12.6, { ...none, failures: 2 })).toEqual([13, 0, 2]);
  });
});

describe('frames', () => {
  it('never throw, whatever comes', () => {
    const parsers = [
      parseClientFrame,
      parseServerFrame,
      parseConsoleClientFrame,
      parseConsoleServerFrame,
    ];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const parse of parsers) expect(parse(text).ok).toBe(false);
      }),
    );
  });

  it('from an SDK have a length at most', () => {
    const text = JSON.stringify({ t: 'got', n: 1, pad: 'x'.repeat(LIMITS.sdkFrameBytes) });
    expect(parseClientFrame(text)).toMatchObject({ ok: false, code: 'frame_too_large' });
    expect(parseServerFrame(text)).toMatchObject({ ok: true });
  });

  it('of a full batch of a thousand breakers fit', () => {
    const items = Array.from({ length: 1_000 }, (_, i) => ({
      b: `a-service/with-a-rather-long-name-${i}`,
      v: 1_000,
      c: Array.from({ length: 4 }, () => [250, 10_000, 1_000, 100]),
    }));
    const text = JSON.stringify({ t: 'signal', n: 1, items });
    expect(parseClientFrame(text).ok).toBe(true);
  });

  it('of the console are read on both sides', () => {
    const watch = { t: 'watch', project: 'default', environment: 'production' };
    expect(parseConsoleClientFrame(JSON.stringify(watch))).toEqual({ ok: true, frame: watch });
    expect(parseConsoleServerFrame('{"t":"ping"}')).toEqual({ ok: true, frame: { t: 'ping' } });
    expect(parseConsoleClientFrame('{"t":"ping"}')).toMatchObject({ code: 'unknown_frame' });
  });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isRecloserError(error)) return error.code;
  }
  return 'none';
}

describe('requests', () => {
  it.each<[string, ZodType, unknown, string]>([
    ['a missing reason', tripSchema, {}, 'reason_required'],
    ['an empty reason', tripSchema, { reason: '   ' }, 'reason_required'],
    ['a long reason', tripSchema, { reason: 'x'.repeat(1_001) }, 'reason_required'],
    ['an unknown field', tripSchema, { reason: 'x', untill: 3 }, 'invalid_request'],
    ['an admission above', rampSchema, ramp(ADMISSION_ALL + 1), 'invalid_admission'],
    ['an admission below', rampSchema, ramp(-1), 'invalid_admission'],
    ['an admission in between', rampSchema, ramp(0.5), 'invalid_admission'],
    ['no admission', rampSchema, { action: 'set', reason: 'x' }, 'invalid_admission'],
    ['no such action', rampSchema, { action: 'jump', reason: 'x' }, 'invalid_request'],
    ['a policy in pieces', editBreakerSchema, { policy: {}, reason: 'x' }, 'invalid_policy'],
    ['rules that are none', editBreakerSchema, { rules: [{}], reason: 'x' }, 'invalid_rules'],
    ['a key with a slash', createBreakerSchema, { key: 'a/b', reason: 'x' }, 'invalid_breaker_key'],
    ['no segment key', createSegmentSchema, { key: 'A b' }, 'invalid_segment_key'],
    ['no clauses', editSegmentSchema, { clauses: [1] }, 'invalid_segment'],
    ['no schedule key', createScheduleSchema, { key: 'A b' }, 'invalid_schedule_key'],
    ['no project key', createProjectSchema, { key: 'A b', name: 'x' }, 'invalid_request'],
    ['no object', tripSchema, null, 'invalid_request'],
  ])('with %s are refused by code', (_, schema, body, code) => {
    expect(codeOf(() => parseRequest(schema, body))).toBe(code);
  });

  it('name every field that is wrong', () => {
    try {
      parseRequest(tripSchema, { until: 'tomorrow' });
      expect.unreachable();
    } catch (error) {
      expect(isRecloserError(error)).toBe(true);
      if (!isRecloserError(error)) return;
      expect(error.message).toContain('reason');
      expect(error.details).toMatchObject({ problems: [{ path: 'reason' }, { path: 'until' }] });
    }
  });

  it('are returned parsed', () => {
    expect(parseRequest(tripSchema, { reason: ' on fire ' })).toEqual({ reason: 'on fire' });
    expect(parseRequest(rampSchema, ramp(ADMISSION_ALL))).toEqual(ramp(ADMISSION_ALL));
    const query = parseRequest(listBreakersQuerySchema, { state: 'open, ramping', limit: '20' });
    expect(query).toEqual({ state: ['open', 'ramping'], limit: 20 });
    const created = { key: 'stripe', policy: DEFAULT_POLICY, reason: 'new' };
    expect(parseRequest(createBreakerSchema, created)).toEqual(created);
  });
});

function ramp(admission: number) {
  return { action: 'set', admission, reason: 'x' };
}

describe('errors', () => {
  it('have a problem body with their code and details', () => {
    const error = new RecloserError('version_conflict', 'reload and try again', {
      expected: 3,
      actual: 4,
    });
    expect(error.toProblem()).toEqual({
      type: 'urn:recloser:error:version_conflict',
      title: ERROR_CODES.version_conflict.title,
      status: 409,
      code: 'version_conflict',
      detail: 'reload and try again',
      expected: 3,
      actual: 4,
    });
    expect(error).toBeInstanceOf(Error);
    expect(isRecloserError(error)).toBe(true);
    expect(isRecloserError(new Error('x'))).toBe(false);
    expect(isRecloserError(null)).toBe(false);
  });

  it('cannot have their members overwritten by details', () => {
    const problem = new RecloserError('not_found', 'no', { status: 200, code: 'ok' }).toProblem();
    expect(problem).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('exist for everything that the core refuses', () => {
    expect(COMMAND_ERROR_CODES.filter((code) => !isErrorCode(code))).toEqual([]);
    expect(isErrorCode('toString')).toBe(false);
  });

  it('have an HTTP status', () => {
    for (const { status, title } of Object.values(ERROR_CODES)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).not.toBe('');
    }
  });
});

describe('jobs', () => {
  it('are all listed, and their payloads checked', () => {
    expect([...JOB_NAMES].sort()).toEqual(Object.keys(JOBS).sort());
    expect(isJobName('evaluate')).toBe(true);
    expect(isJobName('constructor')).toBe(false);
    expect(JOBS.evaluate.schema.safeParse({}).success).toBe(false);
    expect(JOBS.evaluate.schema.parse({ environmentId: 'e' })).toEqual({ environmentId: 'e' });
  });
});
