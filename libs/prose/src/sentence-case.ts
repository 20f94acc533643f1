import { type TextlintRuleModule } from '@textlint/types';
import { blockText } from './block-text.js';

/** Reports capitals within headings; `names` are the proper nouns that keep theirs. */
export const sentenceCase: TextlintRuleModule<{ names?: readonly string[] }> = (
  { locator, report, RuleError },
  { names = [] } = {},
) => {
  const known = new Set(names);
  return {
    Header(node) {
      const { text, offset } = blockText(node);
      // The first word of the heading, and of what follows a colon, begins with a capital.
      const words = text.matchAll(/(?<=[^\s:.]\s+)\p{Lu}\p{Ll}[\p{L}.]*/gu);
      for (const { 0: word, index } of words) {
        if (known.has(word.replace(/\.$/u, ''))) continue;
        const message = `"${word}" in a heading: use sentence case, or add the name to .textlintrc.json.`;
        report(node, new RuleError(message, { padding: locator.at(offset(index)) }));
      }
    },
  };
};
