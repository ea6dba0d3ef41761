import { PlainStore } from '../../src/attack/plain-store.ts';

/** A store that cannot remove anything: the old session stays, and `regenerate` reports it. */
export class CannotRemove extends PlainStore {
  override destroy(_id: string, callback: (error?: unknown) => void = () => undefined): void {
    callback(new Error('the record could not be removed'));
  }
}
