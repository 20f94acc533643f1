import { plain } from './find';

interface Named {
  /** What a person types who wants this and nothing else. */
  readonly name: string;
}

/**
 * The first choice where it must be the one that was meant: nothing else has this name, or nothing else was found.
 * null where a person has to look. `complete`: false while more may be found than is known yet.
 */
export function clearChoice<C extends Named>(
  text: string,
  choices: readonly C[],
  complete: boolean,
): C | null {
  const [first] = choices;
  const wanted = plain(text);
  if (first === undefined || wanted === '') return null;
  if (choices.length === 1 && complete) return first;
  const same = choices.filter(({ name }) => plain(name) === wanted);
  return same.length === 1 && same[0] === first ? first : null;
}
