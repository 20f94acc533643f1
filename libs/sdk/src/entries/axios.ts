export { protectAxios, type AxiosOptions } from '../integrations/axios/protect-axios.js';
