/** Copying, with the refusal that browsers may answer. Knows the text box the text stands in, to fall back on. */
import { errorSentences } from '../text/errors.ts';

/** Copies `text`; when the browser refuses, selects it in `field`, if it stands in one, and returns the sentence that says so. */
export async function copyText(text: string, field?: HTMLInputElement): Promise<string | undefined> {
  try {
    await navigator.clipboard.writeText(text);
    return undefined;
  } catch {
    // Refused, or no clipboard at all outside a secure context: the keyboard still can.
    field?.focus();
    field?.select();
    return errorSentences.ClipboardRefused();
  }
}
