import { z } from 'zod';
import { type ParsedFrame, parseFrame } from './codec.js';
import { auditEntrySchema } from './contract/audit.js';
import { breakerSummarySchema, convergenceSchema } from './contract/breakers/breaker.js';
import { LIMITS } from './limits.js';
import { millisSchema } from './state.js';

const seq = z.int().min(0);
const count = z.int().min(0);
const slug = z.string().min(1).max(LIMITS.nameLength);

/** Follow one environment; replaces the one watched before. The first answer is a `snapshot`. */
export const watchSchema = z.object({ t: z.literal('watch'), project: slug, environment: slug });
export const consolePongSchema = z.object({ t: z.literal('pong') });
export const consoleClientFrameSchema = z.discriminatedUnion('t', [watchSchema, consolePongSchema]);

/** All breakers of the environment. Replaces everything that was shown. */
export const consoleSnapshotSchema = z.object({
  t: z.literal('snapshot'),
  seq,
  breakers: z.array(breakerSummarySchema),
  /** Store clock. */
  at: millisSchema,
});

/** What changed up to `seq`, with the audit events of these changes. */
export const consoleChangesSchema = z.object({
  t: z.literal('changes'),
  seq,
  breakers: z.array(breakerSummarySchema),
  removed: z.array(z.string()),
  events: z.array(auditEntrySchema),
  at: millisSchema,
});

/** Counts of one breaker in one second: [key, ok, failures, rejected, slow]. */
export const consoleMetricSchema = z.tuple([z.string(), count, count, count, count]);

/** Every second. A breaker that is missing had no calls in that second. */
export const consoleMetricsSchema = z.object({
  t: z.literal('metrics'),
  /** Start of the second, store clock. */
  at: millisSchema,
  items: z.array(consoleMetricSchema),
  connected: count,
  convergence: convergenceSchema,
});

export const consolePingSchema = z.object({ t: z.literal('ping') });
/** `fatal` errors close the socket. */
export const consoleErrorSchema = z.object({
  t: z.literal('error'),
  code: z.string(),
  message: z.string(),
});

export const consoleServerFrameSchema = z.discriminatedUnion('t', [
  consoleSnapshotSchema,
  consoleChangesSchema,
  consoleMetricsSchema,
  consolePingSchema,
  consoleErrorSchema,
]);

export const CONSOLE_SERVER_FRAME_KINDS: readonly ConsoleServerFrame['t'][] = [
  'snapshot',
  'changes',
  'metrics',
  'ping',
  'error',
];

/** Reads a frame that the console sent. Never throws. */
export function parseConsoleClientFrame(text: string): ParsedFrame<ConsoleClientFrame> {
  return parseFrame(text, consoleClientFrameSchema, ['watch', 'pong'], 4_096);
}

/** Reads a frame of the console's feed. Never throws. */
export function parseConsoleServerFrame(text: string): ParsedFrame<ConsoleServerFrame> {
  return parseFrame(
    text,
    consoleServerFrameSchema,
    CONSOLE_SERVER_FRAME_KINDS,
    Number.POSITIVE_INFINITY,
  );
}

export type WatchFrame = z.infer<typeof watchSchema>;
export type ConsoleClientFrame = z.infer<typeof consoleClientFrameSchema>;
export type ConsoleSnapshotFrame = z.infer<typeof consoleSnapshotSchema>;
export type ConsoleChangesFrame = z.infer<typeof consoleChangesSchema>;
export type ConsoleMetric = z.infer<typeof consoleMetricSchema>;
export type ConsoleMetricsFrame = z.infer<typeof consoleMetricsSchema>;
export type ConsoleErrorFrame = z.infer<typeof consoleErrorSchema>;
export type ConsoleServerFrame = z.infer<typeof consoleServerFrameSchema>;
