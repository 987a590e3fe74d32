/* SPDX-License-Identifier: MIT */
/*
 * From the checked options (options.ts) to an engine and a transport. Everything that can be wrong with them
 * is found here before the network is touched.
 */

#include "tlsSocket.h"
#include "tlsSocketSessions.h"
#include "tlsIdentity.h"
#include "tlsKeyLog.h"
#include "tlsTrust.h"

#define HOST_SIZE     254 /* options.ts allows 253 characters */
#define STORE_NAME    "certificates.store"
#define PROTOCOLS_MAX 16

/* xsVar slots */
enum { TLS_OPTIONS, LIST, ITEM, VARS };

/* What is made on the way and belongs to nobody yet. */
struct Parts {
	struct TlsTrust *trust;
	struct TlsIdentity *identity;
	uint8_t *protocolBytes;
};

static void freeParts(struct Parts *parts)
{
	tlsTrustFree(parts->trust);
	tlsIdentityFree(parts->identity);
	free(parts->protocolBytes);
}

/* `context` is the socket. */
static int64_t readClock(void *context)
{
	const struct TlsSocket *socket = context;
	c_timeval now;
	if (socket->time != TLS_CLOCK_TIME)
		return socket->time;
	c_gettimeofday(&now, NULL);
	return (int64_t)now.tv_sec;
}

static xsIntegerValue integerOption(xsMachine *the, xsSlot *options, xsIdentifier id)
{
	xsSlot value;
	xsmcGet(value, *options, id);
	return xsmcToInteger(value);
}

/* How many items the list option has; LIST is then the list. */
static xsIntegerValue openList(xsMachine *the, xsIdentifier id)
{
	xsSlot length;
	xsmcGet(xsVar(LIST), xsVar(TLS_OPTIONS), id);
	xsmcGet(length, xsVar(LIST), xsID_length);
	return xsmcToInteger(length);
}

/* The bytes of an item of LIST, valid until the next call into XS. */
static void listItem(xsMachine *the, xsIntegerValue index, const char *name, struct TlsBytes *bytes)
{
	xsmcGetIndex(xsVar(ITEM), xsVar(LIST), (xsIndex)index);
	tlsSocketBuffer(the, &xsVar(ITEM), tlsSocketClamped(the), name, false, bytes);
}

/* XS cuts its own messages to 128 characters. */
static void throwUntrusting(xsMachine *the)
{
	xsmcSetString(xsResult,
		"tls.ca: required, the certificate of an authority to believe, in DER; or build in a "
		"certificate store (npx moddable-tls store build)");
	xsResult = xsNew1(xsGlobal, xsID_TypeError, xsResult);
	xsThrow(xsResult);
}

/* Without tls.ca, the certificates in the store that is built in are believed. */
static void addStore(xsMachine *the, struct TlsTrust *trust)
{
	struct TlsFailure failure;
	size_t size = 0;
	const void *bytes = mcGetResource(the, STORE_NAME, &size);
	if (!bytes)
		throwUntrusting(the);
	tlsFailureClear(&failure);
	if (!tlsTrustAddStore(trust, bytes, size, &failure))
		tlsSocketThrowFailure(the, STORE_NAME, &failure);
}

static void addAnchors(xsMachine *the, struct TlsTrust *trust)
{
	xsIntegerValue count = openList(the, xsID_ca);
	if (count == 0)
		addStore(the, trust);
	for (xsIntegerValue i = 0; i < count; i++) {
		struct TlsFailure failure;
		struct TlsBytes der;
		tlsFailureClear(&failure);
		listItem(the, i, "tls.ca", &der);
		if (!tlsTrustAddAnchor(trust, der.bytes, der.length, !TLS_IN_FLASH(der.bytes), &failure))
			tlsSocketThrowFailure(the, "tls.ca", &failure);
	}
}

static void addPins(xsMachine *the, struct TlsTrust *trust)
{
	xsIntegerValue count = openList(the, xsID_pins);
	for (xsIntegerValue i = 0; i < count; i++) {
		struct TlsBytes pin;
		listItem(the, i, "tls.pins", &pin);
		if (pin.length != TLS_PIN_SIZE)
			xsRangeError(
				"tls.pins: must have %d bytes each, the SHA-256 of a SubjectPublicKeyInfo", TLS_PIN_SIZE);
		if (!tlsTrustAddPin(trust, pin.bytes))
			tlsSocketThrow(the, TLS_MEMORY);
	}
}

/* options.ts makes seconds of it; NaN: not given. */
static int64_t readTime(xsMachine *the)
{
	xsSlot value;
	double seconds;
	xsmcGet(value, xsVar(TLS_OPTIONS), xsID_time);
	seconds = xsmcToNumber(value);
	return c_isnan(seconds) ? TLS_CLOCK_TIME : (int64_t)seconds;
}

/* With null, there are no sessions. */
static bool refusesSessions(xsMachine *the)
{
	xsmcGet(xsVar(ITEM), xsVar(TLS_OPTIONS), xsID_session);
	return xsmcTypeOf(xsVar(ITEM)) == xsNullType;
}

/* The session that is given, or one that is kept. None that fits is no error: the handshake is then a full
   one. */
static void trySession(xsMachine *the, struct TlsEngine *engine)
{
	struct TlsBytes session;
	xsmcGet(xsVar(ITEM), xsVar(TLS_OPTIONS), xsID_session);
	if (xsmcTypeOf(xsVar(ITEM)) == xsReferenceType) {
		tlsSocketBuffer(the, &xsVar(ITEM), tlsSocketClamped(the), "tls.session", false, &session);
		tlsSocketSessionsTry(engine, &session);
	} else if (xsmcTypeOf(xsVar(ITEM)) == xsUndefinedType)
		tlsSocketSessionsTry(engine, NULL);
}

static void addIdentity(xsMachine *the, struct Parts *parts)
{
	struct TlsFailure failure;
	struct TlsBytes der;
	xsIntegerValue count = openList(the, xsID_clientCertificate);
	if (count == 0)
		return;
	parts->identity = tlsIdentityCreate();
	if (!parts->identity)
		tlsSocketThrow(the, TLS_MEMORY);
	tlsFailureClear(&failure);
	for (xsIntegerValue i = 0; i < count; i++) {
		listItem(the, i, "tls.clientCertificate", &der);
		if (!tlsIdentityAddCertificate(
				parts->identity, der.bytes, der.length, !TLS_IN_FLASH(der.bytes), &failure))
			tlsSocketThrowFailure(the, "tls.clientCertificate", &failure);
	}
	openList(the, xsID_clientKey);
	listItem(the, 0, "tls.clientKey", &der);
	if (!tlsIdentitySetKey(parts->identity, der.bytes, der.length, &failure))
		tlsSocketThrowFailure(the, "tls.clientKey", &failure);
}

/* Copies the protocols into one allocation: bytes in script memory can move while the others are taken. */
static size_t addProtocols(xsMachine *the, struct Parts *parts, struct TlsBytes *protocols)
{
	static const char name[] = "tls.applicationLayerProtocol";
	xsIntegerValue count = openList(the, xsID_applicationLayerProtocol);
	uint8_t *next;
	if (count == 0)
		return 0;
	if (count > PROTOCOLS_MAX)
		xsRangeError("%s: must be at most %d", name, PROTOCOLS_MAX);
	next = parts->protocolBytes = tlsHeapAllocate((size_t)count, TLS_PROTOCOL_MAX);
	if (!next)
		tlsSocketThrow(the, TLS_MEMORY);
	for (xsIntegerValue i = 0; i < count; i++) {
		struct TlsBytes protocol;
		listItem(the, i, name, &protocol);
		if (protocol.length < 1 || protocol.length > TLS_PROTOCOL_MAX)
			xsRangeError("%s: must have 1 to %d bytes", name, TLS_PROTOCOL_MAX);
		for (size_t j = 0; j < protocol.length; j++) {
			if (!protocol.bytes[j])
				xsRangeError("%s: must not contain a zero byte", name);
		}
		c_memcpy(next, protocol.bytes, protocol.length);
		protocols[i].bytes = next;
		protocols[i].length = protocol.length;
		next += protocol.length;
	}
	return (size_t)count;
}

static void keepHost(xsMachine *the, struct TlsSocket *socket, xsSlot *connection)
{
	xsSlot value;
	uint8_t address[TLS_ADDRESS_BYTES];
	const char *host;
	size_t size;
	xsmcGet(value, *connection, xsID_host);
	host = xsmcToString(value);
	size = c_strlen(host) + 1;
	if (size > HOST_SIZE)
		xsRangeError("tls.host: too long");
	if (!tlsAddressParse(host, address) && tlsAddressResembles(host))
		xsRangeError("tls.host: is neither a name nor an address");
	socket->host = tlsHeapAllocate(1, size);
	if (!socket->host)
		tlsSocketThrow(the, TLS_MEMORY);
	c_memcpy(socket->host, xsmcToString(value), size);
}

static void createEngine(xsMachine *the, struct TlsSocket *socket, struct Parts *parts, uint16_t port)
{
	struct TlsEngineConfiguration configuration = {0};
	struct TlsBytes protocols[PROTOCOLS_MAX];
	struct TlsFailure failure;
	xsSlot *options = &xsVar(TLS_OPTIONS);

	configuration.minimumVersion = (enum TlsVersion)integerOption(the, options, xsID_minimumVersion);
	configuration.maximumVersion = (enum TlsVersion)integerOption(the, options, xsID_maximumVersion);
	configuration.maximumFragmentLength = (uint16_t)integerOption(the, options, xsID_maximumFragmentLength);
	configuration.port = port;
	configuration.noSessions = refusesSessions(the);
	configuration.protocols = protocols;
	configuration.protocolCount = addProtocols(the, parts, protocols);

	socket->time = readTime(the);
	parts->trust = tlsTrustCreate(socket->host, readClock, socket);
	if (!parts->trust)
		tlsSocketThrow(the, TLS_MEMORY);
	addAnchors(the, parts->trust);
	addPins(the, parts->trust);
	addIdentity(the, parts);
	configuration.trust = parts->trust;
	configuration.identity = parts->identity;
	parts->trust = NULL;
	parts->identity = NULL;

	tlsFailureClear(&failure);
	socket->engine = tlsEngineCreate(&configuration, NULL, &failure);
	if (!socket->engine)
		tlsSocketThrowFailure(the, "tls", &failure);
#if TLS_KEY_LOG
	tlsKeyLogUse(socket->engine);
#endif
	trySession(the, socket->engine);
}

/* The handshake's time runs from here (X1). */
static void startTimeout(xsMachine *the, struct TlsSocket *socket)
{
	socket->timeout = tlsAlarmCreate(tlsSocketTimedOut, socket);
	if (!socket->timeout)
		tlsSocketThrow(the, TLS_MEMORY);
	tlsAlarmSet(socket->timeout, (uint32_t)integerOption(the, &xsVar(TLS_OPTIONS), xsID_handshakeTimeout));
}

/* False: it is over a connection that exists. */
static bool readDestination(xsMachine *the, xsSlot *connection, struct TlsDestination *destination)
{
	xsSlot value;

	xsmcGet(value, *connection, xsID_address);
	if (xsmcTypeOf(value) == xsUndefinedType)
		return false;
	destination->addressSize = tlsAddressParse(xsmcToString(value), destination->address);
	if (!destination->addressSize)
		xsRangeError("address: must be an IPv4 or IPv6 address");
	xsmcGet(value, *connection, xsID_noDelay);
	destination->noDelay = xsmcTest(value);
	destination->port = (uint16_t)integerOption(the, connection, xsID_port);
	destination->keepAlive = (uint32_t)integerOption(the, connection, xsID_keepAlive);
	return true;
}

static void build(xsMachine *the, struct TlsSocket *socket, struct Parts *parts, xsSlot *connection)
{
	struct TlsDestination destination = {.port = 0};
	if (readDestination(the, connection, &destination) && !socket->transport)
		socket->destination = destination;
	keepHost(the, socket, connection);
	createEngine(the, socket, parts, destination.port);
	startTimeout(the, socket);
	if (socket->transport)
		tlsSocketUse(socket, socket->transport);
	else
		tlsSocketConnect(the, socket);
}

/* What jumps over `build` must not skip a local variable that it has changed: hence a function of its own. */
static void buildOrFree(xsMachine *the, struct TlsSocket *socket, struct Parts *parts, xsSlot *connection)
{
	xsTry
	{
		build(the, socket, parts, connection);
	}
	xsCatch
	{
		freeParts(parts);
		xsThrow(xsException);
	}
	freeParts(parts);
}

void tlsSocketOpen(xsMachine *the, struct TlsSocket *socket, xsSlot *connection)
{
	struct Parts parts = {NULL, NULL, NULL};
	xsmcVars(VARS);
	xsmcGet(xsVar(TLS_OPTIONS), *connection, xsID_tls);
	buildOrFree(the, socket, &parts, connection);
}
