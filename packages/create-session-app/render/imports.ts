// What a source file imports, and the same file with other addresses in it. The sources are ours and
// formatted by one tool, so that their imports have one shape.

const STATEMENT = /^(?:import|export) (?:[\w\s,*{}]+? from )?'([^']+)'/gm;
const CALL = /\bimport\('([^']+)'\)/g;

/** Every address that is imported or exported from. */
export function addressesIn(text: string): string[] {
  return [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].map(([, address = '']) => address);
}

/** The npm packages among them: `@scope/name` for `@scope/name/part`. */
export function packagesIn(text: string): string[] {
  return addressesIn(text)
    .filter((address) => !address.startsWith('.') && !address.startsWith('node:'))
    .map((address) => address.split('/', address.startsWith('@') ? 2 : 1).join('/'));
}

export function withAddresses(text: string, change: (address: string) => string): string {
  const replace = (statement: string, address: string) =>
    statement.replace(`'${address}'`, `'${change(address)}'`);
  return text.replace(STATEMENT, replace).replace(CALL, replace);
}

/** The names that a file uses of what it imports from an address, or from several. */
export function namesUsed(text: string, address: string): string[] {
  return [...text.matchAll(/^(?:import|export) ([^']*?) from '([^']+)'/gm)]
    .filter(([, , from]) => from === address)
    .flatMap(([, clause = '']) => {
      const [, alias] = /\* as (\w+)/.exec(clause) ?? [];
      if (!alias) return listed(clause);
      return [...text.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g'))].map(
        ([, name = '']) => name,
      );
    });
}

/** A file that only hands on what others export, reduced to these names. */
export function onlyNames(text: string, names: ReadonlySet<string>): string {
  return text.replace(
    /^export (type )?\{([^}]*)\} from ('[^']+');\n/gm,
    (_, type = '', list, from) => {
      const kept = parts(list).filter((part) => names.has(nameOf(part)));
      return kept.length > 0 ? `export ${type}{ ${kept.join(', ')} } from ${from};\n` : '';
    },
  );
}

/** Whether a file does nothing but hand on. */
export function handsOn(text: string): boolean {
  return addressesIn(text).length > 0 && !/^(?:import|export (?!type \{|\{))/m.test(text);
}

const parts = (list: string) =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const nameOf = (part: string) => part.replace(/^type /, '').replace(/ as .*/, '');

function listed(clause: string): string[] {
  const [, list = ''] = /\{([^}]*)\}/.exec(clause) ?? [];
  return parts(list).map(nameOf);
}
