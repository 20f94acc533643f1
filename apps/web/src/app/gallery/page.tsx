import type { Metadata } from 'next';
import { Gallery } from '@/features/gallery/components/gallery';

export const metadata: Metadata = { title: 'Gallery' };

/** For those who work on the console: every token and primitive in one place. Linked from nowhere. */
export default function GalleryPage() {
  return <Gallery />;
}
