export { TestControlPlane, type BreakerChange } from '../testing/control-plane.js';
