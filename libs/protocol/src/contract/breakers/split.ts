import { z } from 'zod';
import { countSchema as count, seqSchema } from '../fields.js';

/** One instance's own counts for one breaker over the last `windowMs`. */
export const instanceSplitSchema = z.object({
  instanceId: z.string(),
  service: z.string(),
  zone: z.string().nullable(),
  ok: count,
  failures: count,
  slow: count,
  rejected: count,
  ackedSeq: seqSchema,
});

/** GET E/breakers/:key/instances: of the instances connected to the API node asked; `total` of them, worst first. */
export const splitSchema = z.object({
  windowMs: count,
  total: count,
  items: z.array(instanceSplitSchema),
});

export type InstanceSplit = z.infer<typeof instanceSplitSchema>;
export type Split = z.infer<typeof splitSchema>;
