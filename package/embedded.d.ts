// SPDX-License-Identifier: MIT
// Types of "embedded:io/socket/tcp/tls", for editors and for tsc outside of the SDK's tools; named in `types` of tsconfig.json.

declare module "embedded:io/socket/tcp/tls" {
	export * from "moddable-tls";
	export { default } from "moddable-tls";
}
