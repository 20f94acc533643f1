import type { Metadata } from 'next';
import { Gallery } from '@/features/gallery/components/gallery';
import { fetchMe } from '@/lib/server/api';

export const metadata: Metadata = { title: 'Gallery' };

/** For those who work on the console: every token and primitive in one place. Linked from nowhere. */
export default async function GalleryPage() {
  // Signed out leads to the sign-in page.
  await fetchMe();
  return <Gallery />;
}
