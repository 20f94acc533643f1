import Link from 'next/link';
import { Logo } from '@/components/shell/logo';
import { Button } from '@/components/ui/button';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-6 text-center">
      <div className="max-w-sm">
        <span className="inline-block">
          <Logo size={36} />
        </span>
        <h1 className="mt-5 text-lg font-semibold tracking-tight">There is nothing here</h1>
        <p className="mt-1.5 text-sm text-fg-2">No such project, environment or page.</p>
        <Button asChild variant="solid" className="mt-5">
          <Link href="/">To the fleet</Link>
        </Button>
      </div>
    </main>
  );
}
