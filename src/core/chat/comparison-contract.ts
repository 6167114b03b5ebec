/** What two members say to each other to compare pictures; others hear it and are not meant. [IK9] */
import { defineContract } from './contract.ts';

const NODE_ID_BYTES = 32;
/** Of a hash or a nonce in hexadecimal digits. */
const HEX_BYTES = 64;

export const comparisonContract = defineContract('IComparison', {
  Ask: { parameters: { to: NODE_ID_BYTES, commitment: HEX_BYTES } },
  Answer: { parameters: { to: NODE_ID_BYTES, commitment: HEX_BYTES, nonce: HEX_BYTES } },
  Open: { parameters: { to: NODE_ID_BYTES, commitment: HEX_BYTES, nonce: HEX_BYTES } },
  Stop: { parameters: { to: NODE_ID_BYTES, commitment: HEX_BYTES } },
});

export type ComparisonOperations = (typeof comparisonContract)['operations'];
