import type { Metadata } from 'next';
import { Keys } from '@/features/keys/components/keys';

export const metadata: Metadata = { title: 'Keys' };

export default function KeysPage() {
  return <Keys />;
}
