import type { Metadata } from 'next';
import { Segments } from '@/features/segments/components/segments';

export const metadata: Metadata = { title: 'Segments' };

export default function SegmentsPage() {
  return <Segments />;
}
