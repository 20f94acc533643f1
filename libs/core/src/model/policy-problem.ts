/** One reason why a policy cannot be saved. */
export interface PolicyProblem {
  /** Where: 'fast.lengthMs', 'recovery.ladder.2'. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
  readonly min: number | null;
  readonly max: number | null;
}
