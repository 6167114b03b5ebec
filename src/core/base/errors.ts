/**
 * The one error class for "the world failed the user", with a closed code.
 * `src/ui/text/errors.ts` holds a sentence for every code and does not compile while one is missing.
 * Bad input from a remote party is never one of these (result.ts), and a bug of ours is not either (assert.ts).
 */
export const errorCodes = [
  'MeshAddressMalformed',
  'PasswordEmpty',
  'PasswordTooLong',
  'PasswordBadCharacter',
  'NicknameTooLong',
  'MessageTooLong',
  'MessageRateExceeded',
  'OutboxFull',
  'NotOpen',
  'AnotherPassword',
  'InsecureContext',
  'WebRtcMissing',
  'AppUnavailable',
  'PasswordStretchFailed',
  'KeysUnavailable',
  'ClipboardRefused',
  'Internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export class PeerChannelError extends Error {
  override readonly name = 'PeerChannelError';
  constructor(
    readonly code: ErrorCode,
    /** For the log; what a person reads comes from the table of sentences. */
    detail?: string,
    /** What was thrown beneath, as `cause`. */
    options?: ErrorOptions,
  ) {
    super(detail ? `${code}: ${detail}` : code, options);
  }
}
