import { styleText } from 'node:util';

const began = performance.now();
const isColoured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
const dim = (text: string) => (isColoured ? styleText('dim', text) : text);
const bold = (text: string) => (isColoured ? styleText('bold', text) : text);

/** What happens now, and what somebody does about it. */
export function scene(text: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`\n${dim(`${seconds} s`)}  ${bold(text)}`);
}

/** What came of it, for whom. */
export function line(who: string, saw: string): void {
  console.log(`         ${who.padEnd(10)}${saw}`);
}

/** The moral, at the end. */
export function moral(text: string): void {
  console.log(`\n${text}\n`);
}
