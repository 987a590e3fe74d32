/* SPDX-License-Identifier: MIT */
/*
 * What a server sends, byte by byte. The seeds are the flights of honest ones: as the client's random numbers
 * are the same in each run, what it gets is what they meant for it, up to where a mutation has changed it.
 * The mutator knows records.
 */

#include "fuzzClient.h"

#include <string.h>

#define HEADER  5
#define RECORDS 64
#define SENT    100000 /* bytes that are enough: an owner that writes would go on for ever */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct FuzzInput input = {bytes, length};
	struct FuzzPlan plan = fuzzTakePlan(&input);
	struct Connection connection;
	size_t turns = 0, most = 1000 + 8 * length;

	plan.client &= (uint8_t)~FUZZ_RESUME;
	fuzzOpen(&connection, &plan, NULL);
	queuePut(&connection.pipe.toClient, input.bytes, input.length);
	while (fuzzTurn(&connection, &plan) && tlsEngineState(connection.engine) < TLS_ENDED &&
		   connection.pipe.toServer.total < SENT) {
		connection.pipe.toServer.start = connection.pipe.toServer.end = 0; /* the network takes it */
		FUZZ_CHECK(++turns < most);
	}
	if (fuzzIsHonest())
		FUZZ_CHECK(tlsEngineState(connection.engine) == TLS_ENDED);
	fuzzClose(&connection, &plan);
	fuzzEnd(fuzzHasFaults(&plan));
	return 0;
}

/* Records as far as there are whole ones. */
struct Record {
	const uint8_t *bytes;
	size_t length; /* with the header */
};

static size_t readRecords(const uint8_t *bytes, size_t length, struct Record *records)
{
	size_t count = 0;

	while (length >= HEADER && count < RECORDS) {
		size_t size = HEADER + ((size_t)bytes[3] << 8 | bytes[4]);

		if (size > length)
			size = length;
		records[count].bytes = bytes;
		records[count++].length = size;
		bytes += size;
		length -= size;
	}
	return count;
}

static void putRecord(struct FuzzBytes *to, const uint8_t *header, const uint8_t *payload, size_t length)
{
	fuzzPut(to, header, 3);
	fuzzPutPiece(to, payload, length);
}

/* A change inside of a record, whose length is put right. */
static void putChanged(struct FuzzBytes *to, struct Record record)
{
	size_t length = record.length - HEADER, most = length + 64;
	uint8_t *payload = malloc(most);

	FUZZ_CHECK(payload != NULL);
	memcpy(payload, record.bytes + HEADER, length);
	length = LLVMFuzzerMutate(payload, length, most);
	putRecord(to, record.bytes, payload, length);
	free(payload);
}

/* The same record with its handshake message as long as it says, or its header's length changed. */
static void putLength(struct FuzzBytes *to, struct Record record, struct FuzzDice *dice)
{
	size_t at = to->length + (fuzzRoll(dice, 2) ? 3 : HEADER + 2);

	fuzzPut(to, record.bytes, record.length);
	if (at + 2 <= to->length)
		to->bytes[at + 1] = (uint8_t)(to->bytes[at + 1] + fuzzRoll(dice, 9) - 4);
}

static void putSplit(struct FuzzBytes *to, struct Record record, struct FuzzDice *dice)
{
	size_t length = record.length - HEADER, first = fuzzRoll(dice, (uint32_t)length + 1);

	putRecord(to, record.bytes, record.bytes + HEADER, first);
	putRecord(to, record.bytes, record.bytes + HEADER + first, length - first);
}

static void putAlert(struct FuzzBytes *to, struct FuzzDice *dice)
{
	uint8_t alert[] = {21, 3, 3, 0, 2, (uint8_t)(1 + fuzzRoll(dice, 2)), (uint8_t)fuzzRoll(dice, 121)};

	fuzzPut(to, alert, sizeof(alert));
}

/* Writes records with a change at one of them. Those changed already are behind `at` by then. */
static void change(
	struct FuzzBytes *to, const struct Record *records, size_t count, size_t at, struct FuzzDice *dice)
{
	size_t next = at + 1;

	switch (fuzzRoll(dice, 9)) {
	case 0: /* dropped */
		break;
	case 1: /* twice */
		fuzzPut(to, records[at].bytes, records[at].length);
		fuzzPut(to, records[at].bytes, records[at].length);
		break;
	case 2: /* in another order */
		if (next < count) {
			fuzzPut(to, records[next].bytes, records[next].length);
			next++;
		}
		fuzzPut(to, records[at].bytes, records[at].length);
		break;
	case 3:
		putSplit(to, records[at], dice);
		break;
	case 4: /* together with the next */
		fuzzPut(to, records[at].bytes, records[at].length);
		if (next < count) {
			size_t start = to->length - records[at].length, length = records[at].length - HEADER;

			fuzzPut(to, records[next].bytes + HEADER, records[next].length - HEADER);
			length += records[next].length - HEADER;
			to->bytes[start + 3] = (uint8_t)(length >> 8);
			to->bytes[start + 4] = (uint8_t)length;
			next++;
		}
		break;
	case 5:
		putLength(to, records[at], dice);
		break;
	case 6:
		putAlert(to, dice);
		fuzzPut(to, records[at].bytes, records[at].length);
		break;
	default:
		putChanged(to, records[at]);
	}
	for (; next < count; next++)
		fuzzPut(to, records[next].bytes, records[next].length);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
	struct FuzzDice dice = {seed};
	struct FuzzBytes made = {NULL, 0, 0};
	struct Record records[RECORDS];
	size_t count, at;

	if (length <= FUZZ_PLAN_SIZE + HEADER || fuzzRoll(&dice, 8) == 0)
		return LLVMFuzzerMutate(bytes, length, most);
	if (fuzzRoll(&dice, 8) == 0) {
		(void)LLVMFuzzerMutate(bytes, FUZZ_PLAN_SIZE, FUZZ_PLAN_SIZE);
		return length;
	}
	count = readRecords(bytes + FUZZ_PLAN_SIZE, length - FUZZ_PLAN_SIZE, records);
	at = fuzzRoll(&dice, (uint32_t)count);
	fuzzPut(&made, bytes, FUZZ_PLAN_SIZE);
	for (size_t i = 0; i < at; i++)
		fuzzPut(&made, records[i].bytes, records[i].length);
	change(&made, records, count, at, &dice);
	if (made.length > most)
		made.length = most;
	memcpy(bytes, made.bytes, made.length);
	length = made.length;
	free(made.bytes);
	return length;
}

struct Recorder {
	struct Connection connection;
	struct FuzzBytes sent;
};

static int sendRecorded(void *context, const unsigned char *bytes, size_t length)
{
	struct Recorder *recorder = context;

	queuePut(&recorder->connection.pipe.toClient, bytes, length);
	fuzzPut(&recorder->sent, bytes, length);
	return (int)length;
}

static int receive(void *context, unsigned char *bytes, size_t length)
{
	length = queueTake(&((struct Recorder *)context)->connection.pipe.toServer, bytes, length);
	return length > 0 ? (int)length : MBEDTLS_ERR_SSL_WANT_READ;
}

/* Records all that an honest server sends: its flights, tickets, some data and close_notify. */
static void record(const char *name, uint8_t client)
{
	static const uint8_t data[300];
	struct FuzzPlan plan = {client, 0, 0, 1, 12};
	struct ServerWish server = fuzzServer(&plan);
	struct Recorder recorder = {.sent = {NULL, 0, 0}};
	struct Connection *connection = &recorder.connection;

	server.tickets = true;
	fuzzOpen(connection, &plan, &server);
	mbedtls_ssl_set_bio(&connection->ssl, &recorder, sendRecorded, receive, NULL);
	fuzzPut(&recorder.sent, &plan, FUZZ_PLAN_SIZE);
	connectionHandshake(connection);
	FUZZ_CHECK(tlsEngineState(connection->engine) == TLS_CONNECTED);
	FUZZ_CHECK(mbedtls_ssl_write(&connection->ssl, data, sizeof(data)) == sizeof(data));
	FUZZ_CHECK(mbedtls_ssl_close_notify(&connection->ssl) == 0);
	fuzzSeed(name, recorder.sent.bytes, recorder.sent.length);
	free(recorder.sent.bytes);
	connectionClose(connection);
}

void fuzzTargetPrepare(void)
{
	fuzzClientPrepare();
}

void fuzzTargetSeeds(void)
{
	record("both", 0);
	record("tls12", 1);
	record("tls13", 2);
	record("tls12-identity", 1 | FUZZ_IDENTITY | FUZZ_PROTOCOLS);
	record("tls13-identity", 2 | FUZZ_IDENTITY | FUZZ_PROTOCOLS);
	record("tls12-p384", 1 | FUZZ_P384 | FUZZ_FRAGMENT);
	record("tls13-p384", 2 | FUZZ_P384);
}
