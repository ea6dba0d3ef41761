/**
 * Something this machine needs is missing. The message is one sentence for a person: what is
 * missing and what to do next. A command that meets it prints the sentence and exits with 69
 * (EX_UNAVAILABLE of sysexits.h).
 */
export class UnavailableError extends Error {
  readonly exitCode = 69;

  constructor(sentence: string) {
    super(sentence);
    this.name = 'UnavailableError';
  }
}
