/* SPDX-License-Identifier: MIT */
/*
 * What a connection costs, without XS: the engine over lwIP, stepped from an event loop as the class does it.
 *
 *    budgetClient PORT CA-FILE MINIMUM MAXIMUM BYTES
 *
 * connects to a server on the host, sends BYTES bytes which come back, and closes. MINIMUM and MAXIMUM are
 * versions such as 0304. Prints one line of JSON; budget.test.mjs says what its fields mean.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardClock.h"
#include "boardHeap.h"
#include "boardMessages.h"
#include "boardNetwork.h"
#include "boardSemihosting.h"
#include "boardStack.h"
#include "tlsEngine.h"
#include "tlsTransportLwip.h"
#include "tlsTrust.h"

#define HOST     "device.test"
#define PATIENCE 60000 /* milliseconds */
#define CHUNK    1024

struct Arguments {
	unsigned port, minimum, maximum, bytes;
	char ca[200];
};

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

static void deliver(void *machine, void *transport, uint8_t *message, uint16_t length)
{
	(void)machine, (void)message, (void)length;
	tlsTransportLwipDeliver(transport);
}

static bool post(void *machine, struct TlsTransport *transport)
{
	return modMessagePostToMachine(machine, NULL, 0, deliver, transport) == 0;
}

static void changed(void *context)
{
	struct Connection *connection = context;

	connection->changed = true;
}

static int64_t readClock(void *context)
{
	(void)context;
	return boardHostSeconds();
}

static void open(
	struct Connection *connection, const struct Arguments *arguments, const uint8_t *ca, size_t caLength)
{
	const struct TlsLwipOptions options = {
		.address = "127.0.0.1", .port = (uint16_t)arguments->port, .post = post};
	struct TlsEngineConfiguration configuration = {
		.minimumVersion = (enum TlsVersion)arguments->minimum,
		.maximumVersion = (enum TlsVersion)arguments->maximum,
		.trust = tlsTrustCreate(HOST, readClock, NULL),
	};
	struct TlsFailure failure;

	tlsFailureClear(&failure);
	if (!configuration.trust || !tlsTrustAddAnchor(configuration.trust, ca, caLength, false, &failure))
		fail("trust", &failure);
	connection->transport = tlsTransportLwipConnect(&options, &failure);
	if (!connection->transport)
		fail("connect", &failure);
	connection->transport->changed = changed;
	connection->transport->context = connection;
	connection->engine = tlsEngineCreate(&configuration, connection->transport, &failure);
	if (!connection->engine)
		fail("engine", &failure);
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

/* Offers as much as is writable. Returns how many bytes were sent. */
static size_t write(struct Connection *connection, size_t left, struct Usage *usage)
{
	static const uint8_t bytes[CHUNK];
	size_t count = tlsEngineWritable(connection->engine);
	uint64_t start;

	if (count > left)
		count = left;
	if (count > sizeof(bytes))
		count = sizeof(bytes);
	if (!count)
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

static void close(struct Connection *connection)
{
	tlsEngineClose(connection->engine);
	tlsEngineFree(connection->engine);
	connection->transport->operations->close(connection->transport);
}

static void print(const char *name, uint64_t value, const char *end)
{
	printf("\"%s\":%lu%s", name, (unsigned long)value, end);
}

/* A first connection sets up what lives as long as the program, such as the library's key store. The second
   is measured. */
static void run(const struct Arguments *arguments, const uint8_t *ca, size_t caLength, bool measured)
{
	struct Connection connection = {NULL, NULL, false};
	struct Usage shaking = {0, 0, 0, 0}, sending = shaking, receiving = shaking;
	size_t base = boardHeapUsed(), peak, after;
	struct TlsNegotiated negotiated;

	boardHeapMark();
	open(&connection, arguments, ca, caLength);
	handshake(&connection, &shaking);
	peak = boardHeapPeak() - base;
	after = boardHeapUsed() - base;
	if (!tlsEngineNegotiated(connection.engine, &negotiated))
		fail("negotiated", NULL);
	if (measured)
		printf("{\"version\":\"%04x\",\"suite\":\"%s\",", negotiated.version, negotiated.cipherSuite);
	boardHeapMark();
	if (arguments->bytes)
		transfer(&connection, arguments->bytes, &sending, &receiving);
	if (measured) {
		print("heapPeak", peak, ",");
		print("heapAfter", after, ",");
		print("heapTransfer", boardHeapPeak() - base, ",");
		print("stack", shaking.stack > receiving.stack ? shaking.stack : receiving.stack, ",");
		print("handshake", shaking.total / 8, ",");
		print("longest", shaking.longest / 8, ",");
		print("steps", shaking.steps, ",");
		print("sending", sending.total / 8, ",");
		print("receiving", receiving.total / 8, "}\n");
	}
	close(&connection);
	boardNetworkDrain();
	boardNetworkPoll();
	boardMessagesDeliver();
	if (measured && boardHeapUsed() != base)
		fail("leak", NULL);
}

int main(void)
{
	struct Arguments arguments;
	char line[400];
	size_t caLength;
	uint8_t *ca;

	if (!boardCommandLine(line, sizeof(line)) ||
		sscanf(line, "%*s %u %199s %x %x %u", &arguments.port, arguments.ca, &arguments.minimum,
			&arguments.maximum, &arguments.bytes) != 5)
		fail("usage: budgetClient PORT CA-FILE MINIMUM MAXIMUM BYTES", NULL);
	ca = (uint8_t *)boardReadFile(arguments.ca, &caLength);
	if (!ca)
		fail("the CA file cannot be read", NULL);
	if (!boardNetworkStart())
		fail("no network", NULL);
	run(&arguments, ca, caLength, false);
	run(&arguments, ca, caLength, true);
	return 0;
}
