import './globals.css';
import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { EarlyScript } from '@/lib/early/early-script';
import { iconOf } from '@/lib/icon';
import { THEME_COOKIE, themeOf } from '@/lib/theme';

export const metadata: Metadata = {
  title: { default: 'Recloser', template: '%s · Recloser' },
  description: 'One decision for the whole fleet, and traffic back in steps.',
  // Not a file: browsers would fetch it again with each page.
  icons: { icon: { url: iconOf(null, false), type: 'image/svg+xml' } },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0a0b0d' },
    { media: '(prefers-color-scheme: light)', color: '#f6f6f7' },
  ],
};

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  // The theme comes with the first byte: no script, no flash.
  const theme = themeOf((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html
      lang="en"
      data-theme={theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      // The early script says here that the page is not ready.
      suppressHydrationWarning
    >
      <head>
        <EarlyScript />
      </head>
      <body className="min-h-dvh antialiased">{children}</body>
    </html>
  );
}
