import { cn } from '@/lib/cn';

/** Room for what is still being read, of the size that it will have. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={cn('block animate-breathe rounded-md bg-line', className)} />;
}
