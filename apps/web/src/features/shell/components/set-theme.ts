import { type Theme, THEME_COOKIE } from '@/lib/theme';

const YEAR_S = 31_536_000;

/** Takes effect at once and is remembered for the next first byte. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
