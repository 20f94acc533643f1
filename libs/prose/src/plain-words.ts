import { type TxtNode } from '@textlint/ast-node-types';
import { type TextlintRuleModule } from '@textlint/types';
import { blockText } from './block-text.js';
import { PHRASES } from './words.js';

/** Reports words and phrases that the project's style replaces. */
export const plainWords: TextlintRuleModule = (context) => {
  const { locator, report, RuleError } = context;
  const check = (block: TxtNode) => {
    const { text, offset } = blockText(block);
    for (const { pattern, instead } of PHRASES) {
      for (const { 0: found, index } of text.matchAll(pattern)) {
        report(
          block,
          new RuleError(`"${found}": ${instead}`, { padding: locator.at(offset(index)) }),
        );
      }
    }
  };
  return { Paragraph: check, Header: check, TableCell: check };
};
