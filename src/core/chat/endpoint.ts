/**
 * An endpoint: a contract on a path of a mesh, to send by and to listen on. [CT1, CT2]
 * Calls that do not fit the contract are dropped here, whoever sent them.
 */
import type { EndpointPath } from '../base/ids.ts';
import { unreachable } from '../base/assert.ts';
import type { Delivery, MeshChannel, PeerNode, SendOptions, SendOutcome, Statement } from '../mesh/types.ts';
import { decodeCall, encodeCall, type Call, type Contract, type OperationDefinition } from './contract.ts';

export interface Received<Operations extends Record<string, OperationDefinition>> extends Omit<
  Delivery,
  'path' | 'payload' | 'retained'
> {
  readonly call: Call<Operations>;
}

export interface Endpoint<Operations extends Record<string, OperationDefinition>> {
  readonly path: EndpointPath;
  readonly node: PeerNode;
  send(call: Call<Operations>, options?: Pick<SendOptions, 'hopLimit'>): SendOutcome;
  onCall(listener: (received: Received<Operations>) => void): () => void;
  /** The calls among messages that were not delivered to this endpoint. */
  callsAmong(messages: Statement['messages']): Call<Operations>[];
  close(): void;
}

export function openEndpoint<Operations extends Record<string, OperationDefinition>>(
  node: PeerNode,
  path: EndpointPath,
  contract: Contract<Operations>,
): Endpoint<Operations> {
  return endpointOn(node.channel(path), contract);
}

export function endpointOn<Operations extends Record<string, OperationDefinition>>(
  channel: MeshChannel,
  contract: Contract<Operations>,
): Endpoint<Operations> {
  const { path, node } = channel;
  return {
    path,
    node,
    send(call, options) {
      const encoded = encodeCall(contract, call);
      if (!encoded.ok) {
        if (encoded.reason === 'ArgumentTooLong') return 'TooLarge';
        return unreachable(encoded.reason);
      }
      return channel.send(encoded.value, {
        ...options,
        retained: contract.operations[call.operation]!.retained ?? false,
      });
    },
    onCall(listener) {
      return channel.onDelivery((delivery) => {
        const decoded = decodeCall(contract, delivery.payload);
        if (!decoded.ok) return;
        // What is retained must be sent so, or it would be told to late joiners by accident; and the other way round.
        const { retained } = contract.operations[decoded.value.operation]!;
        if ((retained ?? false) !== delivery.retained) return;
        listener({ ...delivery, call: decoded.value });
      });
    },
    callsAmong: (messages) =>
      messages.flatMap((message) => {
        if (message.path !== path) return [];
        const decoded = decodeCall(contract, message.payload);
        return decoded.ok ? [decoded.value] : [];
      }),
    close: () => channel.close(),
  };
}
