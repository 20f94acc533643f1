import { type Segment, validatePolicy, validateRules, validateSegment } from '@recloser/core';
import {
  type EnvironmentDocument,
  environmentDocumentSchema,
  LIMITS,
  RecloserError,
} from '@recloser/protocol';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

/** One thing that is wrong with a document. */
interface DocumentProblem {
  /** Counted from 1; null: of the whole. */
  readonly line: number | null;
  /** 'breakers.stripe.policy.fast.lengthMs' */
  readonly path: string;
  readonly message: string;
}

const PROBLEMS_MAX = 50;
type Path = readonly (string | number)[];

/** A document whose shape is right, with where its parts stand. */
export interface ReadDocument {
  readonly document: EnvironmentDocument;
  readonly locate: (path: Path) => number | null;
}

/**
 * Reads an environment from YAML (or JSON, which is YAML).
 * @throws RecloserError `invalid_document` with `problems`, each with its line
 */
export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const yaml = parseYaml(text, lines);
  const problems = yaml.errors.map(({ message, linePos }): DocumentProblem => ({
    line: linePos?.[0].line ?? null,
    path: '',
    message: message.split('\n', 1)[0] ?? '',
  }));
  if (problems.length > 0) throw refusal(problems);
  const locate = (path: Path): number | null => lineOf(yaml, path, lines);
  const parsed = environmentDocumentSchema.safeParse(toPlain(yaml));
  if (parsed.success) return { document: parsed.data, locate };
  throw refusal(
    parsed.error.issues.map(({ path, message }) => {
      const place = path.map((part) => (typeof part === 'number' ? part : String(part)));
      return { line: locate(place), path: place.join('.'), message };
    }),
  );
}

/**
 * Refuses what a shape cannot say. `known` are the segments that there are.
 * @throws RecloserError `invalid_document` with `problems`, each with its line
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
  if (found.length > 0) throw refusal(found);
  return document;
}

function parseYaml(text: string, lines: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: true });
  } catch (error) {
    // The parser goes down with the nesting of what it reads.
    if (!(error instanceof RangeError)) throw error;
    throw refusal([{ line: null, path: '', message: 'It is nested too deeply.' }]);
  }
}

function toPlain(yaml: Document.Parsed): unknown {
  try {
    return yaml.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'It cannot be read.';
    throw refusal([{ line: null, path: '', message }]);
  }
}

interface Found {
  readonly path: Path;
  readonly message: string;
}

/** What a shape cannot say, by the same checks as everywhere. */
function meaningProblems(document: EnvironmentDocument, known: readonly Segment[]): Found[] {
  const own = Object.entries(document.segments).map(([key, { clauses }]) => ({ key, clauses }));
  const segments = [...known.filter(({ key }) => !(key in document.segments)), ...own];
  const count = Object.keys(document.breakers).length;
  if (count > LIMITS.breakersPerDocument) {
    const message = `At most ${LIMITS.breakersPerDocument} breakers in one file; there are ${count}. Split it.`;
    return [{ path: ['breakers'], message }];
  }
  return [
    ...own.flatMap((segment) =>
      validateSegment(segment).map(({ path, message }) => ({
        path: ['segments', segment.key, ...(path === 'key' ? [] : parts(path))],
        message,
      })),
    ),
    ...Object.entries(document.breakers).flatMap(([key, { policy, rules }]) => [
      ...(policy === undefined ? [] : validatePolicy(policy)).map(({ path, message }) => ({
        path: ['breakers', key, 'policy', ...parts(path)],
        message,
      })),
      ...(rules === undefined ? [] : validateRules(rules, segments)).map(({ path, message }) => ({
        path: ['breakers', key, ...parts(path)],
        message,
      })),
    ]),
  ];
}

function parts(path: string): Path {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The line of the nearest thing on the path that the document has. */
function lineOf(yaml: Document.Parsed, path: Path, lines: LineCounter): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node = yaml.getIn(path.slice(0, length), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return null;
}

function refusal(problems: readonly DocumentProblem[]): RecloserError {
  const [first] = problems;
  const where = [typeof first?.line === 'number' ? `line ${first.line}` : '', first?.path ?? '']
    .filter((part) => part !== '')
    .join(', ');
  const message = `${where === '' ? '' : `${where}: `}${first?.message ?? 'not valid'}`;
  return new RecloserError('invalid_document', message, {
    problems: problems.slice(0, PROBLEMS_MAX),
    count: problems.length,
  });
}
