// SPDX-License-Identifier: MIT
// Programs that the compiler has to refuse, each at the line after the comment. Nothing here runs.

import TLS from "embedded:io/socket/tcp/tls";
import * as everything from "embedded:io/socket/tcp/tls";
import type { TLSNegotiated } from "embedded:io/socket/tcp/tls";

declare const der: ArrayBuffer;
declare const socket: TLS;
declare const negotiated: TLSNegotiated;
const where = { address: "192.0.2.1", port: 443 };
const tls = { ca: der };

// required options

// @ts-expect-error: no options
new TLS();
// @ts-expect-error: no address, port or from
new TLS({});
// @ts-expect-error: no port
new TLS({ address: "192.0.2.1", tls });
// @ts-expect-error: no address
new TLS({ port: 443, tls });
// @ts-expect-error: an address that is none
new TLS({ address: 1, port: 443, tls });
// @ts-expect-error: a port that is no number
new TLS({ address: "192.0.2.1", port: "443", tls });
// @ts-expect-error: an option that does not exist
new TLS({ ...where, tls, verify: false });
// @ts-expect-error: an option of tls that does not exist
new TLS({ ...where, tls: { ca: der, verify: false } });
// @ts-expect-error: tls that is no object
new TLS({ ...where, tls: true });

// values

// @ts-expect-error: not a boolean
new TLS({ ...where, tls, noDelay: 1 });
// @ts-expect-error: not a number
new TLS({ ...where, tls, keepAlive: true });
// @ts-expect-error: not a format
new TLS({ ...where, tls, format: "text" });
// @ts-expect-error: not a string
new TLS({ ...where, tls, host: 1 });
// @ts-expect-error: PEM is a string
new TLS({ ...where, tls: { ca: "-----BEGIN CERTIFICATE-----" } });
// @ts-expect-error: not a view of bytes
new TLS({ ...where, tls: { ca: new Uint16Array(8) } });
// @ts-expect-error: an item that is no byte buffer
new TLS({ ...where, tls: { ca: [der, "der"] } });
// @ts-expect-error: two keys
new TLS({ ...where, tls: { ca: der, clientKey: [der, der] } });
// @ts-expect-error: not a byte buffer
new TLS({ ...where, tls: { ca: der, clientCertificate: 1 } });
// @ts-expect-error: not a version
new TLS({ ...where, tls: { ca: der, minimumVersion: "TLSv1.0" } });
// @ts-expect-error: not a string
new TLS({ ...where, tls: { ca: der, maximumVersion: 1.3 } });
// @ts-expect-error: neither string nor byte buffer
new TLS({ ...where, tls: { ca: der, applicationLayerProtocol: 2 } });
// @ts-expect-error: an item that is neither
new TLS({ ...where, tls: { ca: der, applicationLayerProtocol: ["h2", 1] } });
// @ts-expect-error: not one of the four lengths
new TLS({ ...where, tls: { ca: der, maximumFragmentLength: 1000 } });
// @ts-expect-error: not a number
new TLS({ ...where, tls: { ca: der, handshakeTimeout: "10s" } });
// @ts-expect-error: not a byte buffer
new TLS({ ...where, tls: { ca: der, pins: "sha256/" } });
// @ts-expect-error: not a byte buffer
new TLS({ ...where, tls: { ca: der, session: "session" } });
// @ts-expect-error: a spelling of the SDK's that is for `secure` only
new TLS({ ...where, tls: { ca: der, serverName: "example.com" } });

// callbacks

// @ts-expect-error: not a function
new TLS({ ...where, tls, onReadable: 1 });
// @ts-expect-error: it gets a number
new TLS({ ...where, tls, onReadable: (text: string) => text });
// @ts-expect-error: it gets a number
new TLS({ ...where, tls, onWritable: (bytes: ArrayBuffer) => bytes });
// @ts-expect-error: it gets an Error
new TLS({ ...where, tls, onError: (error: number) => error });
// @ts-expect-error: they cannot be read back
void socket.onReadable;
// @ts-expect-error: nor set
socket.onWritable = () => {};

// from

// @ts-expect-error: not an instance
new TLS({ from: {} });
// @ts-expect-error: not an instance
new TLS({ from: 1, tls });
// @ts-expect-error: not an instance
new TLS({ from: der, tls });

// methods

// @ts-expect-error: neither number nor byte buffer
socket.read("10");
// @ts-expect-error: not a view of bytes
socket.read(new Uint16Array(8));
// @ts-expect-error: the result may be a number, or undefined
void socket.read().byteLength;
// @ts-expect-error: or undefined
void socket.read(10).byteLength;
// @ts-expect-error: no data
socket.write();
// @ts-expect-error: neither number nor byte buffer
socket.write("text");
// @ts-expect-error: not a view of bytes
socket.write(new Float32Array(8));
// @ts-expect-error: not a byte buffer
socket.write([1, 2, 3]);
// @ts-expect-error: options that are no object
socket.write(der, true);
// @ts-expect-error: not a boolean
socket.write(der, { more: 1 });
// @ts-expect-error: an option that does not exist
socket.write(der, { last: true });

// properties

// @ts-expect-error: not a format
socket.format = "text";
// @ts-expect-error: read-only
socket.remoteAddress = "192.0.2.1";
// @ts-expect-error: read-only
socket.remotePort = 1;
// @ts-expect-error: read-only
socket.tls = undefined;
// @ts-expect-error: may be undefined
void socket.tls.version;
// @ts-expect-error: read-only
negotiated.version = "TLSv1.3";
// @ts-expect-error: read-only
negotiated.resumed = false;

// the module

// @ts-expect-error: no such export
void everything.Socket;
// @ts-expect-error: a class is not called
TLS(where);
