import { createChannelSchema, editChannelSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import {
  type ChannelDraft,
  NEW_CHANNEL,
  readChannel,
  reviewChannel,
  typedProblems,
} from './channel-draft';

const draft: ChannelDraft = {
  name: ' On call ',
  kind: 'webhook',
  url: ' https://hooks.example.com/a ',
  events: ['opened'],
  tags: 'tier-1, external,tier-1',
  headers: '',
};

function problemsOf(part: Partial<ChannelDraft>, isNew = true) {
  const reading = readChannel({ ...draft, ...part }, isNew);
  return reading.ok ? {} : reading.problems;
}

describe('readChannel', () => {
  it('makes what the API takes', () => {
    const reading = readChannel(draft, true);
    expect(reading).toEqual({
      ok: true,
      input: {
        name: 'On call',
        kind: 'webhook',
        url: 'https://hooks.example.com/a',
        events: ['opened'],
        tags: ['tier-1', 'external'],
        headers: [],
      },
    });
    const input = reading.ok ? reading.input : null;
    expect(createChannelSchema.safeParse({ ...input, reason: 'agreed' }).success).toBe(true);
  });

  it('keeps the address when none is given, but not of a new one', () => {
    const reading = readChannel({ ...draft, url: '' }, false);
    if (!reading.ok) throw new Error('It is to be readable.');
    expect(reading.input).not.toHaveProperty('url');
    const { kind: _kind, ...edit } = reading.input;
    expect(editChannelSchema.safeParse({ ...edit, reason: 'agreed' }).success).toBe(true);
    expect(problemsOf({ url: ' ' })).toEqual({ url: 'Give the address that is sent to.' });
  });

  it('reads a header a line, with whatever stands in its value', () => {
    const headers = ' Authorization:  Bearer a:b, c \n\n X-Team : payments';
    const reading = readChannel({ ...draft, headers }, true);
    expect(reading.ok && reading.input.headers).toEqual([
      { name: 'Authorization', value: 'Bearer a:b, c' },
      { name: 'X-Team', value: 'payments' },
    ]);
  });

  it('keeps the value of a header that is given without one, but not of a new channel', () => {
    const reading = readChannel({ ...draft, headers: 'Authorization:' }, false);
    expect(reading.ok && reading.input.headers).toEqual([{ name: 'Authorization' }]);
    expect(problemsOf({ headers: 'Authorization:' }).headers).toBe(
      'Authorization: give a value, as in “Authorization: value”.',
    );
  });

  it.each([
    ['Host: x', 'Host: this header is set by Recloser itself.'],
    ['Two words: x', 'Two words: a header is named by letters, digits and dashes.'],
    ['X-Name: snow☃', 'X-Name: a header holds visible ASCII characters only.'],
    ['A: 1\na: 2', 'the same header is given twice.'],
  ])('refuses the header %j', (headers, problem) => {
    expect(problemsOf({ headers }).headers).toBe(problem);
  });

  it('says what is wrong, field by field', () => {
    expect(problemsOf({ name: ' ' })).toEqual({ name: 'Give it a name.' });
    expect(problemsOf({ url: 'ftp://example.com' }, false)).toHaveProperty('url');
    expect(problemsOf({ url: 'hooks.example.com' }).url).toMatch('https://');
    expect(problemsOf({ events: [] })).toEqual({ events: 'choose at least one kind of event' });
    expect(problemsOf({ tags: 'x'.repeat(500) })).toHaveProperty('tags');
  });
});

describe('typedProblems', () => {
  it('says nothing of what was not touched yet', () => {
    const reading = readChannel({ ...NEW_CHANNEL, events: [] }, true);
    const problems = reading.ok ? {} : reading.problems;
    expect(Object.keys(problems).toSorted()).toEqual(['events', 'name', 'url']);
    expect(typedProblems(problems, NEW_CHANNEL)).toEqual({ events: problems.events });
    const typed = { ...NEW_CHANNEL, url: 'x' };
    expect(typedProblems({ url: 'wrong' }, typed)).toEqual({ url: 'wrong' });
  });
});

describe('reviewChannel', () => {
  it('has nothing to say of an ordinary one', () => {
    expect(reviewChannel(draft, new Set(['tier-1', 'external']))).toEqual([]);
    expect(reviewChannel({ ...draft, url: '' }, null)).toEqual([]);
  });

  it('notices a chat taken for a webhook, an open address, and a tag that no breaker has', () => {
    const slack = { ...draft, url: 'https://hooks.slack.com/services/T/B/x' };
    expect(reviewChannel(slack, null)).toEqual([expect.stringMatching('choose Chat')]);
    expect(reviewChannel({ ...slack, kind: 'chat' }, null)).toEqual([]);
    const open = { ...draft, url: 'http://hooks.example.com' };
    expect(reviewChannel(open, null)).toEqual([expect.stringMatching('http://')]);
    expect(reviewChannel(draft, new Set(['tier-1']))).toEqual([
      expect.stringMatching('“external”'),
    ]);
  });
});
