import type { Metadata } from 'next';
import { EnvironmentSettings } from '@/features/environment-settings/components/environment-settings';

export const metadata: Metadata = { title: 'Settings' };

export default function SettingsPage() {
  return <EnvironmentSettings />;
}
