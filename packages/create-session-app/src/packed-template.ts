import { readFile } from 'node:fs/promises';

/**
 * Reads what the build has put beside the compiled code. One JSON file an example: npm would leave
 * out or rename a `.gitignore` among the files of a package.
 */
export async function packedTemplate(example: string): Promise<ReadonlyMap<string, string>> {
  const file = new URL(`./templates/${example}.json`, import.meta.url);
  return new Map(
    Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, string>),
  );
}
