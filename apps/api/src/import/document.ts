import {
  type Segment,
  upgradePolicy,
  validatePolicy,
  validateRules,
  validateSegment,
} from '@recloser/core';
import {
  type EnvironmentDocument,
  environmentDocumentSchema,
  LIMITS,
  UNSTORABLE_MESSAGE,
  unstorablePath,
} from '@recloser/protocol';
import type { z } from 'zod';
import { type DocumentProblem, type Located, readYaml, YamlProblems } from './yaml-text.js';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** A document whose shape is right, with where its parts stand. */
export interface ReadDocument {
  readonly document: EnvironmentDocument;
  /** Names of the parts that the text has, empty ones too. */
  readonly sections: ReadonlySet<string>;
  /** The line of the nearest thing on the path that the document has. */
  readonly locate: (path: Path) => number | null;
}

/**
 * Reads an environment from YAML (or JSON, which is YAML).
 * @throws YamlProblems, each with its line
 */
export function readDocument(text: string): ReadDocument {
  const root = readYaml(text);
  const locate = (path: Path): number | null => lineOf(root, path);
  const first = environmentDocumentSchema.safeParse(root.value);
  const parsed = first.success || !retype(root, first.error.issues) ? first : again(root);
  if (!parsed.success)
    throw new YamlProblems(parsed.error.issues.map((issue) => problemOf(issue, locate)));
  refuseUnread(root, parsed.data, locate);
  refuseUnstorable(root, locate);
  const sections = new Set([...root.children.keys()].map(String));
  return { document: parsed.data, sections, locate };
}

/**
 * Refuses what a shape cannot say. `known` are the segments that there are.
 * @throws YamlProblems, each with its line
 */
export function checkDocument(
  { document, locate }: ReadDocument,
  known: readonly Segment[],
): EnvironmentDocument {
  const found = meaningProblems(document, known).map(({ path, message }) => ({
    line: locate(path),
    path: path.join('.'),
    message,
  }));
  if (found.length > 0) throw new YamlProblems(found);
  return document;
}

const again = (root: Located) => environmentDocumentSchema.safeParse(root.value);

/**
 * Gives the numbers and booleans that stand in the wrong place the type that is asked for there: the name `2024` is
 * text, the threshold `0.50` a number. True: something has changed.
 */
function retype(root: Located, issues: readonly Issue[]): boolean {
  return issues.map((issue) => retypeOne(root, issue)).some((changed) => changed);
}

function retypeOne(root: Located, issue: Issue): boolean {
  if (issue.code !== 'invalid_type') return false;
  const name = issue.path.at(-1);
  const parent = located(root, issue.path.slice(0, -1));
  const own =
    typeof name === 'string' || typeof name === 'number' ? parent?.children.get(name) : undefined;
  if (!own?.ambiguous || typeof parent?.value !== 'object' || parent.value === null) return false;
  const { text, typed } = own.ambiguous;
  const isWanted = issue.expected === 'string' || typeOf(typed).includes(issue.expected);
  if (!isWanted) return false;
  own.value = issue.expected === 'string' ? text : typed;
  Reflect.set(parent.value, name ?? '', own.value);
  return true;
}

const typeOf = (value: number | boolean): readonly string[] =>
  typeof value === 'number' ? ['number', 'int'] : ['boolean'];

function located(root: Located, path: Path): Located | null {
  let at: Located | undefined = root;
  for (const part of path) {
    at = typeof part === 'symbol' ? undefined : at?.children.get(part);
  }
  return at ?? null;
}

function lineOf(root: Located, path: Path): number | null {
  let nearest = root;
  for (const part of path) {
    const child = typeof part === 'symbol' ? undefined : nearest.children.get(part);
    if (child === undefined) break;
    nearest = child;
  }
  return nearest === root ? null : nearest.line;
}

function problemOf(issue: Issue, locate: ReadDocument['locate']): DocumentProblem {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    return {
      line: locate([...issue.path, name]),
      path,
      message: `There is no setting "${name}" here.`,
    };
  }
  return { line: locate(issue.path), path, message: messageOf(issue) };
}

function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.code === 'invalid_union' && issue.path.at(-2) === 'values'
    ? 'A value is text, a number, true or false. Put quotes around text that looks like something else.'
    : issue.message;
}

/** Refuses settings that are not known, which a policy, rule or clause would lose: a name may be misspelt. */
function refuseUnread(
  root: Located,
  { breakers, segments }: EnvironmentDocument,
  locate: ReadDocument['locate'],
): void {
  const at = (path: Path): unknown => located(root, path)?.value;
  const found = [
    ...[...breakers].flatMap(([key, { policy, rules }]) => {
      const path = ['breakers', key];
      return [
        ...unreadIn(upgradePolicy(at([...path, 'policy'])), policy, [...path, 'policy']),
        ...unreadIn(at([...path, 'rules']), rules, [...path, 'rules']),
      ];
    }),
    ...[...segments].flatMap(([key, { clauses }]) => {
      const path = ['segments', key, 'clauses'];
      return unreadIn(at(path), clauses, path);
    }),
  ];
  if (found.length === 0) return;
  throw new YamlProblems(
    found.map((path) => ({
      line: locate(path),
      path: path.slice(0, -1).join('.'),
      message: `There is no setting "${String(path.at(-1))}" here.`,
    })),
  );
}

/** Paths of members that `read` does not have. */
function unreadIn(given: unknown, read: unknown, path: Path): Path[] {
  if (typeof given !== 'object' || given === null) return [];
  if (typeof read !== 'object' || read === null) return [];
  const members = new Map<string, unknown>(Object.entries(read));
  return Object.entries(given).flatMap(([name, value]) => {
    const own = [...path, Array.isArray(given) ? Number(name) : name];
    return members.has(name) ? unreadIn(value, members.get(name), own) : [own];
  });
}

function refuseUnstorable(root: Located, locate: ReadDocument['locate']): void {
  const path = unstorablePath(root.value);
  if (path === null) return;
  throw new YamlProblems([{ line: locate(partsOf(path)), path, message: UNSTORABLE_MESSAGE }]);
}

interface Found {
  readonly path: Path;
  readonly message: string;
}

/** What a shape cannot say, by the same checks as everywhere. */
function meaningProblems(
  { breakers, segments }: EnvironmentDocument,
  known: readonly Segment[],
): Found[] {
  if (breakers.size > LIMITS.breakersPerDocument) {
    const message = `At most ${LIMITS.breakersPerDocument} breakers in one file; there are ${breakers.size}. Split it.`;
    return [{ path: ['breakers'], message }];
  }
  const own = [...segments].map(([key, { clauses }]) => ({ key, clauses }));
  const all = [...known.filter(({ key }) => !segments.has(key)), ...own];
  return [
    ...own.flatMap((segment) =>
      validateSegment(segment).map(({ path, message }) => ({
        path: ['segments', segment.key, ...(path === 'key' ? [] : partsOf(path))],
        message,
      })),
    ),
    ...[...breakers].flatMap(([key, { policy, rules }]) => [
      ...(policy === undefined ? [] : validatePolicy(policy)).map(({ path, message }) => ({
        path: ['breakers', key, 'policy', ...partsOf(path)],
        message,
      })),
      ...(rules === undefined ? [] : validateRules(rules, all)).map(({ path, message }) => ({
        path: ['breakers', key, ...partsOf(path)],
        message,
      })),
    ]),
  ];
}

function partsOf(path: string): Path {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
