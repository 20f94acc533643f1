import type { Metadata } from 'next';
import { Transfer } from '@/features/transfer/components/transfer';

export const metadata: Metadata = { title: 'Import, export' };

export default function TransferPage() {
  return <Transfer />;
}
