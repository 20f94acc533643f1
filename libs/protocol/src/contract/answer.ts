import type { z } from 'zod';
import type { Address } from './api.js';
import { routeAt } from './contract.js';
import type { AnswerOf } from './inputs.js';

/** An answer that is not what the contract says: of a newer server, or of something that is no Recloser. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

type Path = readonly PropertyKey[];

/**
 * Reads an answer by the contract. Members that the contract does not know are left out: a newer server may send more.
 * @throws AnswerError
 */
export function parseAnswer<A extends Address>(address: A, value: unknown): AnswerOf<A> {
  const { answer } = routeAt(address);
  return (answer === undefined ? value : parsed(address, answer, value)) as AnswerOf<A>;
}

function parsed(address: Address, schema: z.ZodType, value: unknown): unknown {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const unknown = unknownMembers(first.error.issues);
  const second = unknown === null ? first : schema.safeParse(without(value, unknown));
  if (second.success) return second.data;
  const [issue] = second.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new AnswerError(
    `The answer to ${address} cannot be read: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'not valid'}. Is the server newer than this program? Then update it.`,
  );
}

/** Paths of the members that are not known, if they are all that is wrong; null: something else is wrong. */
function unknownMembers(issues: readonly z.core.$ZodIssue[], at: Path = []): Path[] | null {
  const found: Path[] = [];
  for (const issue of issues) {
    const path = [...at, ...issue.path];
    const members =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...path, key])
        : issue.code === 'invalid_union'
          ? firstOf(issue.errors.map((option) => unknownMembers(option, path)))
          : null;
    if (members === null) return null;
    found.push(...members);
  }
  return found;
}

const firstOf = (options: readonly (Path[] | null)[]): Path[] | null =>
  options.find((option) => option !== null) ?? null;

function without(value: unknown, paths: readonly Path[]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce<unknown>(memberOf, copy);
    if (typeof holder === 'object' && holder !== null) {
      Reflect.deleteProperty(holder, path.at(-1) ?? '');
    }
  }
  return copy;
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
