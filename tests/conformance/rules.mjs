// SPDX-License-Identifier: MIT
// The rules that bind the class, by clause of ECMA-419 (3rd edition): what each is about. Every rule has a test, whose
// name begins with the rule's; docs/conformance.md tells them at length.

export const RULES = {
	// the Base Class Pattern: clause 8, annex A
	B1: "options are an object, and stay as they are",
	B2: "each option is read once, and before anything is taken",
	B3: "a bad or missing option throws, and nothing leaks",
	B4: "callbacks are functions or null, and hidden",
	B5: "target becomes a property",
	B6: "alive until close, collectable after",
	B7: "close releases all, and ends all callbacks",
	B8: "how and when callbacks are called",
	B9: "subclassing",
	B10: "methods on something else throw",
	// the IO Class Pattern: clause 9
	I1: "nothing blocks",
	I2: "what read takes and gives",
	I3: "what a byte buffer is",
	I4: "write takes all or nothing",
	I5: "format",
	I6: "when onReadable, onWritable and onError are called",
	// TCP: clause 10
	T1: "address and port",
	T2: "noDelay and keepAlive",
	T3: "from a TCP instance",
	T4: "the counts of onReadable and onWritable",
	T5: "remoteAddress and remotePort",
	T6: "what write returns; more and byteLength",
	// TLS client: clause 10
	S1: "the class and its module",
	S2: "tls.host: name and verification",
	S3: "tls.minimumVersion and maximumVersion",
	S4: "tls.applicationLayerProtocol",
	S5: "tls.maximumFragmentLength",
	S6: "tls.ca, clientCertificate, clientKey",
	S7: "no connection without verification",
	S8: "writable counts allow for records",
	S9: "from a TLS instance",
	// what else is accepted
	C1: "onWriteable",
	C2: "nodelay",
	C3: "host beside tls",
	C4: "secure and its spellings",
	C5: "onError's Error",
	C6: "port as a string",
	// what is added (X6, the key log, is not for programs: see tests/interop)
	X1: "tls.handshakeTimeout",
	X2: "tls.pins",
	X3: "tls.session",
	X4: "the property tls",
	X5: "the codes of errors",
	X7: "tls.time",
};

/** The rule that a test is for. */
export function ruleOf(test) {
	return /^([A-Z]\d+) /.exec(test)?.[1];
}
