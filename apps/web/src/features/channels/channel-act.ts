import type { ChannelInfo } from '@recloser/protocol';

/** What somebody has begun on the page. */
export type ChannelAct =
  | { readonly kind: 'create' }
  | {
      readonly kind: 'edit' | 'rotate' | 'pause' | 'resume' | 'remove';
      readonly channel: ChannelInfo;
    };
