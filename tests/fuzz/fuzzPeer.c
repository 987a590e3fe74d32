/* SPDX-License-Identifier: MIT */
/*
 * A server that takes part in the handshake, and changes what it says: see fuzzServer.h. An input is a plan
 * of the client's end, a byte for the server's, and a list of changes.
 */

#include "fuzzServer.h"

#include <string.h>

#define START (FUZZ_PLAN_SIZE + 1)

/* Of the server's byte. */
enum {
	SUITES = 3, /* 0: all, else one */
	RETRY = 4,  /* in TLS 1.3 the server asks for another key share */
	PLAIN_MASTER = 8,
	OLD = 16, /* TLS 1.2 at most */
	NO_TICKETS = 32,
	OPTIONAL = 64
};

static mbedtls_ssl_ticket_context ticket;

static struct ServerWish serverOf(const struct FuzzPlan *plan, uint8_t byte)
{
	static const int suites[3][3] = {
		{MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0},
		{MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, 0},
		{MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, 0}};
	static const uint16_t groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1, 0};
	struct ServerWish wish = fuzzServer(plan);

	if (byte & SUITES)
		wish.suites = suites[(byte & SUITES) - 1];
	if (byte & RETRY)
		wish.groups = groups;
	if (byte & OLD)
		wish.maximum = MBEDTLS_SSL_VERSION_TLS1_2;
	wish.noExtendedMasterSecret = (byte & PLAIN_MASTER) != 0;
	wish.clientOptional = (byte & OPTIONAL) != 0;
	if ((byte & NO_TICKETS) == 0)
		wish.ticketsOf = &ticket;
	return wish;
}

/* Turns both ends until nothing moves. */
static void turn(struct Connection *connection, const struct FuzzPlan *plan, struct FuzzServer *server)
{
	bool moved = true;

	for (size_t turns = 0; moved && tlsEngineState(connection->engine) < TLS_ENDED; turns++) {
		moved = fuzzTurn(connection, plan);
		moved |= fuzzServerTurn(server);
		if (server->ended)
			connection->pipe.transport.state = TLS_TRANSPORT_ENDED;
		if ((plan->use & 32) && turns > 200) /* a client that writes goes on for ever */
			break;
		FUZZ_CHECK(turns < 100000);
	}
}

struct Session {
	bool made;
	size_t length;
	uint8_t bytes[2048];
};

/* What an honest connection of that kind leaves. Made once. */
static const struct Session *sessionOf(const struct FuzzPlan *plan, uint8_t byte)
{
	static struct Session sessions[128][2];
	struct Session *session = &sessions[plan->client & 127][(byte & OLD) != 0];
	struct FuzzPlan honest = {plan->client, 0, 0, 0, 12};
	struct FuzzServer server;
	struct ServerWish wish = serverOf(&honest, byte & OLD);
	struct Connection connection;

	if (session->made)
		return session;
	session->made = true;
	memset(&server, 0, sizeof(server));
	fuzzOpen(&connection, &honest, &wish);
	fuzzServerBegin(&server, &connection);
	turn(&connection, &honest, &server);
	session->length = tlsEngineSaveSession(connection.engine, session->bytes, sizeof(session->bytes));
	fuzzServerEnd(&server);
	fuzzClose(&connection, &honest);
	return session;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct FuzzInput input = {bytes, length};
	struct FuzzPlan plan = fuzzTakePlan(&input);
	uint8_t byte = fuzzTake8(&input);
	const struct Session *session = plan.client & FUZZ_RESUME ? sessionOf(&plan, byte) : NULL;
	struct ServerWish wish = serverOf(&plan, byte);
	struct FuzzServer server;
	struct Connection connection;

	memset(&server, 0, sizeof(server));
	while (input.length >= FUZZ_CHANGE_SIZE && server.changeCount < FUZZ_CHANGES)
		server.changes[server.changeCount++] = fuzzTakeChange(&input);
	fuzzOpen(&connection, &plan, &wish);
	fuzzServerBegin(&server, &connection);
	if (session != NULL) {
		fuzzWatch(true);
		(void)tlsEngineResume(connection.engine, session->bytes, session->length);
		fuzzWatch(false);
	}
	turn(&connection, &plan, &server);
	if (fuzzIsHonest())
		FUZZ_CHECK(tlsEngineState(connection.engine) == TLS_CONNECTED);
	fuzzServerEnd(&server);
	fuzzClose(&connection, &plan);
	fuzzEnd(fuzzHasFaults(&plan));
	return 0;
}

/* A change at random, mostly of the first messages and their beginnings. */
static void rollChange(uint8_t *at, struct FuzzDice *dice)
{
	static const uint8_t extensions[] = {0, 1, 5, 10, 11, 13, 16, 23, 28, 35, 41, 42, 43, 44, 51, 255};
	uint16_t place = (uint16_t)fuzzRoll(dice, fuzzRoll(dice, 2) ? 64 : 1024);

	at[0] = (uint8_t)fuzzRoll(dice, FUZZ_KINDS);
	at[1] = (uint8_t)(at[0] == FUZZ_SEND ? 20 + fuzzRoll(dice, 6) : fuzzRoll(dice, 12));
	at[2] = (uint8_t)(place >> 8 | (fuzzRoll(dice, 4) == 0) << 7);
	at[3] = (uint8_t)place;
	at[4] = (uint8_t)fuzzRoll(dice, fuzzRoll(dice, 2) ? 26 : 256);
	at[5] = (uint8_t)fuzzRoll(dice, fuzzRoll(dice, 2) ? 4 : 256);
	at[6] = (uint8_t)fuzzRoll(dice, fuzzRoll(dice, 2) ? 4 : 256);
	at[7] = (uint8_t)fuzzRoll(dice, fuzzRoll(dice, 2) ? 4 : 256);
	if (at[0] == FUZZ_EXTENSION) {
		at[4] = 0;
		at[5] = extensions[fuzzRoll(dice, sizeof(extensions))];
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
	struct FuzzDice dice = {seed};
	size_t count, at;

	if (length < START || fuzzRoll(&dice, 8) == 0)
		return LLVMFuzzerMutate(bytes, length, most);
	if (fuzzRoll(&dice, 4) == 0) {
		(void)LLVMFuzzerMutate(bytes, START, START);
		return length;
	}
	count = (length - START) / FUZZ_CHANGE_SIZE;
	length = START + count * FUZZ_CHANGE_SIZE;
	at = START + fuzzRoll(&dice, (uint32_t)count) * FUZZ_CHANGE_SIZE;
	switch (count == 0 ? 0 : fuzzRoll(&dice, 6)) {
	case 0: /* one more */
		if (length + FUZZ_CHANGE_SIZE > most)
			return length;
		rollChange(bytes + length, &dice);
		return length + FUZZ_CHANGE_SIZE;
	case 1: /* one less */
		memmove(bytes + at, bytes + at + FUZZ_CHANGE_SIZE, length - at - FUZZ_CHANGE_SIZE);
		return length - FUZZ_CHANGE_SIZE;
	case 2: /* another */
		rollChange(bytes + at, &dice);
		return length;
	case 3: /* at another place */
		bytes[at + 3] = (uint8_t)(bytes[at + 3] + fuzzRoll(&dice, 9) - 4);
		return length;
	case 4: /* of another message */
		bytes[at + 1] = (uint8_t)fuzzRoll(&dice, 12);
		return length;
	default:
		(void)LLVMFuzzerMutate(bytes + at, FUZZ_CHANGE_SIZE, FUZZ_CHANGE_SIZE);
		return length;
	}
}

static void seed(const char *name, uint8_t client, uint8_t byte)
{
	static const uint8_t data[] = {FUZZ_SEND, 23, 4, 0, 'd', 'a', 't', 'a'};
	static const uint8_t update[] = {FUZZ_SEND, 22, 0, 5, 24, 0, 0, 1};
	struct FuzzPlan plan = {client, 0, 0, 1, 12 | 32};
	struct FuzzBytes made = {NULL, 0, 0};

	fuzzPut(&made, &plan, sizeof(plan));
	fuzzPut8(&made, byte);
	fuzzPut(&made, data, sizeof(data));
	fuzzPut(&made, data, sizeof(data));
	if ((client & FUZZ_VERSION) == 2) /* the last: the server goes on with its old keys */
		fuzzPut(&made, update, sizeof(update));
	fuzzSeed(name, made.bytes, made.length);
	free(made.bytes);
}

void fuzzTargetPrepare(void)
{
	fuzzClientPrepare();
	connectionTickets(&ticket);
}

void fuzzTargetSeeds(void)
{
	seed("both", 0, 0);
	seed("both-old", FUZZ_PROTOCOLS, OLD);
	seed("tls12", 1, 2);
	seed("tls12-identity", 1 | FUZZ_IDENTITY, 3);
	seed("tls12-fragments", 1 | FUZZ_FRAGMENT | FUZZ_P384, NO_TICKETS);
	seed("tls12-resumed", 1 | FUZZ_RESUME, 0);
	seed("tls12-plain-master", 1, PLAIN_MASTER);
	seed("tls13", 2, 1);
	seed("tls13-identity", 2 | FUZZ_IDENTITY | FUZZ_PROTOCOLS, 2);
	seed("tls13-retry", 2 | FUZZ_P384, RETRY);
	seed("tls13-resumed", 2 | FUZZ_RESUME, 3);
	seed("tls13-pin", 2 | FUZZ_PIN, 0);
}
