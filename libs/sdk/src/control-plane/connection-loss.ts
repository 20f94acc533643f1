import { type SocketEnd } from '../platform/system.js';

const HTTP_UNAUTHORIZED = 401;
const HTTP_FORBIDDEN = 403;

/** Whether the control plane refused the SDK key. */
export function isUnauthorized({ status }: SocketEnd): boolean {
  return status === HTTP_UNAUTHORIZED || status === HTTP_FORBIDDEN;
}
