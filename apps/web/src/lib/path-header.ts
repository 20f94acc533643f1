/** Tells a page's server part which address was asked for: after signing in again the person is to be there. */
export const PATH_HEADER = 'x-recloser-path';
