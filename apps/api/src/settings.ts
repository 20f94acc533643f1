/** What the operator has set that several features need. */
export interface Settings {
  readonly publicUrl: string | null;
  readonly metricsToken: string | null;
  /** How many breakers the metrics name. */
  readonly metricsMaxBreakers: number;
  /** Signs session cookies. */
  readonly authSecret: string;
  readonly trustedProxies: string;
  readonly goodbyeSpreadMs: number;
}
