/* SPDX-License-Identifier: MIT */
/*
 * The host functions of embedded:io/socket/tcp, over a transport of the kind that the TLS class has too.
 *
 * What arrives is moved to a buffer at once, since scripts want to know when there is more although they have
 * not read what there is. When the buffer is full, TCP slows down the peer. Callbacks are called by `deliver`
 * alone, from the event loop.
 */

#include "runtimeTcp.h"
#include "mc.xs.h"
#include "modTimer.h"

/* Received bytes that wait for the script. */
#ifndef RUNTIME_TCP_INPUT
#define RUNTIME_TCP_INPUT (32 * 1024)
#endif

#define MESSAGE_SIZE 256

struct Tcp {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable; /* functions of the script, kept alive by the marker; NULL: none */
	xsSlot *onWritable;
	xsSlot *onError;
	struct TlsTransport *transport; /* NULL: closed, or moved to another instance */
	uint8_t *input;
	size_t inputStart;
	size_t inputLength;
	size_t promised; /* writable bytes that the script knows of */
	unsigned holds;  /* the object, a turn asked for, a deliver under way */
	bool number;     /* format is "number" */
	bool asked;      /* a turn of the event loop is asked for */
	bool failed;     /* onError was called */
};

static void markTcp(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	struct Tcp *tcp = data;
	if (tcp->onReadable)
		(*markRoot)(the, tcp->onReadable);
	if (tcp->onWritable)
		(*markRoot)(the, tcp->onWritable);
	if (tcp->onError)
		(*markRoot)(the, tcp->onError);
}

void xs_tcp_destructor(void *data);

static const xsHostHooks tcpHooks = {xs_tcp_destructor, markTcp, NULL};

static void release(struct Tcp *tcp)
{
	if (--tcp->holds == 0) {
		c_free(tcp->input);
		c_free(tcp);
	}
}

/* The object lets go of it. A turn that is asked for still finds it, without a connection. */
static void detach(struct Tcp *tcp)
{
	if (tcp->transport)
		(*tcp->transport->operations->close)(tcp->transport);
	tcp->transport = NULL;
	tcp->onReadable = NULL;
	tcp->onWritable = NULL;
	tcp->onError = NULL;
	release(tcp);
}

void xs_tcp_destructor(void *data)
{
	if (data)
		detach(data);
}

/* An accepted connection on its way from the listener to the class. */
static void deleteConnection(void *data)
{
	struct TlsTransport *transport = data;
	if (transport)
		(*transport->operations->close)(transport);
}

static const xsHostHooks connectionHooks = {deleteConnection, NULL, NULL};

void XS_FUNCTION_NORETURN runtimeTcpThrow(xsMachine *the, const struct TlsFailure *failure)
{
	char message[MESSAGE_SIZE];
	tlsFailureMessage(failure, NULL, message, sizeof(message));
	xsUnknownError("%s", message);
}

void runtimeTcpSetConnection(xsMachine *the, struct TlsTransport *transport)
{
	xsResult = xsNewHostObject(deleteConnection);
	xsmcSetHostData(xsResult, transport);
	xsSetHostHooks(xsResult, (xsHostHooks *)&connectionHooks);
}

/* The host data of `slot` if it has these hooks, else NULL. */
static void *hostDataOf(xsMachine *the, xsSlot *slot, const xsHostHooks *hooks)
{
	void *volatile data = NULL;
	xsTry
	{
		data = xsmcGetHostDataValidate(*slot, (void *)hooks);
	}
	xsCatch
	{
		data = NULL;
	}
	return data;
}

/* The receiver's. Throws on anything that is not an open instance. */
static struct Tcp *tcpOf(xsMachine *the)
{
	struct Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	if (!tcp)
		xsUnknownError("closed");
	return tcp;
}

/* --- events --- */

/* Moves to the buffer what has arrived and fits. True: there was something. */
static bool fillInput(struct Tcp *tcp)
{
	size_t before = tcp->inputLength, count;
	if (tcp->inputStart > 0) {
		c_memmove(tcp->input, tcp->input + tcp->inputStart, tcp->inputLength);
		tcp->inputStart = 0;
	}
	while (tcp->inputLength < RUNTIME_TCP_INPUT) {
		count = (*tcp->transport->operations->receive)(
			tcp->transport, tcp->input + tcp->inputLength, RUNTIME_TCP_INPUT - tcp->inputLength);
		if (count == 0)
			break;
		tcp->inputLength += count;
	}
	return tcp->inputLength > before;
}

static void callWithCount(struct Tcp *tcp, xsSlot *callback, size_t count)
{
	if (!callback)
		return;
	xsBeginHost(tcp->the);
	{
		xsmcVars(1);
		xsmcSetInteger(xsVar(0), (xsIntegerValue)count);
		(void)xsCallFunction1(xsReference(callback), tcp->object, xsVar(0));
	}
	xsEndHost(tcp->the);
}

static void callWithError(struct Tcp *tcp, const char *code, const char *message)
{
	if (!tcp->onError)
		return;
	xsBeginHost(tcp->the);
	{
		xsmcVars(2);
		xsmcSetString(xsVar(0), (char *)message);
		xsVar(0) = xsNew1(xsGlobal, xsID_Error, xsVar(0));
		xsmcSetString(xsVar(1), (char *)code);
		xsmcSet(xsVar(0), xsID_code, xsVar(1));
		(void)xsCallFunction1(xsReference(tcp->onError), tcp->object, xsVar(0));
	}
	xsEndHost(tcp->the);
}

/* Tells the script, once, that the connection is over. */
static void fail(struct Tcp *tcp)
{
	const struct TlsFailure *failure = &tcp->transport->failure;
	char message[MESSAGE_SIZE];
	tcp->failed = true;
	if (tcp->transport->state == TLS_TRANSPORT_ENDED) {
		callWithError(tcp, tlsCodeName(TLS_CLOSED), "the peer ended the connection");
		return;
	}
	tlsFailureMessage(failure, NULL, message, sizeof(message));
	callWithError(tcp, tlsCodeName(failure->code), message);
}

/* Tells the script what is new. The instance can be closed in each callback. */
static void deliver(struct Tcp *tcp)
{
	size_t space;
	if (!tcp->transport || tcp->failed)
		return;
	tcp->holds++;
	if (fillInput(tcp))
		callWithCount(tcp, tcp->onReadable, tcp->inputLength);
	if (tcp->transport) {
		space = (*tcp->transport->operations->space)(tcp->transport);
		if (space > tcp->promised) {
			tcp->promised = space;
			callWithCount(tcp, tcp->onWritable, space);
		}
	}
	if (tcp->transport && tcp->inputLength == 0 &&
		(tcp->transport->state == TLS_TRANSPORT_ENDED || tcp->transport->state == TLS_TRANSPORT_FAILED))
		fail(tcp);
	release(tcp);
}

static void changed(void *context)
{
	deliver(context);
}

static void takeTurn(modTimer timer, void *refcon, int refconSize)
{
	struct Tcp *tcp = *(struct Tcp **)refcon;
	(void)timer;
	(void)refconSize;
	tcp->asked = false;
	deliver(tcp);
	release(tcp);
}

/* Asks for a turn of the event loop. False: no memory. */
static bool ask(struct Tcp *tcp)
{
	if (tcp->asked)
		return true;
	if (!modTimerAdd(0, 0, takeTurn, &tcp, sizeof(tcp)))
		return false;
	tcp->asked = true;
	tcp->holds++;
	return true;
}

/* --- host functions --- */

/* What an instance needs, without a connection yet; the caller's to release. The arguments of the host
   function begin with onReadable, onWritable, onError and whether the format is "number". */
static struct Tcp *createTcp(xsMachine *the)
{
	struct Tcp *tcp = c_calloc(1, sizeof(struct Tcp));
	uint8_t *input = c_malloc(RUNTIME_TCP_INPUT);
	if (!tcp || !input) {
		c_free(tcp);
		c_free(input);
		xsUnknownError("no memory");
	}
	tcp->the = the;
	tcp->holds = 1;
	tcp->input = input;
	tcp->onReadable = xsToReference(xsArg(0));
	tcp->onWritable = xsToReference(xsArg(1));
	tcp->onError = xsToReference(xsArg(2));
	tcp->number = xsmcTest(xsArg(3));
	return tcp;
}

/* Makes xsThis an instance over `transport`. Cannot fail. */
static void attach(xsMachine *the, struct Tcp *tcp, struct TlsTransport *transport)
{
	tcp->transport = transport;
	transport->changed = changed;
	transport->context = tcp;
	xsmcSetHostData(xsThis, tcp);
	xsSetHostHooks(xsThis, (xsHostHooks *)&tcpHooks);
	tcp->object = xsThis;
	xsRemember(tcp->object);
}

/* connect(onReadable, onWritable, onError, number, noDelay, keepAlive, address, port) */
void xs_tcp_connect(xsMachine *the)
{
	struct TlsFailure failure;
	struct TlsTransport *transport;
	struct TlsDestination destination = {
		.port = (uint16_t)xsmcToInteger(xsArg(7)),
		.noDelay = xsmcTest(xsArg(4)),
		.keepAlive = (uint32_t)xsmcToInteger(xsArg(5)),
	};
	struct Tcp *tcp;
	destination.addressSize = tlsAddressParse(xsmcToString(xsArg(6)), destination.address);
	if (!destination.addressSize)
		xsRangeError("address: must be an IPv4 or IPv6 address");
	tcp = createTcp(the);
	tlsFailureClear(&failure);
	transport = runtimeTcpConnect(&destination, &failure);
	if (transport) {
		attach(the, tcp, transport);
		return;
	}
	release(tcp);
	runtimeTcpThrow(the, &failure);
}

/* Takes the connection out of `from`, an open instance, with the bytes it has received. */
static struct TlsTransport *moveOut(xsMachine *the, struct Tcp *from, struct Tcp *received)
{
	struct TlsTransport *transport = from->transport;
	*received = *from;
	from->transport = NULL;
	from->input = NULL;
	xsmcSetHostData(xsArg(6), NULL);
	xsForget(from->object);
	detach(from);
	return transport;
}

/* take(onReadable, onWritable, onError, number, noDelay, keepAlive, from) */
void xs_tcp_take(xsMachine *the)
{
	struct TlsTransport *transport = hostDataOf(the, &xsArg(6), &connectionHooks);
	struct Tcp *from = hostDataOf(the, &xsArg(6), &tcpHooks), received, *tcp;
	bool noDelay = xsmcTest(xsArg(4));
	uint32_t keepAlive = (uint32_t)xsmcToInteger(xsArg(5));
	if (!transport && !from)
		xsTypeError("from: must be an open TCP instance");
	/* So does the SDK's class on lwIP, which has no connection any more by then. */
	if (from && from->transport->state == TLS_TRANSPORT_FAILED)
		xsUnknownError("from: the connection is lost");
	tcp = createTcp(the);
	if (!ask(tcp)) {
		release(tcp);
		xsUnknownError("no memory");
	}

	/* Nothing can fail any more. */
	c_memset(&received, 0, sizeof(received));
	if (from) {
		transport = moveOut(the, from, &received);
		c_free(tcp->input);
		tcp->input = received.input;
		tcp->inputStart = received.inputStart;
		tcp->inputLength = received.inputLength;
	} else
		xsmcSetHostData(xsArg(6), NULL);
	attach(the, tcp, transport);
	runtimeTcpConfigure(transport, noDelay, keepAlive);
}

/* close(): a second one is no error */
void xs_tcp_close(xsMachine *the)
{
	struct Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	if (!tcp)
		return;
	xsmcSetHostData(xsThis, NULL);
	xsForget(tcp->object);
	detach(tcp);
}

static void consume(xsMachine *the, struct Tcp *tcp, size_t count)
{
	bool full = tcp->inputLength == RUNTIME_TCP_INPUT;
	tcp->inputStart += count;
	tcp->inputLength -= count;
	if (full || (tcp->inputLength == 0 && tcp->transport->state != TLS_TRANSPORT_OPEN)) {
		if (!ask(tcp))
			xsUnknownError("no memory");
	}
}

/* The first argument, an integer in this range; throws `message` for anything else. */
static xsNumberValue getInteger(
	xsMachine *the, xsNumberValue minimum, xsNumberValue maximum, const char *message)
{
	xsType type = xsmcTypeOf(xsArg(0));
	xsNumberValue value = -1;
	if (type == xsIntegerType || type == xsNumberType)
		value = xsmcToNumber(xsArg(0));
	if (!(value >= minimum && value <= maximum) || value != c_trunc(value))
		xsRangeError("%s", message);
	return value;
}

/* read(count), read(buffer), read(), in the format "buffer" */
static void readBuffer(xsMachine *the, struct Tcp *tcp)
{
	size_t count = tcp->inputLength;
	xsType type = xsmcTypeOf(xsArg(0));
	const uint8_t *bytes = tcp->input + tcp->inputStart;
	if (type == xsReferenceType) {
		void *data;
		xsUnsignedValue size;
		(void)xsmcGetBufferWritable(xsArg(0), &data, &size);
		count = (size < count) ? size : count;
		c_memcpy(data, bytes, count);
		xsmcSetInteger(xsResult, (xsIntegerValue)count);
	} else {
		if (type != xsUndefinedType) {
			xsNumberValue wanted =
				getInteger(the, 1, INT32_MAX, "read: must be a positive integer or a byte buffer");
			count = (wanted < (xsNumberValue)count) ? (size_t)wanted : count;
		}
		xsmcSetArrayBuffer(xsResult, (void *)bytes, (xsIntegerValue)count);
	}
	consume(the, tcp, count);
}

/* read(target) */
void xs_tcp_read(xsMachine *the)
{
	struct Tcp *tcp = tcpOf(the);
	if (tcp->number && xsmcTypeOf(xsArg(0)) != xsUndefinedType)
		xsTypeError("read: takes no argument when format is \"number\"");
	if (tcp->inputLength == 0)
		return;
	if (tcp->number) {
		xsmcSetInteger(xsResult, tcp->input[tcp->inputStart]);
		consume(the, tcp, 1);
	} else
		readBuffer(the, tcp);
}

/* The bytes to write: of a buffer, or the one in `byte`. */
static const uint8_t *getOutput(xsMachine *the, struct Tcp *tcp, uint8_t *byte, size_t *length)
{
	void *data;
	xsUnsignedValue size;
	if (!tcp->number) {
		(void)xsmcGetBufferReadable(xsArg(0), &data, &size);
		*length = size;
		return data;
	}
	*byte = (uint8_t)getInteger(the, 0, 255, "write: must be an integer from 0 to 255");
	*length = 1;
	return byte;
}

/* write(data): all of it or nothing; returns how much more can be written */
void xs_tcp_write(xsMachine *the)
{
	struct Tcp *tcp = tcpOf(the);
	uint8_t byte;
	size_t length;
	const uint8_t *bytes = getOutput(the, tcp, &byte, &length);
	if (length > (*tcp->transport->operations->space)(tcp->transport))
		xsUnknownError("write: more than is writable");
	(void)(*tcp->transport->operations->send)(tcp->transport, bytes, length);
	(*tcp->transport->operations->flush)(tcp->transport);
	tcp->promised = (*tcp->transport->operations->space)(tcp->transport);
	xsmcSetInteger(xsResult, (xsIntegerValue)tcp->promised);
}

/* number(): whether the format is "number"; number(boolean) sets it */
void xs_tcp_number(xsMachine *the)
{
	struct Tcp *tcp = tcpOf(the);
	if (xsmcArgc > 0)
		tcp->number = xsmcTest(xsArg(0));
	xsmcSetBoolean(xsResult, tcp->number);
}

/* remote(): [address, port], or undefined */
void xs_tcp_remote(xsMachine *the)
{
	struct Tcp *tcp = tcpOf(the);
	char address[TLS_ADDRESS_SIZE];
	uint16_t port;
	if (!(*tcp->transport->operations->remote)(tcp->transport, address, &port))
		return;
	xsmcVars(1);
	xsmcSetNewArray(xsResult, 2);
	xsmcSetString(xsVar(0), address);
	xsmcSetIndex(xsResult, 0, xsVar(0));
	xsmcSetInteger(xsVar(0), port);
	xsmcSetIndex(xsResult, 1, xsVar(0));
}
