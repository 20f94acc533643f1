import type { Metadata } from 'next';
import { fetchServices } from '@/features/fleet/api/fetch-services';
import { Fleet } from '@/features/fleet/components/fleet';
import { type PlaceParams, placeOf } from '@/lib/params';

interface FleetPageProps {
  readonly params: PlaceParams;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({
  params,
}: Pick<FleetPageProps, 'params'>): Promise<Metadata> {
  const { environment } = await placeOf(params);
  return { title: `Fleet · ${environment}` };
}

export default async function FleetPage({ params, searchParams }: FleetPageProps) {
  const { group } = await searchParams;
  const services = group === 'service' ? await fetchServices(await placeOf(params)) : null;
  return <Fleet services={services} />;
}
