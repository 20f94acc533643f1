import { z } from 'zod';

/** What a monitoring system says, whichever it is. */
export interface IncomingAlert {
  readonly source: string;
  readonly firing: boolean;
  /** Names of what fires, the same each time it is told; none: it is told again of what fired before. */
  readonly alerts: readonly string[];
  /** For people. */
  readonly summary: string;
}

/** Reads the payload of one system; null: it is another's. */
export type ReadPayload = (body: unknown) => IncomingAlert | null;

const text = z.string();
/** Some systems send ids as numbers. */
export const idText = z.union([z.string().min(1), z.number()]).transform(String);
export const labels = z.record(text, z.unknown());

export const textIn = (values: Readonly<Record<string, unknown>>, name: string): string => {
  const value = values[name];
  return typeof value === 'string' ? value : '';
};
