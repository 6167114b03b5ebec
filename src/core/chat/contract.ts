/**
 * Typed contracts: one-way operations with named text parameters; the same contract describes sending and receiving. [CT1, CT2]
 * Replaces the proxies that Svcutil could not generate (R67). Knows no chat.
 */
import { utf8 } from '../base/bytes.ts';
import { failure, success, type Result } from '../base/result.ts';
import { decodeValue, encodeValue, is } from '../wire/codec.ts';

export interface OperationDefinition {
  /** Parameter names in wire order, each with its largest size in UTF-8 bytes. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The call is kept as the caller's present state of the path, told to whoever joins later. */
  readonly retained?: boolean;
}

export interface Contract<
  Operations extends Record<string, OperationDefinition> = Record<string, OperationDefinition>,
> {
  readonly name: string;
  readonly operations: Operations;
}

/** The arguments of one operation, by name. */
export type Arguments<Operation extends OperationDefinition> = {
  readonly [Name in keyof Operation['parameters']]: string;
};

/** One call as it arrives: which operation, with what. */
export type Call<Operations extends Record<string, OperationDefinition>> = {
  [Name in keyof Operations & string]: { readonly operation: Name; readonly arguments: Arguments<Operations[Name]> };
}[keyof Operations & string];

/** One-way by construction: there is no place for a return value (R67). */
export function defineContract<const Operations extends Record<string, OperationDefinition>>(
  name: string,
  operations: Operations,
): Contract<Operations> {
  return { name, operations };
}

export function encodeCall<Operations extends Record<string, OperationDefinition>>(
  contract: Contract<Operations>,
  call: Call<Operations>,
): Result<Uint8Array, 'ArgumentTooLong'> {
  const values: string[] = [];
  for (const [name, maxBytes] of Object.entries(contract.operations[call.operation]!.parameters)) {
    const value = (call.arguments as Record<string, string>)[name]!;
    if (utf8(value).length > maxBytes) return failure('ArgumentTooLong');
    values.push(value);
  }
  return success(encodeValue([call.operation, ...values]));
}

/** Malformed: no operation of this contract, or not its arguments. */
export function decodeCall<Operations extends Record<string, OperationDefinition>>(
  contract: Contract<Operations>,
  payload: Uint8Array,
): Result<Call<Operations>, 'Malformed'> {
  const decoded = decodeValue(payload);
  if (!decoded.ok || !is.list(decoded.value, 17)) return failure('Malformed');
  const [operation, ...values] = decoded.value;
  if (typeof operation !== 'string' || !Object.hasOwn(contract.operations, operation)) return failure('Malformed');
  const parameters = Object.entries(contract.operations[operation]!.parameters);
  if (values.length !== parameters.length) return failure('Malformed');
  const named: Record<string, string> = {};
  for (const [index, [name, maxBytes]] of parameters.entries()) {
    const value = values[index];
    if (!is.text(value, maxBytes) || utf8(value).length > maxBytes) return failure('Malformed');
    named[name] = value;
  }
  return success({ operation, arguments: named } as unknown as Call<Operations>);
}
