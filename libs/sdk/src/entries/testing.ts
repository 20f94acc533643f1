export { TestControlPlane, type BreakerChange } from '../testing/control-plane.js';
/** @internal For simulations: an SDK on a linked system connects within its constructor. */
export { type LinkedSystem, openUplink } from '../control-plane/control-plane-client.js';
