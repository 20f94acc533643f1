export { ControlPlane, type Credentials } from './control-plane.js';
export { figuresOf, type Figures } from './figures.js';
export { Dependency, Fleet, zoneOf, type FleetOptions } from './fleet.js';
export { Ledger } from './ledger.js';
export { chargeAt, openLoop, Reporter, tell } from './load.js';
export type { DependencyMode, ServiceOptions, ToService } from './messages.js';
export { policySatisfiedAt } from './replay.js';
export { Story, type StoryOptions } from './story.js';
