/* SPDX-License-Identifier: MIT */
/*
 * The client of the targets that feed an engine.
 */

#include "fuzzClient.h"
#include "allocations.h"
#include "clientChain.h"

#include <string.h>

static struct ClientChain client;
static struct Certificate leaf384;
static uint8_t pin[TLS_PIN_SIZE];

struct FuzzPlan fuzzTakePlan(struct FuzzInput *input)
{
	struct FuzzPlan plan;

	plan.client = fuzzTake8(input);
	plan.chunk = fuzzTake8(input);
	plan.room = fuzzTake8(input);
	plan.end = fuzzTake8(input);
	plan.use = fuzzTake8(input);
	return plan;
}

bool fuzzHasFaults(const struct FuzzPlan *plan)
{
	return plan->end >> 2 != 0;
}

void fuzzClientPrepare(void)
{
	tlsMemoryStart();
	fuzzBegin();
	connectionWatch = fuzzWatch;
	(void)usual();
	client = clientChain(pkiKey(KEY_P256, 3));
	(void)usualServerWith(pkiKey(KEY_P384, 0), &leaf384);
	pkiPin(&usual()->ca, pin);
}

struct ClientWish fuzzClient(const struct FuzzPlan *plan)
{
	struct ClientWish wish = usualClient();
	int version = plan->client & FUZZ_VERSION;

	if (plan->client & FUZZ_IDENTITY) {
		wish.clientChain[0] = &client.leaf;
		wish.clientChain[1] = &client.intermediate;
		wish.clientKey = pkiKey(KEY_P256, 3);
	}
	wish.minimum = version == 2 ? TLS_VERSION_1_3 : TLS_VERSION_1_2;
	wish.maximum = version == 1 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
	wish.noSessions = version == 3;
	if (plan->client & FUZZ_PROTOCOLS) {
		wish.protocols[0] = "h2";
		wish.protocols[1] = "http/1.1";
	}
	if (plan->client & FUZZ_PIN)
		wish.pins[0] = pin;
	if (plan->client & FUZZ_FRAGMENT)
		wish.maximumFragmentLength = plan->client & FUZZ_IDENTITY ? 4096 : 512;
	return wish;
}

struct ServerWish fuzzServer(const struct FuzzPlan *plan)
{
	static const char *protocols[] = {"http/1.1", NULL};
	struct ServerWish wish = usualServer();

	if (plan->client & FUZZ_P384) {
		wish.chain[0] = &leaf384;
		wish.chain[1] = NULL;
		wish.key = pkiKey(KEY_P384, 0);
	}
	if (plan->client & FUZZ_IDENTITY)
		wish.clientCa = &client.ca;
	if (plan->client & FUZZ_PROTOCOLS)
		wish.protocols = protocols;
	return wish;
}

void fuzzOpen(struct Connection *connection, const struct FuzzPlan *plan, const struct ServerWish *server)
{
	struct ClientWish wish = fuzzClient(plan);

	fuzzBegin();
	connectionOpen(connection, &wish, server);
	if (connection->engine == NULL)
		fprintf(stderr, "no engine: %s\n", tlsCodeName((enum TlsCode)connection->failure.code));
	FUZZ_CHECK(connection->engine != NULL);
	allocations.number = 0;
	allocations.failAt = plan->end >> 2;
	connection->pipe.chunk = plan->chunk == 0 ? 0 : (size_t)1 << (plan->chunk & 15);
	connection->pipe.capacity = plan->room == 0 ? 0 : (size_t)64 << (plan->room & 7);
	connection->pipe.liar = plan->room >> 7;
}

/* Reads and writes as much at a time as the plan says. True: something moved. */
static bool use(struct TlsEngine *engine, const struct FuzzPlan *plan)
{
	static const uint8_t zeros[4096];
	size_t most = (size_t)1 << (plan->use & 15);
	size_t readable = tlsEngineReadable(engine), writable = tlsEngineWritable(engine), taken = 0;
	uint8_t *buffer;

	if (readable > 0 && (plan->use & 16) == 0) {
		buffer = malloc(most);
		FUZZ_CHECK(buffer != NULL);
		taken = tlsEngineRead(engine, buffer, most);
		FUZZ_CHECK(taken == (readable < most ? readable : most));
		free(buffer);
	}
	if ((plan->use & 32) && writable > 0 && most <= sizeof(zeros)) {
		size_t length = writable < most ? writable : most;
		bool accepted = tlsEngineWrite(engine, zeros, length, (plan->use & 64) != 0, 0);

		FUZZ_CHECK(accepted || tlsEngineIsHungry(engine) || tlsEngineState(engine) == TLS_FAILED ||
				   tlsEngineWritable(engine) == 0);
	}
	return taken > 0;
}

/* True if the plan's transport took less than it had promised, and that is what failed: its fault is this
   project's own. */
static bool isLie(const struct FuzzPlan *plan, const struct TlsFailure *failure)
{
	return plan->room >> 7 != 0 && failure->code == TLS_INTERNAL && failure->library == 0;
}

/* What holds of an engine at any time. */
static void check(struct TlsEngine *engine, const struct FuzzPlan *plan)
{
	const struct TlsFailure *failure = tlsEngineFailure(engine);
	struct TlsNegotiated negotiated;
	bool known = tlsEngineNegotiated(engine, &negotiated);

	switch (tlsEngineState(engine)) {
	case TLS_HANDSHAKING:
		FUZZ_CHECK(!known && tlsEngineReadable(engine) == 0 && tlsEngineWritable(engine) == 0);
		break;
	case TLS_CONNECTED:
		FUZZ_CHECK(known && negotiated.cipherSuite[0] != 0);
		break;
	case TLS_ENDED:
		FUZZ_CHECK(failure->code == TLS_CLOSED && tlsEngineReadable(engine) == 0);
		break;
	case TLS_FAILED:
		FUZZ_CHECK(failure->code != TLS_OK && failure->code != TLS_CLOSED);
		break;
	}
	if (failure->code != TLS_OK)
		FUZZ_CHECK(tlsEngineWritable(engine) == 0);
	if (!isLie(plan, failure))
		fuzzCheckFailure(failure, fuzzHasFaults(plan));
}

bool fuzzTurn(struct Connection *connection, const struct FuzzPlan *plan)
{
	struct Pipe *pipe = &connection->pipe;
	size_t left = queueLength(&pipe->toClient);
	uint64_t sent = pipe->toServer.total;
	bool moved;

	pipeRelease(pipe);
	fuzzWatch(true);
	moved = tlsEngineAdvance(connection->engine);
	check(connection->engine, plan);
	moved |= use(connection->engine, plan);
	moved |= tlsEngineWaits(connection->engine);
	fuzzWatch(false);
	check(connection->engine, plan);
	return moved || queueLength(&pipe->toClient) != left || pipe->toServer.total != sent ||
		   pipe->released < queueLength(&pipe->toClient);
}

static void shut(struct Connection *connection)
{
	fuzzWatch(true);
	tlsEngineClose(connection->engine);
	fuzzWatch(false);
	connectionClose(connection);
}

void fuzzClose(struct Connection *connection, const struct FuzzPlan *plan)
{
	struct TlsTransport *transport = &connection->pipe.transport;
	uint8_t session[2048];
	char message[512];

	switch (plan->end & FUZZ_END) {
	case 1:
		transport->state = TLS_TRANSPORT_ENDED;
		break;
	case 2:
		transport->state = TLS_TRANSPORT_FAILED;
		tlsFail(&transport->failure, TLS_RESET, 104);
		break;
	case 3:
		shut(connection);
		return;
	}
	for (int i = 0; i < 100 && fuzzTurn(connection, plan); i++)
		continue;
	tlsFailureMessage(tlsEngineFailure(connection->engine), "test.example", message, sizeof(message));
	if (tlsEngineSessions(connection->engine) > 0 && tlsEngineSaveSession(connection->engine, NULL, 0) > 0)
		(void)tlsEngineSaveSession(connection->engine, session, sizeof(session));
	shut(connection);
}
