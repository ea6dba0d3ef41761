export { control } from '../toss-cookie/control.ts';
