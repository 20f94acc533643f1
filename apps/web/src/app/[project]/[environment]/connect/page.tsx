import type { Metadata } from 'next';
import { Onboarding } from '@/features/onboarding/components/onboarding';

export const metadata: Metadata = { title: 'Connect' };

export default function ConnectPage() {
  return <Onboarding />;
}
