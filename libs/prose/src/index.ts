import { plainWords } from './plain-words.js';
import { sentenceCase } from './sentence-case.js';
import { sentenceLength } from './sentence-length.js';
import { singleSpaces } from './single-spaces.js';

export const rules = {
  'plain-words': plainWords,
  'sentence-case': sentenceCase,
  'sentence-length': sentenceLength,
  'single-spaces': singleSpaces,
};

/** The project's style of English. textlint reads a preset from the default export. */
export default {
  rules,
  rulesConfig: Object.fromEntries(Object.keys(rules).map((name) => [name, true])),
};
