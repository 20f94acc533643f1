import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/cn';

const VARIANTS = {
  solid: 'bg-solid text-solid-fg hover:opacity-90',
  outline: 'border border-line-strong bg-surface text-fg hover:bg-hover',
  ghost: 'text-fg-2 hover:bg-hover hover:text-fg',
  danger: 'bg-danger text-danger-fg hover:bg-danger-hover',
  'danger-outline': 'border border-open-mark/50 bg-surface text-open hover:bg-open-soft',
  go: 'bg-go text-go-fg hover:bg-go-hover',
} as const;

const SIZES = {
  sm: 'h-7 gap-1.5 rounded-md px-2.5 text-xs',
  md: 'h-8 gap-1.5 rounded-md px-3 text-sm',
  /** As high as `lg` on a phone, under a thumb. */
  thumb: 'h-10 gap-1.5 rounded-md px-3 text-sm sm:h-8',
  lg: 'h-10 gap-2 rounded-lg px-4 text-base',
  icon: 'size-8 rounded-md',
  'icon-sm': 'size-7 rounded-md',
} as const;

export type ButtonVariant = keyof typeof VARIANTS;

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: ButtonVariant;
  readonly size?: keyof typeof SIZES;
  /** Renders the single child with the button's looks, e.g. a link. */
  readonly asChild?: boolean;
}

export function Button({
  variant = 'outline',
  size = 'md',
  asChild = false,
  className,
  type = 'button',
  ...props
}: ButtonProps) {
  const classes = cn(
    'inline-flex shrink-0 items-center justify-center font-medium whitespace-nowrap transition-colors duration-100 select-none',
    'disabled:cursor-not-allowed disabled:opacity-45 aria-disabled:cursor-not-allowed aria-disabled:opacity-45 [&_svg]:shrink-0',
    VARIANTS[variant],
    SIZES[size],
    className,
  );
  if (asChild) return <Slot.Root className={classes} {...props} />;
  return <button type={type} className={classes} {...props} />;
}
