import type { Metadata } from 'next';
import { ImportExport } from '@/features/import-export/components/import-export';

export const metadata: Metadata = { title: 'Import, export' };

export default function ImportExportPage() {
  return <ImportExport />;
}
