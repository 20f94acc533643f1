export {
  protectStream,
  type Openable,
  type StreamEnd,
  type StreamOptions,
} from '../stream/protect-stream.js';
