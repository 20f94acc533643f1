import { z } from 'zod';
import { countSchema as count } from '../fields.js';

/** GET E/breakers/:key/cohort-keys: how the values of the cohort key end that rules and segments list, by number. */
export const keyEndingsSchema = z.object({
  /** The context attribute that is the cohort key. */
  attribute: z.string(),
  /** a to f, in either case. */
  letters: count,
  digits: count,
  others: count,
});
export type KeyEndingsInfo = z.infer<typeof keyEndingsSchema>;
