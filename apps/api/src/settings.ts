/** The few values of the environment that features ask for. */
export interface Settings {
  readonly publicUrl: string | null;
  readonly metricsToken: string | null;
}
