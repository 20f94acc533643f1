import { Boxes } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';

export function NoProjects() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <h1 className="sr-only">Recloser</h1>
      <EmptyState icon={Boxes} title="There is no project yet">
        A first start makes the project “default”. Restart the API, or create one with POST
        /v1/projects.
      </EmptyState>
    </main>
  );
}
