import { listOf } from '@/features/schedules/schedule-draft';
import { memberSet } from '../drafts/member-set';
import { type MergeField, mergingOf } from '../drafts/three-way';
import type { ChannelDraft } from './channel-draft';

/** A channel as it is edited, beside the host that its address has now. */
export interface ChannelEdit extends ChannelDraft {
  readonly host: string;
}

type Field = MergeField<ChannelEdit>;

const NAME: Field = {
  id: 'name',
  label: 'Name',
  tell: ({ name }) => name,
  carry: ({ name }, into) => ({ ...into, name }),
};

const ADDRESS: Field = {
  id: 'url',
  label: 'Address',
  tell: ({ url, host }) => (url === '' ? host : url),
  carry: ({ url }, into) => ({ ...into, url }),
};

const EVENTS = memberSet<ChannelEdit, ChannelDraft['events'][number]>({
  id: 'events',
  label: 'Events',
  read: ({ events }) => events,
  write: (events, into) => ({ ...into, events }),
});

const TAGS = memberSet<ChannelEdit, string>({
  id: 'tags',
  label: 'Tags',
  read: ({ tags }) => listOf(tags),
  write: (tags, into) => ({ ...into, tags: tags.join(', ') }),
});

const HEADERS: Field = {
  id: 'headers',
  label: 'Headers',
  tell: ({ headers }) => headers,
  carry: ({ headers }, into) => ({ ...into, headers }),
};

/** A channel field by field; its events and tags are sets. */
export const channelMerging = mergingOf<ChannelEdit>(() => [NAME, ADDRESS, EVENTS, TAGS, HEADERS]);
