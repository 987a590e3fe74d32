// SPDX-License-Identifier: MIT
// Modules that src/ and examples/ import and that the SDK, or here the desktop runtime, provides.

declare module "embedded:io/socket/tcp" {
	type Bytes = ArrayBuffer | SharedArrayBuffer | Uint8Array | Int8Array | DataView;

	/** ECMA-419, clause 10, TCP Socket. */
	export default class TCP {
		constructor(options: object);
		close(): void;
		read(size?: number | Bytes): ArrayBuffer | number | undefined;
		write(data: number | Bytes, options?: { more?: boolean, byteLength?: number }): number;
		format: "buffer" | "number";
		readonly remoteAddress: string | undefined;
		readonly remotePort: number | undefined;
	}
}

/** The SDK's memory-mapped resources. */
declare module "Resource" {
	export default class Resource {
		constructor(name: string);
		readonly byteLength: number;
		slice(start: number, end?: number): ArrayBuffer;
	}
}

/** UTF-8 to strings (WHATWG Encoding). */
declare module "text/decoder" {
	export default class TextDecoder {
		/** With `stream`, the beginning of a character at the end of `bytes` waits for the rest. */
		decode(bytes?: ArrayBuffer, options?: { stream?: boolean }): string;
	}
}

/** The manifest's `config`, with what the command line replaces. */
declare module "mc/config" {
	const config: Readonly<Record<string, any>>;
	export default config;
}

/** Host names to addresses. */
declare module "resolve" {
	export default function resolve(name: string, callback: (error: Error | undefined, addresses?: string[]) => void): void;
}

/** The SDK's resolver. */
declare module "net" {
	export default class Net {
		static resolve(name: string, callback: (name: string, address: string | undefined) => void): void;
	}
}
