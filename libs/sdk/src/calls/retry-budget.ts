/** So many retries at once, when none were made for a while. */
const BURST = 10;
/** Retries are at most so large a share of the calls. */
const SHARE = 0.1;

/** What a breaker's calls may spend on retries: a token for each, earned by calls. */
export class RetryBudget {
  #tokens = BURST;

  /** A call was made for the first time. */
  earn(): void {
    this.#tokens = Math.min(BURST, this.#tokens + SHARE);
  }

  /** Takes a token for a retry. Only as much of the budget counts as the breaker admits: none while it is open. */
  spend(admitted: number): boolean {
    this.#tokens = Math.min(this.#tokens, BURST * admitted);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
