import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { ActionProvider } from '@/features/actions/action-provider';
import { fetchFirstState } from '@/features/live/first-state';
import { LiveProvider } from '@/features/live/live-provider';
import { TripNotifications } from '@/features/trip-notifications/trip-notifications';
import { PaletteProvider } from '@/features/palette/palette-context';
import { SessionProvider } from '@/features/session/session-context';
import { StaleBanner, StaleScope } from '@/features/shell/components/connection';
import { MobileTabs, MobileTopBar } from '@/features/shell/components/mobile-bars';
import { RememberEnvironment } from '@/features/shell/components/remember-environment';
import { Sidebar } from '@/features/shell/components/sidebar';
import { TroubleSignal } from '@/features/shell/components/trouble-signal';
import { type EnvironmentParams, environmentRefOf } from '@/lib/params';
import { fetchMe, fetchProjects } from '@/lib/server/api';

interface EnvironmentLayoutProps {
  readonly params: EnvironmentParams;
  readonly children: ReactNode;
}

export default async function EnvironmentLayout({ params, children }: EnvironmentLayoutProps) {
  const place = await environmentRefOf(params);
  const [me, projects] = await Promise.all([fetchMe(), fetchProjects()]);
  const project = projects.find(({ key }) => key === place.project);
  if (project?.environments.some(({ key }) => key === place.environment) !== true) notFound();
  const { items, seq } = await fetchFirstState(place);
  return (
    <SessionProvider user={me.user}>
      <LiveProvider
        key={`${place.project}/${place.environment}`}
        project={place.project}
        environment={place.environment}
        breakers={items}
        seq={seq}
      >
        <ActionProvider>
          <PaletteProvider>
            <RememberEnvironment />
            <TroubleSignal />
            <TripNotifications />
            <StaleScope>
              <Sidebar projects={projects} />
              <div className="flex min-w-0 flex-1 flex-col">
                <StaleBanner />
                <MobileTopBar projects={projects} />
                <main className="mx-auto w-full max-w-[90rem] flex-1 px-4 pt-5 pb-24 sm:px-6 md:pb-10 lg:px-8">
                  {children}
                </main>
                <MobileTabs />
              </div>
            </StaleScope>
          </PaletteProvider>
        </ActionProvider>
      </LiveProvider>
    </SessionProvider>
  );
}
