import type { Metadata } from 'next';
import { AuditLog } from '@/features/audit/components/audit-log';
import { type PlaceParams, placeOf } from '@/lib/params';

interface AuditPageProps {
  readonly params: PlaceParams;
}

export async function generateMetadata({ params }: AuditPageProps): Promise<Metadata> {
  return { title: `Audit · ${(await placeOf(params)).environment}` };
}

export default function AuditPage() {
  return <AuditLog />;
}
