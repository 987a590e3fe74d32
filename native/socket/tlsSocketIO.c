/* SPDX-License-Identifier: MIT */
/*
 * The methods and accessors that move bytes or tell facts: read, write, format, remoteAddress, remotePort,
 * tls.
 */

#include "tlsSocket.h"

void xs_tls_read(xsMachine *the);
void xs_tls_write(xsMachine *the);
void xs_tls_get_format(xsMachine *the);
void xs_tls_set_format(xsMachine *the);
void xs_tls_get_remoteAddress(xsMachine *the);
void xs_tls_get_remotePort(xsMachine *the);
void xs_tls_get_negotiated(xsMachine *the);

/* Milliseconds that fragments wait for the rest of their sequence (T6). */
#define TLS_GATHERING 200

/* An integer from `low` to `high`; throws an error that begins with `name` for anything else. */
static size_t integerOf(xsMachine *the, xsSlot *slot, const char *name, double low, double high)
{
	xsType type = xsmcTypeOf(*slot);
	double value;
	if (type != xsIntegerType && type != xsNumberType)
		xsTypeError("%s: must be a number", name);
	value = xsmcToNumber(*slot);
	if (!(value >= low && value <= high) || value != c_floor(value))
		xsRangeError("%s: must be an integer from %.0f to %.0f", name, low, high);
	return (size_t)value;
}

/* Reads into `bytes`. Another record may wait, or the end. */
static size_t take(struct TlsSocket *socket, uint8_t *bytes, size_t length)
{
	size_t count = tlsEngineRead(socket->engine, bytes, length);
	socket->told -= (count < socket->told) ? count : socket->told;
	tlsSocketAskIfNeeded(socket);
	return count;
}

static void readNumber(xsMachine *the, struct TlsSocket *socket, bool hasArgument)
{
	uint8_t byte;
	if (hasArgument)
		xsTypeError("read: takes no argument in \"number\" format");
	if (tlsEngineReadable(socket->engine) && take(socket, &byte, 1))
		xsmcSetInteger(xsResult, byte);
}

static void readNew(xsMachine *the, struct TlsSocket *socket, size_t length)
{
	size_t readable = tlsEngineReadable(socket->engine);
	if (length > readable)
		length = readable;
	if (length)
		take(socket, xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)length), length);
}

static void readInto(xsMachine *the, struct TlsSocket *socket, xsSlot *buffer)
{
	struct TlsBytes bytes;
	tlsSocketBuffer(the, buffer, socket->clamped, "read", true, &bytes);
	if (tlsEngineReadable(socket->engine))
		xsmcSetInteger(xsResult, (xsIntegerValue)take(socket, (uint8_t *)bytes.bytes, bytes.length));
}

/* native("xs_tls_read").call(this, argument): I2. The result stays undefined when nothing can be read. */
void xs_tls_read(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	xsType type = xsmcArgc ? xsmcTypeOf(xsArg(0)) : xsUndefinedType;
	if (socket->number)
		readNumber(the, socket, type != xsUndefinedType);
	else if (type == xsUndefinedType)
		readNew(the, socket, SIZE_MAX);
	else if (type == xsReferenceType)
		readInto(the, socket, &xsArg(0));
	else
		readNew(the, socket, integerOf(the, &xsArg(0), "read", 1, 0x7FFFFFFF));
}

struct WriteOptions {
	bool more;
	size_t sequence;
};

/* T6: each option is read once. */
static struct WriteOptions writeOptionsOf(xsMachine *the, xsSlot *slot)
{
	struct WriteOptions options = {false, 0};
	xsSlot value;
	if (xsmcTypeOf(*slot) == xsUndefinedType)
		return options;
	if (xsmcTypeOf(*slot) != xsReferenceType)
		xsTypeError("write: options must be an object");
	if (xsmcHas(*slot, xsID_more)) {
		xsmcGet(value, *slot, xsID_more);
		options.more = xsmcTest(value);
	}
	if (xsmcHas(*slot, xsID_byteLength)) {
		xsmcGet(value, *slot, xsID_byteLength);
		if (xsmcTypeOf(value) != xsUndefinedType)
			options.sequence = integerOf(the, &value, "write: byteLength", 0, 0x7FFFFFFF);
	}
	return options;
}

/* A write that the connection does not take: for want of room (I4), or of a connection. */
static void refuseWrite(xsMachine *the, struct TlsSocket *socket, size_t length, size_t writable)
{
	struct TlsFailure failure;
	if (tlsSocketFailure(socket, &failure)) {
		tlsSocketError(the, "write", &failure, socket->host);
		xsThrow(xsResult);
	}
	if (tlsEngineState(socket->engine) != TLS_CONNECTED)
		xsUnknownError("write: not connected yet, wait for onWritable");
	if (length > writable)
		xsUnknownError("write: %d bytes, but only %d can be taken now", (int)length, (int)writable);
	socket->promised = 0; /* onWritable says when to try again */
	tlsSocketRetry(socket);
	tlsSocketThrow(the, TLS_MEMORY);
}

/* After a write: fragments that began to wait for the rest of their sequence do not wait for ever. Without
   memory for that they do not wait at all. */
static void limitGathering(struct TlsSocket *socket)
{
	if (!socket->gathering)
		socket->gathering = tlsAlarmCreate(tlsSocketSendGathered, socket);
	if (socket->gathering)
		tlsAlarmSet(socket->gathering, TLS_GATHERING);
	else
		tlsEngineFlush(socket->engine);
}

/* native("xs_tls_write").call(this, data, options): all or nothing (I4). */
void xs_tls_write(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	struct WriteOptions options = {false, 0};
	struct TlsBytes data;
	uint8_t byte;
	size_t gathered, writable, left;

	if (xsmcArgc > 1)
		options = writeOptionsOf(the, &xsArg(1));
	if (xsmcArgc == 0)
		xsTypeError("write: needs data");
	socket = tlsSocketOf(the, &xsThis); /* a getter of the options may have closed the instance */
	if (socket->number) {
		byte = (uint8_t)integerOf(the, &xsArg(0), "write", 0, 255);
		data.bytes = &byte;
		data.length = 1;
	} else
		tlsSocketBuffer(the, &xsArg(0), socket->clamped, "write", false, &data);

	/* Nothing below allocates in XS before the bytes are taken. */
	gathered = tlsEngineGathered(socket->engine);
	writable = tlsEngineWritable(socket->engine);
	if (data.length > writable || (!writable && tlsEngineState(socket->engine) != TLS_CONNECTED) ||
		!tlsEngineWrite(socket->engine, data.bytes, data.length, options.more, options.sequence)) {
		tlsSocketAskIfNeeded(socket); /* it may have failed here */
		refuseWrite(the, socket, data.length, writable);
	}
	if (!gathered && tlsEngineGathered(socket->engine))
		limitGathering(socket);

	/* What a transport has sent on already can be written anew: then onWritable has to say so. */
	left = tlsEngineWritable(socket->engine);
	socket->promised = writable - data.length;
	if (socket->promised > left)
		socket->promised = left;
	tlsSocketAskIfNeeded(socket);
	xsmcSetInteger(xsResult, (xsIntegerValue)left);
}

void xs_tls_get_format(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	xsmcSetString(xsResult, socket->number ? "number" : "buffer");
}

void xs_tls_set_format(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	const char *format = (xsmcTypeOf(xsArg(0)) == xsStringType) ? xsmcToString(xsArg(0)) : "";
	if (!c_strcmp(format, "number"))
		socket->number = true;
	else if (!c_strcmp(format, "buffer"))
		socket->number = false;
	else
		xsRangeError("format: must be \"buffer\" or \"number\"");
}

static bool remoteOf(xsMachine *the, char *address, uint16_t *port)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	return (*socket->transport->operations->remote)(socket->transport, address, port);
}

void xs_tls_get_remoteAddress(xsMachine *the)
{
	char address[TLS_ADDRESS_SIZE];
	uint16_t port;
	if (remoteOf(the, address, &port))
		xsmcSetString(xsResult, address);
}

void xs_tls_get_remotePort(xsMachine *the)
{
	char address[TLS_ADDRESS_SIZE];
	uint16_t port;
	if (remoteOf(the, address, &port))
		xsmcSetInteger(xsResult, port);
}

static void setString(xsMachine *the, xsIdentifier id, const char *string)
{
	xsSlot value;
	if (string)
		xsmcSetString(value, (char *)string);
	else
		xsmcSetUndefined(value);
	xsmcSet(xsResult, id, value);
}

/* A protocol's name is bytes (RFC 7301, 3.1), which need not be UTF-8, as XS's strings have to be: a
   character for each. */
static void setProtocol(xsMachine *the, const char *protocol)
{
	char text[2 * TLS_PROTOCOL_MAX + 1];
	char *next = text;

	for (const uint8_t *byte = (const uint8_t *)protocol; byte && *byte; byte++) {
		if (*byte >= 0x80)
			*next++ = (char)(0xC0 | *byte >> 6);
		*next++ = (char)(*byte < 0x80 ? *byte : (0x80 | (*byte & 0x3F)));
	}
	*next = 0;
	setString(the, xsID_applicationLayerProtocol, protocol ? text : NULL);
}

static void setSession(xsMachine *the, const struct TlsEngine *engine)
{
	size_t length = tlsEngineSaveSession(engine, NULL, 0);
	xsSlot value;
	if (length) {
		uint8_t *bytes = xsmcSetArrayBuffer(value, NULL, (xsIntegerValue)length);
		if (tlsEngineSaveSession(engine, bytes, length) != length)
			tlsSocketThrow(the, TLS_MEMORY);
	} else
		xsmcSetUndefined(value);
	xsmcSet(xsResult, xsID_session, value);
}

/* X4. tls.ts freezes the result. */
void xs_tls_get_negotiated(xsMachine *the)
{
	struct TlsSocket *socket = tlsSocketOf(the, &xsThis);
	struct TlsNegotiated negotiated;
	xsSlot value;
	if (!tlsEngineNegotiated(socket->engine, &negotiated))
		return;

	xsmcSetNewObject(xsResult);
	setString(the, xsID_version, (negotiated.version == TLS_VERSION_1_3) ? "TLSv1.3" : "TLSv1.2");
	setString(the, xsID_cipherSuite, negotiated.cipherSuite);
	setProtocol(the, negotiated.protocol);
	xsmcSetBoolean(value, negotiated.resumed);
	xsmcSet(xsResult, xsID_resumed, value);
	if (negotiated.peerCertificate.length)
		xsmcSetArrayBuffer(value, (void *)negotiated.peerCertificate.bytes,
			(xsIntegerValue)negotiated.peerCertificate.length);
	else
		xsmcSetUndefined(value);
	xsmcSet(xsResult, xsID_peerCertificate, value);
	setSession(the, socket->engine);
}
