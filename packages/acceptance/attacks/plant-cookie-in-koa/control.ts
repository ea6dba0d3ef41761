export { control } from '../plant-cookie/control.ts';
