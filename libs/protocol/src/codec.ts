import type { Counts } from '@recloser/core';
import type { z } from 'zod';
import { RecloserError } from './errors.js';
import { codeOfFields } from './field-codes.js';
import { LIMITS } from './limits.js';
import {
  CLIENT_FRAME_KINDS,
  type ClientFrame,
  clientFrameSchema,
  SERVER_FRAME_KINDS,
  type ServerFrame,
  serverFrameSchema,
  type SignalBucket,
} from './sdk-frames.js';
import { UNSTORABLE_MESSAGE, unstorablePath } from './storable.js';

export type FrameErrorCode = 'malformed_frame' | 'unknown_frame' | 'frame_too_large';

export type ParsedFrame<F> =
  | { readonly ok: true; readonly frame: F }
  | { readonly ok: false; readonly code: FrameErrorCode; readonly message: string };

/**
 * Reads a frame that an SDK sent. Never throws. `frame_too_large` is judged in characters; the socket's own
 * payload limit holds the bytes.
 */
export function parseClientFrame(text: string): ParsedFrame<ClientFrame> {
  return parseFrame(text, clientFrameSchema, CLIENT_FRAME_KINDS, LIMITS.sdkFrameBytes);
}

/** Reads a frame that the server sent to an SDK. For tests and tools: the SDK has its own, tolerant decoder. */
export function parseServerFrame(text: string): ParsedFrame<ServerFrame> {
  return parseFrame(text, serverFrameSchema, SERVER_FRAME_KINDS, Number.POSITIVE_INFINITY);
}

/** Reads one JSON frame; `kinds` are the values of `t` that the schema knows. Never throws. */
export function parseFrame<F>(
  text: string,
  schema: z.ZodType<F>,
  kinds: readonly string[],
  maxLength: number,
): ParsedFrame<F> {
  if (text.length > maxLength) {
    return refused('frame_too_large', `a frame has at most ${maxLength} bytes: send smaller ones`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('malformed_frame', 'the frame is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const kind = kindOf(value);
  if (kind !== null && !kinds.includes(kind)) {
    return refused('unknown_frame', `frames of kind "${kind.slice(0, 32)}" are not known`);
  }
  return refused('malformed_frame', describeIssue(parsed.error));
}

function refused(code: FrameErrorCode, message: string): ParsedFrame<never> {
  return { ok: false, code, message };
}

function kindOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('t' in value)) return null;
  return typeof value.t === 'string' ? value.t : null;
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'the frame is not valid';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * Parses a request body, query or path by its schema, or throws a RecloserError with `details.problems`.
 * The code names the field that matters: reason_required, invalid_admission, invalid_policy, invalid_rules, or what
 * the schema has registered for its own fields, else invalid_request.
 */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return storable(parsed.data);
  const problems = parsed.error.issues.map((issue): FieldProblem => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const wrong = problems.map(({ path }) => path.split('.', 1)[0] ?? '');
  const code = codeOfFields(schema, wrong);
  const first = problems[0];
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  const message =
    code === 'reason_required'
      ? `give a reason of 1 to ${LIMITS.reasonLength} characters: it is kept in the audit log`
      : `${where}${first?.message ?? 'not valid'}`;
  throw new RecloserError(code, message, { problems });
}

function storable<T>(value: T): T {
  const path = unstorablePath(value);
  if (path === null) return value;
  const problems: FieldProblem[] = [{ path, message: UNSTORABLE_MESSAGE }];
  throw new RecloserError('invalid_request', `${path}: ${UNSTORABLE_MESSAGE}`, { problems });
}

/** The counts of one signal bucket; trailing zeros may be missing. */
export function countsOfBucket(bucket: SignalBucket): Counts {
  const at = (index: number) => bucket[index] ?? 0;
  return {
    ok: at(1),
    failures: at(2),
    slow: at(3),
    timeouts: at(4),
    stalled: at(5),
    rejected: at(6),
    throttled: at(7),
    localLag: at(8),
    ruledOk: at(9),
    ruledFailures: at(10),
    limited: at(11),
  };
}

/** One signal bucket of these counts, without its trailing zeros. `ageMs` ≥ 0 is rounded. */
export function bucketOfCounts(ageMs: number, counts: Counts): SignalBucket {
  const bucket = [
    Math.max(0, Math.round(ageMs)),
    counts.ok,
    counts.failures,
    counts.slow,
    counts.timeouts,
    counts.stalled,
    counts.rejected,
    counts.throttled,
    counts.localLag,
    counts.ruledOk,
    counts.ruledFailures,
    counts.limited,
  ];
  while (bucket.length > 2 && bucket[bucket.length - 1] === 0) bucket.pop();
  return bucket;
}
