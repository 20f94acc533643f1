import type { Metadata } from 'next';
import { Fleet } from '@/features/fleet/components/fleet';
import { type PlaceParams, placeOf } from '@/lib/params';

interface FleetPageProps {
  readonly params: PlaceParams;
}

export async function generateMetadata({ params }: FleetPageProps): Promise<Metadata> {
  const { environment } = await placeOf(params);
  return { title: `Fleet · ${environment}` };
}

export default function FleetPage() {
  return <Fleet />;
}
