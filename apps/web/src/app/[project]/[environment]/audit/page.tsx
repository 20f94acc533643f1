import type { Metadata } from 'next';
import { AuditLog } from '@/features/audit/components/audit-log';
import { type EnvironmentParams, environmentRefOf } from '@/lib/params';

interface AuditPageProps {
  readonly params: EnvironmentParams;
}

export async function generateMetadata({ params }: AuditPageProps): Promise<Metadata> {
  return { title: `Audit · ${(await environmentRefOf(params)).environment}` };
}

export default function AuditPage() {
  return <AuditLog />;
}
