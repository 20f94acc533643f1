import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { LAST_PLACE_COOKIE, lastEnvironment } from '@/lib/last-environment';
import { routes } from '@/lib/routes';
import { fetchProjects } from '@/lib/server/api';
import { NoProjects } from '@/components/shell/no-projects';

/** To the environment that was looked at last, or the first there is. */
export default async function HomePage() {
  const [projects, store] = await Promise.all([fetchProjects(), cookies()]);
  const place = lastEnvironment(projects, store.get(LAST_PLACE_COOKIE)?.value);
  if (place === null) return <NoProjects />;
  redirect(routes.fleet(place));
}
