import { api, type ServiceList } from '@recloser/protocol';
import { unstable_rethrow } from 'next/navigation';
import type { EnvironmentRef } from '@/lib/routes';
import { fetchApi } from '@/lib/server/api';

/** What the page groups by before the browser asks itself; null: it could not be read, which must not cost the page. */
export async function fetchServices(place: EnvironmentRef): Promise<ServiceList | null> {
  try {
    return await fetchApi(api.instances.services, { params: place });
  } catch (error) {
    unstable_rethrow(error);
    return null;
  }
}
