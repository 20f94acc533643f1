import { type TxtNode } from '@textlint/ast-node-types';
import { type TextlintRuleModule } from '@textlint/types';
import { split } from 'sentence-splitter';
import { blockText } from './block-text.js';

const DEFAULT_MAX = 35;
// The splitter's own list ends no sentence after "ms.", "min." or "no.".
const AbbrMarker = {
  language: {
    ABBREVIATIONS: ['e.g.', 'i.e.', 'etc.', 'vs.'],
    PREPOSITIVE_ABBREVIATIONS: [],
    EXCLAMATION_WORDS: [],
  },
};
const WORD = /[\p{L}\p{N}\uFFFC][^\s—–]*/gu;

/** Reports sentences with more than `max` words (35 by default); inline code is one word. */
export const sentenceLength: TextlintRuleModule<{ max?: number }> = (
  { locator, report, RuleError },
  { max = DEFAULT_MAX } = {},
) => {
  const check = (block: TxtNode) => {
    const { text, offset } = blockText(block);
    for (const { type, range, raw } of split(text, { AbbrMarker })) {
      const words = type === 'Sentence' ? (raw.match(WORD)?.length ?? 0) : 0;
      if (words <= max) continue;
      const message = `${String(words)} words in one sentence; at most ${String(max)}. Split it.`;
      report(block, new RuleError(message, { padding: locator.at(offset(range[0])) }));
    }
  };
  return { Paragraph: check, TableCell: check };
};
