export { Evaluator, type EvaluatorPorts } from './evaluator.js';
export { sweep, type Swept } from './sweep.js';
export { CorrelatedOpenings, type OpeningsPorts } from './openings.js';
