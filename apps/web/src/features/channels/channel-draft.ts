import type { z } from 'zod';
import {
  type ChannelEvent,
  type ChannelInfo,
  type ChannelKind,
  createChannelSchema,
  editChannelSchema,
} from '@recloser/protocol';
import { listOf } from '@/features/schedules/schedule-draft';

/** A channel as form fields. */
export interface ChannelDraft {
  readonly name: string;
  readonly kind: ChannelKind;
  /** '': as it is. */
  readonly url: string;
  readonly events: readonly ChannelEvent[];
  /** Separated by commas. */
  readonly tags: string;
  /** "Name: value", one a line; without a value the known one stays. */
  readonly headers: string;
}

/** All that the API wants of a channel but the reason; without `url` it stays as it is. */
type ChannelInput = z.infer<typeof keptUrlSchema>;

export const NEW_CHANNEL: ChannelDraft = {
  name: '',
  kind: 'webhook',
  url: '',
  events: ['opened', 'recovering', 'closed'],
  tags: '',
  headers: '',
};

export function draftOf({ name, kind, events, tags, headers }: ChannelInfo): ChannelDraft {
  const lines = headers.map((header) => `${header}:`).join('\n');
  return { name, kind, url: '', events, tags: tags.join(', '), headers: lines };
}

const settingsSchema = createChannelSchema.omit({ reason: true });
const keptUrlSchema = settingsSchema
  .partial({ url: true })
  .extend({ headers: editChannelSchema.shape.headers.unwrap() });

interface HeaderLine {
  readonly name: string;
  readonly value?: string;
}

function headersOf(text: string): readonly HeaderLine[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(':');
      const value = rest.join(':').trim();
      return value === '' ? { name: name.trim() } : { name: name.trim(), value };
    });
}

export type ChannelReading =
  | { readonly ok: true; readonly input: ChannelInput }
  | { readonly ok: false; readonly problems: ChannelProblems };

export type ChannelProblems = Partial<Readonly<Record<keyof ChannelDraft, string>>>;

const MISSING: ChannelProblems = {
  name: 'Give it a name.',
  url: 'Give the address that is sent to.',
};

/** What a draft stands for, by the schema that the API checks it with. `isNew`: it must have an address. */
export function readChannel(draft: ChannelDraft, isNew: boolean): ChannelReading {
  const { url, ...others } = draft;
  const address = url.trim();
  const given = address === '' && !isNew ? {} : { url: address };
  const schema = isNew ? settingsSchema : keptUrlSchema;
  const parsed = schema.safeParse({
    ...others,
    ...given,
    tags: listOf(draft.tags),
    headers: headersOf(draft.headers),
  });
  if (parsed.success) return { ok: true, input: parsed.data };
  const problems: Partial<Record<keyof ChannelDraft, string>> = {};
  for (const { path, message } of parsed.error.issues) {
    const field = FIELDS.find((one) => one === path[0]);
    if (field === undefined) continue;
    if (field === 'headers') {
      problems.headers ??= headerProblem(draft.headers, path, message);
      continue;
    }
    const empty = field === 'name' || field === 'url' ? draft[field].trim() === '' : false;
    problems[field] ??= (empty ? MISSING[field] : undefined) ?? message;
  }
  return { ok: false, problems };
}

const FIELDS = ['name', 'kind', 'url', 'events', 'tags', 'headers'] as const;

/** With the line that it is about; a value that is missing has no words of its own. */
function headerProblem(text: string, path: readonly PropertyKey[], message: string): string {
  const [, index, part] = path;
  const header = typeof index === 'number' ? headersOf(text)[index] : undefined;
  if (header === undefined) return `${message}.`;
  return part === 'value' && header.value === undefined
    ? `${header.name}: give a value, as in “${header.name}: value”.`
    : `${header.name}: ${message}.`;
}

/** Of a new channel's untouched fields nothing is said before somebody tries to save it. */
export function typedProblems(problems: ChannelProblems, draft: ChannelDraft): ChannelProblems {
  const { name, url, ...others } = problems;
  return {
    ...others,
    ...(name === undefined || draft.name === '' ? {} : { name }),
    ...(url === undefined || draft.url === '' ? {} : { url }),
  };
}

/** Of chats that answer a webhook's JSON with an error. */
const CHAT_HOSTS = ['hooks.slack.com', 'chat.googleapis.com'];

function hostOf(url: string): URL | null {
  return URL.parse(url.trim());
}

/** What can be saved and is probably not meant. `known`: the tags of all breakers; null: not known yet. */
export function reviewChannel(
  draft: ChannelDraft,
  known: ReadonlySet<string> | null,
): readonly string[] {
  const found: string[] = [];
  const address = hostOf(draft.url);
  if (draft.kind === 'webhook' && CHAT_HOSTS.includes(address?.hostname ?? '')) {
    found.push('This is the address of a chat: choose Chat, or its messages are refused.');
  }
  if (address?.protocol === 'http:') {
    found.push('What is sent to an http:// address can be read on its way.');
  }
  const unused = known === null ? [] : listOf(draft.tags).filter((tag) => !known.has(tag));
  if (unused.length > 0) {
    const names = unused.map((tag) => `“${tag}”`).join(', ');
    found.push(`No breaker is tagged ${names}: nothing is sent for it.`);
  }
  return found;
}
