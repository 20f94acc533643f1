import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import { expect, it } from 'vitest';
import { rules } from './index.js';

const kernel = new TextlintKernel();
// A CommonJS module, whose default export the runner unwraps and Node does not.
const plugin = 'default' in markdown ? markdown.default : markdown;

async function problemsIn(text: string) {
  const { messages } = await kernel.lintText(text, {
    ext: '.md',
    filePath: 'page.md',
    plugins: [{ pluginId: 'markdown', plugin }],
    rules: Object.entries(rules).map(([ruleId, rule]) => ({
      ruleId,
      rule,
      options: ruleId === 'sentence-case' ? { names: ['Recloser', 'Node.js'] } : true,
    })),
  });
  return messages.map(
    ({ ruleId, loc }) => `${ruleId} ${String(loc.start.line)}:${String(loc.start.column)}`,
  );
}

it.each([
  ['Traffic is at 12.5 %.', 'plain-words 1:18'],
  ['One breaker, of which a part is open.', 'plain-words 1:14'],
  ['It holds **so many** calls.', 'plain-words 1:12'],
  ['The breaker opens by itself.', 'plain-words 1:19'],
  ['A part is told\nand a page is told.', 'plain-words 1:8,plain-words 2:12'],
  ['- An item\n- A second as well', 'plain-words 2:12'],
  ['| a |\n| --- |\n| whoever calls |', 'plain-words 3:3'],
  ['> Whom a rule rejects', 'plain-words 1:3'],
  [`${'word '.repeat(35).trim()}.`, ''],
  [`One. ${'word '.repeat(36).trim()}.`, 'sentence-length 1:6'],
  [`It took 12 ms. ${'Word '.repeat(34).trim()}.`, ''],
  ['Two  spaces.', 'single-spaces 1:4'],
  ['- One\n  space.', ''],
  ['# A Heading of Recloser for Node.js', 'sentence-case 1:5'],
  ['# 0001: The API is one address', ''],
  ['# What it does: A summary', ''],
  ['`so many`  and\n\n```\nas well  12 %\n```\n', 'single-spaces 1:10'],
  ['As many calls as it takes, as long as it lasts, so long as nobody stops it.', ''],
])('the prose linter reports in %j: "%s"', async (text, problems) => {
  expect((await problemsIn(text)).join()).toBe(problems);
});
