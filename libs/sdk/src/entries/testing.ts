export { TestControlPlane, type BreakerChange } from '../testing/control-plane.js';
/** @internal For a simulation's `System.uplink`, so that an SDK connects within its constructor. */
export { openUplink } from '../uplink/uplink.js';
