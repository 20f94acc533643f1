import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Class names joined, later ones winning over earlier ones of the same kind. */
export function cn(...values: ClassValue[]): string {
  return twMerge(clsx(values));
}
