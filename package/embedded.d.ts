// SPDX-License-Identifier: MIT
// Types of "embedded:io/socket/tcp/tls", for editors and for tsc outside of the SDK's tools; named in `types` of tsconfig.json.

declare module "embedded:io/socket/tcp/tls" {
	export * from "moddable-tls";
	export { default } from "moddable-tls";
}

declare module "embedded:io/socket/tcp/tls/client" {
	import TLS, { type TLSError, type TLSOptions } from "moddable-tls";

	/** The class with reports of failures; what network/ of the package gives the SDK's clients. */
	export default class ClientSocket extends TLS {}
	/** Says who is told of failures, instead of the console; without a callback, the console is again. */
	export function onFailure(callback?: (error: TLSError, options: TLSOptions) => void): void;
}
