// SPDX-License-Identifier: MIT
// What the XS engine has beyond ECMAScript, as far as this project uses it. Within the SDK, the SDK's own xs.d.ts stands
// in place of this file.

/** A base class whose instances carry data of a native module; `name` is its destructor in C. */
declare function Native(name: string): new () => object;

/** A function written in C. */
declare function native(name: string): (...parameters: unknown[]) => any;

declare function trace(...texts: (string | number | boolean)[]): void;

interface ArrayBufferConstructor {
	/** The UTF-8 bytes of a string. */
	fromString(text: string): ArrayBuffer;
}

interface StringConstructor {
	/** The string whose UTF-8 bytes these are. */
	fromArrayBuffer(bytes: ArrayBuffer): string;
}

interface ObjectConstructor {
	/** With `true`, freezes deep. */
	freeze<T>(object: T, deep: true): T;
}
