/* SPDX-License-Identifier: MIT */
/*
 * The stream transport: what its two sides may do, in any order, beside a model of what has to come of it. An
 * input is a list of actions, each a byte that says which, and two bytes with a length where there is one.
 */

#include "fuzz.h"
#include "tlsTransportStream.h"

#include <string.h>

#define LENGTH_MAX 20000 /* more than either queue holds */

enum {
	SEND,
	RECEIVE,
	CLOSE,
	ARRIVE,
	TAKE,
	CONNECT,
	END,
	RELEASE,
	ACTIONS
}; /* from ARRIVE on, of the other side */

/* The stream, and what is known of it. Of bytes, each is told by its place. */
struct Model {
	struct TlsTransportStream *stream;
	struct TlsTransport *transport;
	size_t sent, taken;       /* bytes to the other side */
	size_t arrived, received; /* bytes from there */
	size_t space, room;       /* that are promised */
	bool connected, ended, unreached, closed, released;
	bool inTls; /* an operation of the TLS side runs */
	unsigned wanted, changed;
};

static uint8_t byteAt(size_t place)
{
	return (uint8_t)(place ^ place >> 8 ^ place >> 16);
}

static void wanted(void *context)
{
	struct Model *model = context;

	FUZZ_CHECK(!model->released);
	model->wanted++;
}

static void changed(void *context)
{
	struct Model *model = context;

	FUZZ_CHECK(!model->closed && !model->inTls);
	model->changed++;
}

/* Memory of its own, so that a sanitizer sees each byte beyond. To be freed. */
static uint8_t *allocate(size_t length)
{
	uint8_t *bytes = malloc(length);

	FUZZ_CHECK(bytes != NULL || length == 0);
	return bytes;
}

static uint8_t *fill(size_t length, size_t place)
{
	uint8_t *bytes = allocate(length);

	for (size_t i = 0; i < length; i++)
		bytes[i] = byteAt(place + i);
	return bytes;
}

static void checkBytes(const uint8_t *bytes, size_t length, size_t place)
{
	for (size_t i = 0; i < length; i++)
		FUZZ_CHECK(bytes[i] == byteAt(place + i));
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void sendSome(struct Model *model, size_t length)
{
	uint8_t *bytes = fill(length, model->sent);
	size_t count = model->transport->operations->send(model->transport, bytes, length);

	FUZZ_CHECK(count == smaller(length, model->space));
	model->sent += count;
	model->space -= count;
	free(bytes);
}

static void receiveSome(struct Model *model, size_t length)
{
	uint8_t *bytes = allocate(length);
	size_t count = model->transport->operations->receive(model->transport, bytes, length);

	FUZZ_CHECK(count == smaller(length, model->arrived - model->received));
	checkBytes(bytes, count, model->received);
	model->received += count;
	model->room += count;
	free(bytes);
}

static void arrive(struct Model *model, size_t length)
{
	uint8_t *bytes;
	bool fits = length <= model->room;

	if (model->ended)
		return;
	bytes = fill(length, model->arrived);
	FUZZ_CHECK(tlsTransportStreamReceived(model->stream, bytes, length) == fits);
	if (fits && !model->closed) {
		model->arrived += length;
		model->room -= length;
	}
	free(bytes);
}

static void takeSome(struct Model *model, size_t length)
{
	uint8_t *bytes = allocate(length);
	size_t count = tlsTransportStreamSend(model->stream, bytes, length);

	FUZZ_CHECK(count == smaller(length, model->sent - model->taken));
	checkBytes(bytes, count, model->taken);
	model->taken += count;
	if (model->connected && !model->ended)
		model->space += count;
	free(bytes);
}

static void connect(struct Model *model)
{
	tlsTransportStreamConnected(model->stream, "192.0.2.1", 443);
	if (!model->connected && !model->ended && !model->closed) {
		model->connected = true;
		model->space = model->transport->operations->space(model->transport);
		FUZZ_CHECK(model->space >= TLS_OUTPUT);
	}
}

/* Nothing can be sent any more. */
static void end(struct Model *model)
{
	tlsTransportStreamEnded(model->stream);
	model->unreached |= !model->connected && !model->ended;
	model->ended = true;
	model->sent = model->taken;
	model->space = 0;
}

/* Which side still has hold of it, and may act. */
static bool mayAct(const struct Model *model, unsigned action)
{
	return action < ARRIVE ? !model->closed : !model->released;
}

static void act(struct Model *model, unsigned action, size_t length)
{
	model->inTls = action < ARRIVE;
	switch (action) {
	case SEND:
		sendSome(model, length);
		break;
	case RECEIVE:
		receiveSome(model, length);
		break;
	case CLOSE:
		model->transport->operations->close(model->transport);
		model->closed = true;
		if (!model->released)
			model->room = tlsTransportStreamRoom(model->stream);
		break;
	case ARRIVE:
		arrive(model, length);
		break;
	case TAKE:
		takeSome(model, length);
		break;
	case CONNECT:
		connect(model);
		break;
	case END:
		end(model);
		break;
	case RELEASE:
		tlsTransportStreamRelease(model->stream);
		model->released = true;
		break;
	}
	model->inTls = false;
}

static enum TlsTransportState stateOf(const struct Model *model)
{
	if (model->unreached)
		return TLS_TRANSPORT_FAILED;
	if (!model->connected)
		return TLS_TRANSPORT_CONNECTING;
	return model->ended && model->received == model->arrived ? TLS_TRANSPORT_ENDED : TLS_TRANSPORT_OPEN;
}

/* What each side is told. */
static void check(const struct Model *model)
{
	const struct TlsTransport *transport = model->transport;

	if (!model->closed) {
		FUZZ_CHECK(transport->operations->space(transport) == model->space);
		FUZZ_CHECK(transport->waiting == (model->arrived > model->received));
		FUZZ_CHECK(transport->state == stateOf(model));
		FUZZ_CHECK(transport->failure.code == (model->unreached ? TLS_UNREACHABLE : TLS_OK));
	}
	if (!model->released) {
		FUZZ_CHECK(tlsTransportStreamRoom(model->stream) == model->room);
		FUZZ_CHECK(tlsTransportStreamQueued(model->stream) == model->sent - model->taken);
		FUZZ_CHECK(tlsTransportStreamDone(model->stream) == (model->closed && model->sent == model->taken));
	}
}

/* Who has something new is told, unless nobody is left. */
static void checkTold(const struct Model *model, const struct Model *before)
{
	bool forOther =
		model->sent > before->sent || model->received > before->received || model->closed != before->closed;
	bool forTls = model->taken > before->taken || model->arrived > before->arrived ||
				  model->connected != before->connected || model->ended != before->ended;

	FUZZ_CHECK(model->released || model->wanted > before->wanted || !forOther);
	FUZZ_CHECK(model->closed || model->changed > before->changed || !forTls);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct FuzzInput input = {bytes, length};
	struct Model model;

	memset(&model, 0, sizeof(model));
	model.stream = tlsTransportStreamCreate(wanted, &model);
	FUZZ_CHECK(model.stream != NULL);
	model.transport = tlsTransportStreamTransport(model.stream);
	model.transport->changed = changed;
	model.transport->context = &model;
	model.room = tlsTransportStreamRoom(model.stream);
	while (input.length > 0) {
		unsigned action = fuzzTake8(&input) % ACTIONS;
		bool hasLength = action == SEND || action == RECEIVE || action == ARRIVE || action == TAKE;
		size_t size = hasLength ? fuzzTake16(&input) % LENGTH_MAX : 0;
		struct Model before = model;

		if (!mayAct(&model, action))
			continue;
		act(&model, action, size);
		check(&model);
		checkTold(&model, &before);
	}
	FUZZ_CHECK(!fuzzIsHonest() || (model.closed && model.released));
	for (unsigned action = 0; action < ACTIONS; action++) {
		if ((action == CLOSE || action == RELEASE) && mayAct(&model, action))
			act(&model, action, 0);
	}
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed)
{
	(void)seed;
	return LLVMFuzzerMutate(bytes, length, most);
}

void fuzzTargetPrepare(void)
{
}

void fuzzTargetSeeds(void)
{
	static const uint8_t whole[] = {CONNECT, ARRIVE, 1, 0, RECEIVE, 0, 200, SEND, 64, 0, TAKE, 32, 1, RECEIVE,
		1, 0, SEND, 64, 0, TAKE, 64, 0, CLOSE, ARRIVE, 0, 8, TAKE, 64, 0, RELEASE};
	static const uint8_t lost[] = {
		ARRIVE, 0, 9, CONNECT, SEND, 0, 9, END, RECEIVE, 0, 4, RECEIVE, 0, 9, SEND, 0, 1, RELEASE, CLOSE};
	static const uint8_t unreachable[] = {ARRIVE, 0, 9, END, RECEIVE, 0, 9, CONNECT, CLOSE, RELEASE};

	fuzzSeed("whole", whole, sizeof(whole));
	fuzzSeed("lost", lost, sizeof(lost));
	fuzzSeed("unreachable", unreachable, sizeof(unreachable));
}
