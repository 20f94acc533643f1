import { type TxtNode } from '@textlint/ast-node-types';
import { type TextlintRuleModule } from '@textlint/types';
import { blockText } from './block-text.js';

/** Reports two spaces in a row within a line. */
export const singleSpaces: TextlintRuleModule = ({ locator, report, RuleError }) => {
  const check = (block: TxtNode) => {
    const { text, offset } = blockText(block);
    for (const { 0: spaces, index } of text.matchAll(/(?<=\S) {2,}(?=\S)/gu)) {
      const message = `${String(spaces.length)} spaces in a row.`;
      report(block, new RuleError(message, { padding: locator.at(offset(index)) }));
    }
  };
  return { Paragraph: check, Header: check, TableCell: check };
};
