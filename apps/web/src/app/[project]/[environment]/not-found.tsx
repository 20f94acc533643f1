import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <EmptyState icon={SearchX} title="There is nothing here">
      <p>It may have been archived, or it belongs to another environment.</p>
      <Button asChild className="mt-4">
        <Link href="/">To the fleet</Link>
      </Button>
    </EmptyState>
  );
}
