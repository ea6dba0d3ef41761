// The same script: what differs is how the server gets it wrong.
export { attack } from '../plant-cookie/attack.ts';
