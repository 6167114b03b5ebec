/** `IChat`, the contract of the original: Join, Chat, Leave. [CH1] */
import { defineContract } from './contract.ts';
import { MAX_NICKNAME_CHARS, MAX_TEXT_BYTES } from './types.ts';

/** A character is at most four bytes of UTF-8. */
const MEMBER_BYTES = MAX_NICKNAME_CHARS * 4;

export const chatContract = defineContract('IChat', {
  Join: { parameters: { member: MEMBER_BYTES }, retained: true },
  Chat: { parameters: { member: MEMBER_BYTES, message: MAX_TEXT_BYTES } },
  Leave: { parameters: { member: MEMBER_BYTES } },
});

export type ChatOperations = (typeof chatContract)['operations'];
