// SPDX-License-Identifier: MIT
/*
 * The options of the TLS client socket: what each may be, in two tables, and the one function that reads them.
 *
 * Each supported option is asked for once (`in`) and read once, in the order of the tables, and checked before the next
 * one is looked at (ECMA-419 8.3; B2, B3). The caller's object is never modified. Options that are in no table are never
 * touched. Absent and `undefined` are the same.
 */

/**
 * Turns a given value into the checked one, or throws an Error that names the option and says what is allowed. `limits`
 * are the check's own: data rather than closures, so that the tables can be in flash.
 */
type Check<T, Limits> = (value: unknown, name: string, limits: Limits) => T;

interface Option<T> {
	readonly check: Check<T, unknown>;
	readonly limits: unknown;
	/** What an absent option stands for. */
	readonly absent: T;
	/** Another spelling (C1 to C4), looked at only where the first is absent. */
	readonly alias: string | undefined;
}

type Table = Readonly<Record<string, Option<unknown>>>;
type Checked<T extends Table> = { -readonly [Name in keyof T]: T[Name] extends Option<infer Value> ? Value : never };

function option<T, Limits>(check: Check<T, Limits>, limits: Limits, absent: NoInfer<T>, alias?: string): Option<T> {
	return { check: check as Check<T, unknown>, limits, absent, alias };
}

/** The limits of a check that has none. */
const none = undefined;

// Protocol versions on the wire: RFC 8446, 4.2.1
const TLS_1_1 = 0x0302;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;

// Milliseconds: the latest time that a Date can have (ECMA-262, 21.4.1.1)
const LATEST = 8.64e15;

/** What is said where `from` is nothing that can be taken over. */
export const INVALID_FROM = "from: must be an open instance of the TCP or TLS class";

// what values may be

function anything(value: unknown): unknown {
	return value;
}

function boolean(value: unknown, name: string): boolean {
	if (typeof value !== "boolean")
		throw new TypeError(`${name}: must be true or false`);
	return value;
}

function callback(value: unknown, name: string): Function | undefined {
	if (value === null)
		return undefined;
	if (typeof value !== "function")
		throw new TypeError(`${name}: must be a function or null`);
	return value;
}

function string(value: unknown, name: string): string {
	if (typeof value !== "string")
		throw new TypeError(`${name}: must be a string`);
	return value;
}

function object(value: unknown, name: string): object {
	if (typeof value !== "object" || value === null)
		throw new TypeError(`${name}: must be an object`);
	return value;
}

function integer(value: unknown, name: string, [low, high]: readonly [number, number]): number {
	if (typeof value !== "number")
		throw new TypeError(`${name}: must be a number`);
	if (!Number.isInteger(value) || value < low || value > high)
		throw new RangeError(`${name}: must be an integer from ${low} to ${high}`);
	return value;
}

/** A number, or its digits (C6): the SDK's `fetch` passes on what `URL` has, a string. */
function port(value: unknown, name: string, limits: readonly [number, number]): number {
	const isText = typeof value === "string" && String(Number(value)) === value;
	return integer(isText ? Number(value) : value, name, limits);
}

function oneOf<T>(value: unknown, name: string, values: readonly T[]): T {
	for (const known of values) {
		if (known === value)
			return known;
	}
	throw new RangeError(`${name}: must be one of ${values.join(", ")}`);
}

/** S3. */
function version(value: unknown, name: string): number {
	switch (value) {
		case "TLSv1.3": return TLS_1_3;
		case "TLSv1.2": return TLS_1_2;
		case "TLSv1.1": return TLS_1_1;
	}
	throw new RangeError(`${name}: must be "TLSv1.2" or "TLSv1.3"`);
}

/** A DNS name in ASCII (RFC 1035 lengths), or an IP literal. */
function hostName(value: unknown, name: string): string {
	const host = string(value, name);
	if (host.length === 0 || host.length > 253)
		throw new RangeError(`${name}: must have 1 to 253 characters`);
	for (let i = 0; i < host.length; i++) {
		const code = host.charCodeAt(i);
		if (code <= 0x20 || code >= 0x7F)
			throw new RangeError(`${name}: must be ASCII without blanks; an international name is given in its "xn--" form`);
	}
	return host;
}

/** Memory that holds bytes. Whether it is attached, and how long, is looked at where the bytes are taken. */
function byteBuffer(value: unknown, name: string): object {
	if (typeof value !== "object" || value === null || value instanceof Array)
		throw new TypeError(`${name}: must be a byte buffer: ArrayBuffer, SharedArrayBuffer, Uint8Array, Int8Array or DataView`);
	return value;
}

/** Null: no sessions at all. */
function session(value: unknown, name: string): object | null {
	return (value === null) ? null : byteBuffer(value, name);
}

/** One value that `check` accepts, or a non-empty array of them; always gives an array of its own. */
function list<T>(value: unknown, name: string, check: Check<T, undefined>): readonly T[] {
	if (!Array.isArray(value))
		return [check(value, name, undefined)];
	const length = value.length;
	if (length === 0)
		throw new RangeError(`${name}: must not be empty`);
	const result: T[] = [];
	for (let i = 0; i < length; i++)
		result.push(check(value[i], `${name}[${i}]`, undefined));
	return result;
}

/** A `Date`, or milliseconds since 1970, as seconds. */
function time(value: unknown, name: string): number {
	if (typeof value !== "number" && !(value instanceof Date))
		throw new TypeError(`${name}: must be a Date or milliseconds since 1970`);
	const milliseconds = Number(value);
	if (!(Math.abs(milliseconds) <= LATEST))
		throw new RangeError(`${name}: must be a valid time`);
	return Math.floor(milliseconds / 1000);
}

/** An ALPN protocol name (RFC 7301): a string becomes its UTF-8 bytes. What bytes may be is checked where they are taken. */
function protocol(value: unknown, name: string): object {
	if (typeof value !== "string")
		return byteBuffer(value, name);
	if (value.includes("\0")) // XS makes two bytes of it, neither of them zero
		throw new RangeError(`${name}: must not contain a zero byte`);
	return ArrayBuffer.fromString(value);
}

// the tables

const instanceOptions = Object.freeze({
	format:     option(oneOf<"buffer" | "number">, ["buffer", "number"], "buffer"),
	onReadable: option(callback, none, undefined),
	onWritable: option(callback, none, undefined, "onWriteable"),
	onError:    option(callback, none, undefined),
	target:     option(anything, none, undefined),
	from:       option(object as Check<object | undefined, undefined>, none, undefined),
}, true);

const addressOptions = Object.freeze({
	address: option(string, none, ""),
	port:    option(port, [0, 65535], -1),
}, true);

const socketOptions = Object.freeze({
	noDelay:   option(boolean, none, false, "nodelay"),
	keepAlive: option(integer, [1, 0x7FFFFFFF], 0),
	host:      option(hostName, none, ""),
	tls:       option(object, none, {}, "secure"),
}, true);

const tlsOptions = Object.freeze({
	host:                     option(hostName, none, "", "serverName"),
	minimumVersion:           option(version, none, TLS_1_2),
	maximumVersion:           option(version, none, TLS_1_3),
	applicationLayerProtocol: option(list<object>, protocol, [], "applicationLayerProtocolNegotiation"),
	maximumFragmentLength:    option(oneOf<number>, [512, 1024, 2048, 4096], 0),
	ca:                       option(list<object>, byteBuffer, []),
	clientCertificate:        option(list<object>, byteBuffer, []),
	clientKey:                option(list<object>, byteBuffer, []),
	pins:                     option(list<object>, byteBuffer, []),
	session:                  option(session as Check<object | null | undefined, undefined>, none, undefined),
	time:                     option(time, none, NaN),
	handshakeTimeout:         option(integer, [1, 0x7FFFFFFF], 30_000),
}, true);

function read<T extends Table>(table: T, source: object, prefix: string): Checked<T> {
	const values = source as Record<string, unknown>;
	const result: Record<string, unknown> = {};
	for (const name in table) {
		const { check, limits, absent, alias } = table[name]!;
		let spelling: string = name;
		let value = (spelling in values) ? values[spelling] : undefined;
		if (value === undefined && alias !== undefined) {
			spelling = alias;
			value = (spelling in values) ? values[spelling] : undefined;
		}
		result[name] = (value === undefined) ? absent : check(value, prefix + spelling, limits);
	}
	return result as Checked<T>;
}

/** What every instance needs: callbacks, format, target, and the instance to take over, if any. */
export type InstanceOptions = Checked<typeof instanceOptions>;

/** Where to connect to. Not there over a connection that exists (T3). */
type AddressOptions = Partial<Checked<typeof addressOptions>>;

/** What a connection needs besides. */
export type ConnectionOptions = AddressOptions & Checked<typeof socketOptions>
	& { tls: Checked<typeof tlsOptions>, host: string };

export function readInstanceOptions(options: unknown): InstanceOptions {
	return read(instanceOptions, object(options, "options"), "");
}

/** `over` is true over a connection that exists: then `address` and `port` are not looked at. */
export function readConnectionOptions(options: object, over: boolean): ConnectionOptions {
	const address = over ? {} : readAddress(options);
	const socket = read(socketOptions, options, "");
	const tls = readTLS(socket.tls);
	const host = tls.host || socket.host || address.address;
	if (!host)
		throw new TypeError("tls.host: required with from: the name that the peer's certificate is for");
	return { ...address, ...socket, tls, host };
}

function readAddress(options: object): AddressOptions {
	const result = read(addressOptions, options, "");
	if (!result.address)
		throw new TypeError("address: required, an IPv4 or IPv6 address");
	if (result.port < 0)
		throw new TypeError("port: required, an integer from 0 to 65535");
	return result;
}

function readTLS(source: object): Checked<typeof tlsOptions> {
	const tls = read(tlsOptions, source, "tls.");
	if (tls.maximumVersion < TLS_1_2)
		throw new RangeError("tls.maximumVersion: this build has TLSv1.2 and TLSv1.3");
	if (tls.minimumVersion > tls.maximumVersion)
		throw new RangeError("tls.minimumVersion: must not be above tls.maximumVersion");
	if (tls.minimumVersion < TLS_1_2)
		tls.minimumVersion = TLS_1_2;
	if ((tls.clientKey.length === 0) !== (tls.clientCertificate.length === 0))
		throw new TypeError("tls.clientKey: needs tls.clientCertificate, and the other way round");
	if (tls.clientKey.length > 1)
		throw new RangeError("tls.clientKey: must be one key");
	return tls;
}
