import { watch } from 'node:fs';

const QUIET_MS = 100;

/**
 * Calls back when a file of a folder was saved. The folder is watched and not its files: many
 * editors put a new file in the place of the old one.
 *
 * @returns what ends it.
 */
export function onSave(folder: string, handle: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  // An editor writes in several steps, and a formatter right after it.
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(handle, QUIET_MS);
  };
  const watcher = watch(folder, soon);
  watcher.on('error', soon); // Windows says so when the folder is deleted
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
