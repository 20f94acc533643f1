/** Milliseconds since the Unix epoch on the store's clock. */
export type Millis = number;

/** How much of the traffic may pass: an integer 0…2³², where 2³² is all of it. */
export type Admission = number;
