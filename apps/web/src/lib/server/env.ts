import { z } from 'zod';

const schema = z.object({
  /** Where the API listens, as seen from this server; browsers never see it. */
  API_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4400'),
});

/** Read when first asked: a build has no API. */
export function env(): z.infer<typeof schema> {
  return schema.parse(process.env);
}
