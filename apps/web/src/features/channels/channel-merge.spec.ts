import { describe, expect, it } from 'vitest';
import { NEW_CHANNEL } from './channel-draft';
import { type ChannelEdit, channelMerging } from './channel-merge';

const base: ChannelEdit = {
  ...NEW_CHANNEL,
  name: 'On call',
  events: ['opened', 'closed'],
  tags: 'tier-1',
  host: 'a.example',
};

describe('merging of channels', () => {
  it('puts together what two have added and removed', () => {
    const theirs: ChannelEdit = { ...base, events: ['opened', 'closed', 'edited'], tags: '' };
    const mine: ChannelEdit = { ...base, events: ['opened'], tags: 'tier-1, external' };
    const merged = channelMerging.merge({ base, theirs, mine }, new Map());
    expect(merged).toMatchObject({ events: ['opened', 'edited'], tags: 'external' });
  });

  it('asks where both have changed the address, of which only the host is known', () => {
    const theirs = { ...base, host: 'b.example' };
    const mine = { ...base, url: 'https://c.example/x' };
    const [field, ...others] = channelMerging.compare({ base, theirs, mine });
    expect(others).toEqual([]);
    expect(field).toMatchObject({
      changedBy: 'conflict',
      base: 'a.example',
      theirs: 'b.example',
      mine: 'https://c.example/x',
    });
    const versions = { base, theirs, mine };
    expect(channelMerging.merge(versions, new Map([['url', 'theirs']])).url).toBe('');
    expect(channelMerging.merge(versions, new Map()).url).toBe('https://c.example/x');
  });
});
