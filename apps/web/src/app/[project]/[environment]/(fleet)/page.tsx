import type { Metadata } from 'next';
import { fetchServices } from '@/features/fleet/api/fetch-services';
import { Fleet } from '@/features/fleet/components/fleet';
import { type EnvironmentParams, environmentRefOf } from '@/lib/params';

interface FleetPageProps {
  readonly params: EnvironmentParams;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({
  params,
}: Pick<FleetPageProps, 'params'>): Promise<Metadata> {
  const { environment } = await environmentRefOf(params);
  return { title: `Fleet · ${environment}` };
}

export default async function FleetPage({ params, searchParams }: FleetPageProps) {
  const { group } = await searchParams;
  const services = group === 'service' ? await fetchServices(await environmentRefOf(params)) : null;
  return <Fleet services={services} />;
}
