import { type TxtNode } from '@textlint/ast-node-types';

/** The words of a paragraph, heading or table cell, without markup. */
export interface BlockText {
  readonly text: string;
  /** Where a character of `text` stands in the block, from the block's begin. */
  readonly offset: (index: number) => number;
}

/** Stands for inline code and images, which count as one word and are not read. */
const PLACEHOLDER = '\uFFFC';

/** The plain text of `block`; a line break is one space. */
export function blockText(block: TxtNode): BlockText {
  const [begin] = block.range;
  let text = '';
  const offsets: number[] = [];
  const append = (part: string, start: number) => {
    // A line break, with the indentation or quote sign that follows it, is one space.
    for (const { 0: piece, index } of part.matchAll(/\n[\s>]*|[^\n]/gu)) {
      const plain = piece.startsWith('\n') ? ' ' : piece;
      for (let unit = 0; unit < plain.length; unit += 1) offsets.push(start - begin + index + unit);
      text += plain;
    }
  };
  const visit = (node: TxtNode) => {
    const [start] = node.range;
    if (node.type === 'Str') append(node.raw, start);
    else if (node.type === 'Code' || node.type === 'Image') append(PLACEHOLDER, start);
    else if (node.type === 'Break') append(' ', start);
    else for (const child of childrenOf(node)) visit(child);
  };
  visit(block);
  return { text, offset: (index) => offsets[index] ?? 0 };
}

function childrenOf(node: TxtNode): readonly TxtNode[] {
  return 'children' in node ? (node.children as readonly TxtNode[]) : [];
}
