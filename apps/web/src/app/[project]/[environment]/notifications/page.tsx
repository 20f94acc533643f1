import type { Metadata } from 'next';
import { Channels } from '@/features/channels/components/channels';

export const metadata: Metadata = { title: 'Notifications' };

export default function NotificationsPage() {
  return <Channels />;
}
