/* SPDX-License-Identifier: MIT */
/*
 * What a connection costs, without XS: the engine over lwIP, stepped from an event loop as the class does it.
 *
 *    budgetClient PORT ANCHORS VERSION BYTES [resume] [store] [fragment] [echo]
 *
 * connects to a server on the host, sends BYTES bytes, receives as many, and closes; all that twice, and
 * measures the second time. ANCHORS is the file of a CA certificate, or with "store" a certificate store.
 * VERSION is one such as 0304. With "resume" the second connection resumes the session of the first; with
 * "fragment" the server is asked for records of at most 4096 bytes (RFC 6066), or of what this image holds.
 * With "echo" the bytes are messages of 100, each sent after the answer to the one before, and what counts is
 * all of the processor's work, lwIP's too. Prints one line of JSON; measure.mjs says what its fields mean.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardClient.h"
#include "boardClock.h"
#include "boardHeap.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"
#include "boardStack.h"
#if defined(HEAP_BLOCKS)
#include "heapBlocks.h"
#endif
#include "tlsEngine.h"
#include "tlsTransportLwip.h"
#include "tlsTrust.h"

#define HOST     "device.test"
#define PATIENCE 60000 /* milliseconds */
#define CHUNK    1024
#define MESSAGE  100

#define NANOSECONDS_PER_INSTRUCTION 8 /* emulate.sh, BOARD_COUNT */

#define USAGE "usage: budgetClient PORT ANCHORS VERSION BYTES [resume] [store] [fragment] [echo]"

struct Arguments {
	unsigned port, version, bytes;
	bool resume, store, fragment, echo;
	struct TlsBytes anchors; /* in memory that stands for flash */
};

/* The session of the first connection, in memory that is not counted. */
static struct TlsBytes session;

/* Bytes on the wire of the connection that is open. */
static struct Wire {
	const struct TlsTransportOperations *operations;
	size_t sent, received;
} wire;

/* What was measured so far: processor time in nanoseconds. */
struct Usage {
	uint64_t total, longest;
	size_t stack;
	unsigned steps;
};

struct Connection {
	struct TlsTransport *transport;
	struct TlsEngine *engine;
	bool changed;
};

static void fail(const char *what, const struct TlsFailure *failure)
{
	printf("failed: %s: %s %ld %s\n", what, failure ? tlsCodeName(failure->code) : "",
		failure ? (long)failure->library : 0, failure ? failure->detail : "");
	exit(1);
}

static void changed(void *context)
{
	struct Connection *connection = context;

	connection->changed = true;
}

static size_t countReceived(struct TlsTransport *transport, uint8_t *bytes, size_t length)
{
	size_t count = wire.operations->receive(transport, bytes, length);

	wire.received += count;
	return count;
}

static size_t countSent(struct TlsTransport *transport, const uint8_t *bytes, size_t length)
{
	size_t count = wire.operations->send(transport, bytes, length);

	wire.sent += count;
	return count;
}

/* Puts a counter between engine and transport. */
static void watchWire(struct TlsTransport *transport)
{
	static struct TlsTransportOperations counting;

	wire = (struct Wire){.operations = transport->operations};
	counting = *transport->operations;
	counting.receive = countReceived;
	counting.send = countSent;
	transport->operations = &counting;
}

static struct TlsTrust *createTrust(const struct Arguments *arguments, struct TlsFailure *failure)
{
	const struct TlsBytes *anchors = &arguments->anchors;
	struct TlsTrust *trust = tlsTrustCreate(HOST, boardClientClock, NULL);

	if (!trust ||
		!(arguments->store ? tlsTrustAddStore(trust, anchors->bytes, anchors->length, failure)
						   : tlsTrustAddAnchor(trust, anchors->bytes, anchors->length, false, failure)))
		fail("trust", failure);
	return trust;
}

static void open(struct Connection *connection, const struct Arguments *arguments)
{
	const struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = (uint16_t)arguments->port};
	struct TlsEngineConfiguration configuration = {
		.minimumVersion = (enum TlsVersion)arguments->version,
		.maximumVersion = (enum TlsVersion)arguments->version,
		.maximumFragmentLength = arguments->fragment ? 4096 : 0,
		.noSessions = arguments->echo, /* no ticket between the messages that are counted */
	};
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	configuration.trust = createTrust(arguments, &failure);
	connection->transport = tlsTransportLwipConnect(&destination, boardClientPost, NULL, &failure);
	if (!connection->transport)
		fail("connect", &failure);
	connection->transport->changed = changed;
	connection->transport->context = connection;
	watchWire(connection->transport);
	connection->engine = tlsEngineCreate(&configuration, connection->transport, &failure);
	if (!connection->engine)
		fail("engine", &failure);
	if (session.length > 0 && !tlsEngineResume(connection->engine, session.bytes, session.length))
		fail("the session is not taken", NULL);
}

static void turn(void)
{
	boardNetworkPoll();
	if (!boardMessagesDeliver())
		boardSleep();
}

/* One step of the engine, measured. */
static bool advance(struct Connection *connection, struct Usage *usage)
{
	uint64_t start, duration;
	size_t depth;
	bool more;

	boardStackPaint();
	start = boardWorkingNanoseconds();
	more = tlsEngineAdvance(connection->engine);
	duration = boardWorkingNanoseconds() - start;
	depth = boardStackPeak();
	usage->total += duration;
	usage->steps++;
	if (usage->longest < duration)
		usage->longest = duration;
	if (usage->stack < depth)
		usage->stack = depth;
	return more;
}

static void checkTime(uint32_t start)
{
	if (boardMilliseconds() - start > PATIENCE)
		fail("no progress", NULL);
}

/* Steps the engine, and lets the network run after each step, until it is connected. */
static void handshake(struct Connection *connection, struct Usage *usage)
{
	uint32_t start = boardMilliseconds();

	while (tlsEngineState(connection->engine) == TLS_HANDSHAKING) {
		bool more = connection->changed;

		connection->changed = false;
		if (more && advance(connection, usage))
			connection->changed = true;
		turn();
		checkTime(start);
	}
	if (tlsEngineState(connection->engine) != TLS_CONNECTED)
		fail("handshake", tlsEngineFailure(connection->engine));
}

/* Sends a record, if there is room for all of it: its cost depends on its size. Returns how many bytes were
   sent. */
static size_t write(struct Connection *connection, size_t left, struct Usage *usage)
{
	static const uint8_t bytes[CHUNK];
	size_t count = left < sizeof(bytes) ? left : sizeof(bytes);
	uint64_t start;

	if (!count || tlsEngineWritable(connection->engine) < count)
		return 0;
	start = boardWorkingNanoseconds();
	if (!tlsEngineWrite(connection->engine, bytes, count, false, 0))
		fail("write", tlsEngineFailure(connection->engine));
	usage->total += boardWorkingNanoseconds() - start;
	return count;
}

static size_t readAll(struct Connection *connection, struct Usage *usage)
{
	static uint8_t bytes[CHUNK];
	uint64_t start = boardWorkingNanoseconds();
	size_t count, sum = 0;

	while ((count = tlsEngineRead(connection->engine, bytes, sizeof(bytes))))
		sum += count;
	usage->total += boardWorkingNanoseconds() - start;
	return sum;
}

/* Sends `length` bytes and receives as many. `sending` and `receiving` get the cost of each direction. */
static void transfer(
	struct Connection *connection, size_t length, struct Usage *sending, struct Usage *receiving)
{
	uint32_t start = boardMilliseconds();
	size_t sent = 0, received = 0;

	while (received < length) {
		sent += write(connection, length - sent, sending);
		if (connection->changed) {
			connection->changed = advance(connection, receiving);
			received += readAll(connection, receiving);
		}
		turn();
		checkTime(start);
		if (tlsEngineState(connection->engine) != TLS_CONNECTED)
			fail("transfer", tlsEngineFailure(connection->engine));
	}
}

static void keepSession(struct Connection *connection)
{
	uint8_t *bytes;

	session.length = tlsEngineSaveSession(connection->engine, NULL, 0);
	bytes = boardHeapUncounted(session.length);
	if (!session.length || !bytes ||
		tlsEngineSaveSession(connection->engine, bytes, session.length) != session.length)
		fail("there is no session to keep", NULL);
	session.bytes = bytes;
}

static void close(struct Connection *connection)
{
	tlsEngineClose(connection->engine);
	tlsEngineFree(connection->engine);
	connection->transport->operations->close(connection->transport);
	boardNetworkDrain();
	boardNetworkPoll();
	boardMessagesDeliver();
}

static void print(const char *name, uint64_t value)
{
	printf(",\"%s\":%lu", name, (unsigned long)value);
}

/* Connects; prints what that cost, if `measured`. */
static void connect(
	struct Connection *connection, const struct Arguments *arguments, bool measured, size_t base)
{
	struct Usage usage = {0, 0, 0, 0};
	struct TlsNegotiated negotiated;

	boardHeapMark();
#if defined(HEAP_BLOCKS)
	heapBlocksBegin();
#endif
	open(connection, arguments);
	handshake(connection, &usage);
	if (!tlsEngineNegotiated(connection->engine, &negotiated) || negotiated.resumed != (session.length > 0))
		fail("negotiated", NULL);
	if (!measured)
		return;
	printf("\"version\":\"%04x\",\"suite\":\"%s\"", negotiated.version, negotiated.cipherSuite);
	print("heapPeak", boardHeapPeak() - base);
	print("heapAfter", boardHeapUsed() - base);
	print("stack", usage.stack);
	print("handshake", usage.total / NANOSECONDS_PER_INSTRUCTION);
	print("longest", usage.longest / NANOSECONDS_PER_INSTRUCTION);
	print("steps", usage.steps);
	print("sent", wire.sent);
	print("received", wire.received);
#if defined(HEAP_BLOCKS)
	heapBlocksPrint();
#endif
}

/* Sends and receives; prints what that cost, if `measured`. */
static void exchange(struct Connection *connection, size_t length, bool measured)
{
	struct Usage sending = {0, 0, 0, 0}, receiving = sending;
	size_t before = boardHeapUsed();

	boardHeapMark();
	transfer(connection, length, &sending, &receiving);
	if (!measured)
		return;
	print("heapTransfer", boardHeapPeak() - before);
	print("stackTransfer", receiving.stack);
	print("sending", sending.total / NANOSECONDS_PER_INSTRUCTION / length);
	print("receiving", receiving.total / NANOSECONDS_PER_INSTRUCTION / length);
}

/* Sends a message, and waits for its answer. */
static void ask(struct Connection *connection)
{
	struct Usage usage = {0, 0, 0, 0};
	uint32_t start = boardMilliseconds();
	size_t received = 0;

	if (write(connection, MESSAGE, &usage) != MESSAGE)
		fail("no room for a message", NULL);
	while (received < MESSAGE) {
		turn();
		if (connection->changed) {
			connection->changed = tlsEngineAdvance(connection->engine);
			received += readAll(connection, &usage);
		}
		checkTime(start);
	}
}

/* Prints the work for one of the messages that `length` bytes are, if `measured`: after some others, with
   which there may be session tickets. */
static void exchangeMessages(struct Connection *connection, size_t length, bool measured)
{
	size_t count = length / MESSAGE;
	uint64_t start;

	for (size_t i = 0; i < 5; i++)
		ask(connection);
	start = boardWorkingNanoseconds();
	for (size_t i = 0; i < count; i++)
		ask(connection);
	if (measured)
		print("message", (boardWorkingNanoseconds() - start) / NANOSECONDS_PER_INSTRUCTION / count);
}

/* A first connection sets up what lives as long as the program, such as the library's key store. The second
   is measured. */
static void run(const struct Arguments *arguments, bool measured)
{
	struct Connection connection = {NULL, NULL, false};
	size_t base = boardHeapUsed();

	connect(&connection, arguments, measured, base);
	(arguments->echo ? exchangeMessages : exchange)(&connection, arguments->bytes, measured);
	if (arguments->resume && !measured)
		keepSession(&connection);
	close(&connection);
	if (measured && boardHeapUsed() != base)
		fail("leak", NULL);
}

static bool readFlag(struct Arguments *arguments, const char *flag)
{
	if (!strcmp(flag, "resume"))
		arguments->resume = true;
	else if (!strcmp(flag, "store"))
		arguments->store = true;
	else if (!strcmp(flag, "fragment"))
		arguments->fragment = true;
	else if (!strcmp(flag, "echo"))
		arguments->echo = true;
	else
		return !*flag;
	return true;
}

static void readArguments(struct Arguments *arguments)
{
	char line[400], anchors[200], first[10] = "", second[10] = "";

	memset(arguments, 0, sizeof(*arguments));
	if (!boardCommandLine(line, sizeof(line)) ||
		sscanf(line, "%*s %u %199s %x %u %9s %9s", &arguments->port, anchors, &arguments->version,
			&arguments->bytes, first, second) < 4 ||
		!arguments->bytes || !readFlag(arguments, first) || !readFlag(arguments, second))
		fail(USAGE, NULL);
	arguments->anchors.bytes = (uint8_t *)boardReadFile(anchors, &arguments->anchors.length);
	if (!arguments->anchors.bytes)
		fail("the anchors cannot be read", NULL);
}

int main(void)
{
	struct Arguments arguments;

	readArguments(&arguments);
	if (!boardNetworkStart())
		fail("no network", NULL);
	run(&arguments, false);
	printf("{");
	run(&arguments, true);
	printf("}\n");
	return 0;
}
