/** Injection token of the id that this node has while it runs. */
export const HUB_ID = Symbol('hub id');
