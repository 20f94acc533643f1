import type { Metadata } from 'next';
import { ApiTokens } from '@/features/tokens/components/api-tokens';

export const metadata: Metadata = { title: 'API tokens' };

export default function ApiTokensPage() {
  return <ApiTokens />;
}
