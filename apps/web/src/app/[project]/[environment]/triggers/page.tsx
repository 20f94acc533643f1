import type { Metadata } from 'next';
import { Triggers } from '@/features/triggers/components/triggers';

export const metadata: Metadata = { title: 'Triggers' };

export default function TriggersPage() {
  return <Triggers />;
}
