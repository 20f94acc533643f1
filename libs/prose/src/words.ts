/** What this project does not write, and what it writes instead. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

function phrase(source: string, instead: string): Phrase {
  return { pattern: new RegExp(`\\b(?:${source})\\b`, 'giu'), instead };
}

/** Each pattern is global. */
export const PHRASES: readonly Phrase[] = [
  { pattern: /\d\s+%/gu, instead: 'Write the sign directly after the number: "12.5%".' },
  phrase('of (?:which|whom)', 'Begin a sentence of its own, or name the thing.'),
  phrase('whom|whoever|whomever', 'Name the person: "a caller that", "people who", "anyone who".'),
  phrase('so (?:long|many|much)(?! as\\b| that\\b)', 'Give the number, or write "this long".'),
  phrase('as well', 'Write "also" before the verb, or leave it out.'),
  phrase('(?:by|of) itself|by themselves', 'Write "automatically", or leave it out.'),
  phrase('(?:is|are|was|be|been) told(?: of| apart)?', 'Write "learns", "receives" or "reports".'),
  phrase('tells? (?:of|apart)|told (?:of|apart)', 'Write "reports" or "distinguishes".'),
  phrase('knows? no(?:thing)?', 'Write "does not know".'),
  phrase(
    '(?<!there )(?:is|are|was|were) no (?!more\\b|longer\\b|less\\b)\\w+',
    'Write "is not a …".',
  ),
  phrase('at its (?:begin|end)', 'Write "when it starts" or "when it ends".'),
  phrase('has to do|have to do', 'Name what happens.'),
  phrase('stands? in (?:the|a|an|its|one)', 'Write "is in".'),
  phrase('in sight|out of sight', 'Write "visible" or "shown".'),
  phrase('for ever', 'Write "forever".'),
  phrase('of (?:yours|ours)', 'Write "your" or "our".'),
  phrase('he|she|himself|herself', 'Name the person.'),
  phrase('what (?:it|they) (?:has|have) to be', 'Write "valid" or "invalid".'),
  phrase('all in all|in effect|there it is', 'Leave it out.'),
  phrase('utilize|leverage|in order to|please note', 'Write "use", "to", or leave it out.'),
  phrase('simply|easily|obviously|of course', 'Leave it out.'),
];
