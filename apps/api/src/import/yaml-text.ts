import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/**
 * Bounds of a file. Nesting is far above what settings need; parsers recurse, so it keeps the stack. On top stand the document,
 * comments and directives before it, and what does not belong there: each of those is a problem of its own.
 */
const YAML_LIMITS = { depth: 32, nodes: 400_000, onTop: 10_000 } as const;

/** One thing that is wrong with a document. */
export interface DocumentProblem {
  /** Counted from 1; null: of the whole. */
  readonly line: number | null;
  /** 'breakers.stripe.policy.trip.excessMs' */
  readonly path: string;
  readonly message: string;
}

/** A number or a boolean that could also be text: `2024`, `0123`, `True`. */
interface Ambiguous {
  readonly text: string;
  readonly typed: number | boolean;
}

/** A value with its place in the text. */
export interface Located {
  /** Maps are objects without a prototype, so that every name is a name. */
  value: unknown;
  readonly line: number;
  readonly ambiguous: Ambiguous | null;
  readonly children: ReadonlyMap<string | number, Located>;
}

/** What is wrong with the text, in the order in which it stands there. */
export class YamlProblems extends Error {
  readonly problems: readonly DocumentProblem[];

  constructor(problems: readonly DocumentProblem[]) {
    super('The text is not valid.');
    this.name = 'YamlProblems';
    this.problems = problems;
  }
}

/**
 * Reads one YAML 1.2 document (JSON, too) within bounds, in time that grows with its length alone. A plain scalar becomes a
 * number or a boolean only if it is written as JSON writes it; whatever else stands there is text, unchanged: `0123`
 * and `1.10` are no numbers here. Keys are always text.
 * @throws YamlProblems
 */
export function readYaml(text: string): Located {
  const lines = new LineCounter();
  const document = compose(text, lines);
  const complaints = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: lines.linePos(pos[0]).line,
    path: '',
    message: message.split('\n', 1)[0] ?? '',
  }));
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2') {
    complaints.unshift({ line: 1, path: '', message: `This is YAML ${version}. Write YAML 1.2.` });
  }
  if (complaints.length > 0) throw new YamlProblems(complaints);
  const reader = new Reader(lines);
  const root = reader.read(document.contents, []);
  if (reader.problems.length > 0) throw new YamlProblems(reader.problems);
  return root;
}

function compose(text: string, lines: LineCounter): Document.Parsed {
  // Names that stand twice are found by the reader: the library compares each name with each.
  const composer = new Composer({ uniqueKeys: false, version: '1.2' });
  let found: Document.Parsed | null = null;
  for (const document of composer.compose(tokens(text, lines), true, text.length)) {
    if (found !== null) throw whole('Give one document; a second one begins with "---".');
    found = document;
  }
  if (found === null) throw whole('There is no document in this text.');
  return found;
}

function* tokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let count = 0;
  let onTop = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      onTop += 1;
      if (onTop > YAML_LIMITS.onTop) throw whole(TOO_MUCH);
      yield token;
    }
    count += 1;
    // Documents and their contents stand on the stack, too.
    if (parser.stack.length > YAML_LIMITS.depth + 2) throw tooDeep(lines, parser.offset);
    if (count > YAML_LIMITS.nodes * 5) throw whole(TOO_MUCH);
  }
  yield* parser.end();
}

type Path = readonly (string | number)[];
const NO_CHILDREN: ReadonlyMap<string | number, Located> = new Map();
const TOO_MUCH = 'The file holds too much. Split it.';

class Reader {
  readonly problems: DocumentProblem[] = [];
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: Node | null | undefined, path: Path): Located {
    this.#nodes += 1;
    if (this.#nodes > YAML_LIMITS.nodes)
      throw new YamlProblems([this.#problem(node, [], TOO_MUCH)]);
    // Aliases can nest what the text does not.
    if (path.length > YAML_LIMITS.depth) throw tooDeep(this.#lines, offsetOf(node));
    if (isAlias(node)) return this.#alias(node.source, node, path);
    if (node?.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return this.#list(node.items as (Node | null)[], node, path);
    if (isScalar(node)) return this.#scalar(node);
    return this.#leaf(node, null, null);
  }

  #alias(source: string, node: Node, path: Path): Located {
    const target = this.#anchors.get(source);
    if (target !== undefined) return this.read(target, path);
    this.#complain(node, path, `There is no "&${source}" before this.`);
    return this.#leaf(node, null, null);
  }

  #list(items: readonly (Node | null)[], node: Node, path: Path): Located {
    const children = new Map(
      items.map((item, index) => [index, this.read(item, [...path, index])] as const),
    );
    const value = [...children.values()].map((child) => child.value);
    return { value, line: this.#lineOf(node), ambiguous: null, children };
  }

  #map(node: YAMLMap, path: Path): Located {
    const children = new Map<string | number, Located>();
    const value = Object.create(null) as Record<string, unknown>;
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const name = this.#nameOf(pair, path);
      if (name === null) continue;
      const before = children.get(name);
      const child = this.read(pair.value, [...path, name]);
      const first = `"${name}" stands here already, in line ${before?.line ?? 0}.`;
      if (before !== undefined) this.#complain(pair.key, [...path, name], first);
      // Its line is where its name stands.
      children.set(name, { ...child, line: this.#lineOf(pair.key ?? pair.value) });
      value[name] = child.value;
    }
    return { value, line: this.#lineOf(node), ambiguous: null, children };
  }

  #nameOf({ key, value }: Pair<Node | null, Node | null>, path: Path): string | null {
    const target = isAlias(key) ? this.#anchors.get(key.source) : key;
    if (isScalar(target)) {
      if (target.anchor !== undefined) this.#anchors.set(target.anchor, target);
      const name = typeof target.value === 'string' ? target.value : (target.source ?? '');
      const isMerge = name === '<<' && target.type === 'PLAIN' && isAlias(value);
      if (name !== '' && !isMerge) return name;
      const message = isMerge
        ? 'Merge keys ("<<") are not known: write the members out.'
        : 'A name is missing here.';
      this.#complain(key, path, message);
      return null;
    }
    this.#complain(key, path, 'A name must be text.');
    return null;
  }

  #scalar(node: Scalar): Located {
    const { value, source = '', type } = node;
    if (type !== 'PLAIN' || node.tag !== undefined || value === null) {
      return this.#leaf(node, value, null);
    }
    if (typeof value !== 'number' && typeof value !== 'boolean')
      return this.#leaf(node, value, null);
    const canonical = Object.is(value, -0) ? '-0' : String(value);
    const ambiguous = { text: source, typed: value };
    return this.#leaf(node, source === canonical ? value : source, ambiguous);
  }

  #leaf(node: Node | null | undefined, value: unknown, ambiguous: Ambiguous | null): Located {
    return { value, line: this.#lineOf(node), ambiguous, children: NO_CHILDREN };
  }

  #lineOf(node: Node | null | undefined): number {
    return this.#lines.linePos(offsetOf(node)).line;
  }

  #problem(node: Node | null | undefined, path: Path, message: string): DocumentProblem {
    return { line: this.#lineOf(node), path: path.join('.'), message };
  }

  #complain(node: Node | null | undefined, path: Path, message: string): void {
    this.problems.push(this.#problem(node, path, message));
  }
}

const offsetOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

const whole = (message: string): YamlProblems =>
  new YamlProblems([{ line: null, path: '', message }]);

function tooDeep(lines: LineCounter, offset: number): YamlProblems {
  const message = `It is nested too deeply: at most ${YAML_LIMITS.depth} levels.`;
  return new YamlProblems([{ line: lines.linePos(offset).line, path: '', message }]);
}
