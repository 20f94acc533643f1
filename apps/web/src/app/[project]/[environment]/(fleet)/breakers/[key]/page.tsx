import { BreakerOverview } from '@/features/breaker/components/breaker-overview';

export default function BreakerPage() {
  return <BreakerOverview />;
}
