import type { Metadata } from 'next';
import { Logo } from '@/components/shell/logo';
import { SignInForm } from '@/features/session/components/sign-in-form';
import { safePath } from '@/lib/safe-path';

export const metadata: Metadata = { title: 'Sign in' };

interface SignInPageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center px-5 py-10">
      <div className="w-full max-w-[21rem]">
        <Logo size={36} />
        <h1 className="mt-6 text-[1.375rem] leading-7 font-semibold tracking-tight">
          Sign in to Recloser
        </h1>
        <p className="mt-1 mb-7 text-base text-fg-2">One breaker for the whole fleet.</p>
        <SignInForm next={safePath(next)} />
        <p className="mt-6 text-xs text-pretty text-fg-3">
          First start? The admin’s e-mail and password were printed once where Recloser was started.
        </p>
      </div>
    </main>
  );
}
