/** Why a picture is refused. Codes are those of the catalogue (protocol/errors.evidence.ts). */
export class PhotoFault extends Error {
  readonly code: 'photo/unreadable' | 'photo/too-large';
  /** What was found, for the log; never shown as it is. */
  readonly reason: string;

  constructor(code: PhotoFault['code'], reason: string) {
    super(`${code}: ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

export const unreadable = (reason: string) => new PhotoFault('photo/unreadable', reason);
