export { TestControlPlane, type BreakerChange } from './control-plane.js';
