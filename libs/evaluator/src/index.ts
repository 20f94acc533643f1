export { Evaluator, type EvaluatorPorts } from './evaluator.js';
export type { BrokenBreaker } from './isolate.js';
export { Lanes, type LanesOptions } from './lanes.js';
export { CorrelatedOpenings, type OpeningsPorts } from './openings.js';
export { sweep, take, type Swept, type Taken } from './sweep.js';
