import type { Metadata } from 'next';
import { Environments } from '@/features/environments/components/environments';
import { fetchProjects } from '@/lib/server/api';

export const metadata: Metadata = { title: 'Environments' };

export default async function EnvironmentsPage() {
  return <Environments first={await fetchProjects()} />;
}
