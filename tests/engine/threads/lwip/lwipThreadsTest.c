/* SPDX-License-Identifier: MIT */
/*
 * The lwIP transport where lwIP has a thread of its own, as on an ESP32. This thread is a machine with
 * connections to servers that live in lwIP's; each does a random thing at a time and is closed at a random
 * moment, be it in the callback of another. Now and then the machine ends, with a message under way. Its
 * queue has room for one: that has to do for all its connections, unless all were closed. Both threads dawdle
 * where they meet. ThreadSanitizer watches, and finds memory that is used after it was freed.
 *
 * What is tried is the same in each run; how the threads meet differs.
 */

#include "tap.h"
#include "tlsLwipContext.h"
#include "tlsTransportLwip.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "lwip/tcpip.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MACHINES    60   /* at least, */
#define MOST        600  /* and at most, until */
#define ENOUGH      5000 /* bytes have come back */
#define CONNECTIONS 4    /* of a machine at a time */
#define STEPS       600  /* of a machine */

enum { ECHO_PORT = 7, DEAF_PORT, RESETTING_PORT, ENDING_PORT, CLOSED_PORT, PORT_END };

/* --- the servers, in lwIP's thread --- */

static err_t echo(void *argument, struct tcp_pcb *pcb, struct pbuf *buffer, err_t error)
{
	static uint8_t bytes[TCP_WND];

	(void)argument, (void)error;
	if (buffer == NULL)
		return tcp_close(pcb);
	pbuf_copy_partial(buffer, bytes, buffer->tot_len, 0);
	if (tcp_write(pcb, bytes, buffer->tot_len, TCP_WRITE_FLAG_COPY) != ERR_OK)
		return ERR_MEM; /* lwIP brings it again */
	tcp_recved(pcb, buffer->tot_len);
	pbuf_free(buffer);
	return ERR_OK;
}

/* Never takes anything, but its end. */
static err_t refuse(void *argument, struct tcp_pcb *pcb, struct pbuf *buffer, err_t error)
{
	(void)argument, (void)error;
	return buffer == NULL ? tcp_close(pcb) : ERR_MEM;
}

/* What waits for a deaf server is not to take lwIP's memory for ever. */
static err_t giveUp(void *argument, struct tcp_pcb *pcb)
{
	(void)argument;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t reset(void *argument, struct tcp_pcb *pcb, struct pbuf *buffer, err_t error)
{
	(void)argument, (void)error;
	if (buffer != NULL)
		pbuf_free(buffer);
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t welcome(void *argument, struct tcp_pcb *pcb, err_t error)
{
	static const tcp_recv_fn behaviours[] = {echo, refuse, reset, echo};

	(void)error;
	if (pcb == NULL)
		return ERR_VAL;
	tcp_recv(pcb, behaviours[(size_t)argument - ECHO_PORT]);
	if ((size_t)argument == DEAF_PORT)
		tcp_poll(pcb, giveUp, 1);
	if ((size_t)argument == ENDING_PORT)
		tcp_shutdown(pcb, 0, 1);
	return ERR_OK;
}

static void listenInLwip(void *argument)
{
	for (size_t port = ECHO_PORT; port < CLOSED_PORT; port++) {
		struct tcp_pcb *pcb = tcp_new();

		LWIP_ASSERT("bind", tcp_bind(pcb, IP_ADDR_ANY, (u16_t)port) == ERR_OK);
		pcb = tcp_listen(pcb);
		tcp_arg(pcb, (void *)port);
		tcp_accept(pcb, welcome);
	}
	(void)argument;
}

/* --- the machine, in this thread --- */

/* 0 to sides - 1, by numbers that no other thread draws from. */
static unsigned roll(unsigned sides)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 8) % sides;
}

struct Client {
	struct Machine *machine;
	struct TlsTransport *transport; /* NULL: there is none */
	uint16_t port;
	size_t sent, received;
};

struct Machine {
	struct Client clients[CONNECTIONS];
	pthread_mutex_t mutex;
	bool posted;    /* a message is in the queue */
	bool forgotten; /* all that it was for were closed since: until the queue is empty, another may follow */
	unsigned open;  /* connections */
	bool ended;
};

static atomic_long afterEnd;     /* messages to a machine that is no more */
static atomic_long tooMany;      /* messages that the queue had no room for */
static atomic_uint failingPosts; /* one in so many is refused; 0: none */

/* Called in lwIP's thread. */
static bool post(void *context)
{
	static unsigned number;
	struct Machine *machine = context;
	unsigned failing = atomic_load(&failingPosts);
	bool fits;

	threadsDawdle();
	pthread_mutex_lock(&machine->mutex);
	if (machine->ended)
		atomic_fetch_add(&afterEnd, 1);
	if (machine->posted && !machine->forgotten)
		atomic_fetch_add(&tooMany, 1);
	fits = !machine->posted && (failing == 0 || ++number % failing != 0);
	if (fits)
		machine->posted = true;
	pthread_mutex_unlock(&machine->mutex);
	threadsDawdle();
	return fits;
}

/* One turn of the event loop. */
static void turn(struct Machine *machine)
{
	bool posted;

	threadsDawdle();
	pthread_mutex_lock(&machine->mutex);
	posted = machine->posted;
	machine->posted = false;
	if (!posted)
		machine->forgotten = false;
	pthread_mutex_unlock(&machine->mutex);
	if (posted)
		tlsTransportLwipDeliver(machine);
}

static long opened, echoed, wrong;

static uint8_t patternAt(size_t place)
{
	return (uint8_t)(place ^ place >> 8);
}

static void closeClient(struct Client *client)
{
	struct Machine *machine = client->machine;

	if (--machine->open == 0) {
		pthread_mutex_lock(&machine->mutex);
		machine->forgotten = true;
		pthread_mutex_unlock(&machine->mutex);
	}
	client->transport->operations->close(client->transport);
	client->transport = NULL;
}

/* Now and then closes a connection, which may be one whose turn would come next. */
static void changed(void *context)
{
	struct Machine *machine = context;
	struct Client *client = &machine->clients[roll(CONNECTIONS)];

	if (roll(4) == 0 && client->transport != NULL)
		closeClient(client);
}

static void openClient(struct Client *client, struct Machine *machine, uint16_t port)
{
	struct TlsDestination destination = {
		.address = {127, 0, 0, 1}, .addressSize = 4, .port = port, .noDelay = roll(2), .keepAlive = 1000};
	struct TlsFailure failure;

	memset(client, 0, sizeof(*client));
	client->machine = machine;
	client->port = port;
	tlsFailureClear(&failure);
	client->transport = tlsTransportLwipConnect(&destination, post, machine, &failure);
	if (client->transport == NULL) {
		wrong += failure.code != TLS_MEMORY;
		return;
	}
	client->transport->changed = changed;
	client->transport->context = machine;
	machine->open++;
	opened++;
}

static void sendSome(struct Client *client)
{
	uint8_t bytes[1500];
	size_t length = 1 + roll(sizeof(bytes)), space;

	space = client->transport->operations->space(client->transport);
	length = length < space ? length : space;
	for (size_t i = 0; i < length; i++)
		bytes[i] = patternAt(client->sent + i);
	client->sent += client->transport->operations->send(client->transport, bytes, length);
	if (roll(2))
		client->transport->operations->flush(client->transport);
}

static void receiveSome(struct Client *client)
{
	uint8_t bytes[1500];
	size_t count = client->transport->operations->receive(client->transport, bytes, 1 + roll(sizeof(bytes)));

	for (size_t i = 0; i < count; i++)
		wrong += bytes[i] != patternAt(client->received + i);
	client->received += count;
	wrong += client->received > client->sent;
	echoed += (long)count;
}

static void checkState(const struct Client *client)
{
	const struct TlsTransport *transport = client->transport;
	char address[TLS_ADDRESS_SIZE];
	uint16_t port;

	if (transport->state == TLS_TRANSPORT_OPEN)
		wrong += client->port == CLOSED_PORT || !transport->operations->remote(transport, address, &port) ||
				 port != client->port;
	else if (transport->state == TLS_TRANSPORT_FAILED)
		wrong += (client->port == ECHO_PORT || client->port == ENDING_PORT) &&
				 transport->failure.code != TLS_MEMORY;
}

static void step(struct Client *client, struct Machine *machine)
{
	if (client->transport == NULL) {
		openClient(client, machine, (uint16_t)(ECHO_PORT + roll(PORT_END - ECHO_PORT)));
		return;
	}
	switch (roll(16)) {
	case 0:
		closeClient(client);
		return;
	case 1:
		tlsTransportLwipConfigure(client->transport, roll(2), 2000);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		sendSome(client);
		break;
	case 6:
	case 7:
	case 8:
	case 9:
		receiveSome(client);
		break;
	default:
		turn(machine);
	}
	if (client->transport != NULL)
		checkState(client);
}

/* The structure stays, so that messages that come too late are seen; what is on its way is never
   delivered. */
static void runMachine(struct Machine *machine)
{
	struct Client *clients = machine->clients;

	for (int i = 0; i < STEPS; i++)
		step(&clients[roll(CONNECTIONS)], machine);
	for (int i = 0; i < CONNECTIONS; i++) {
		if (clients[i].transport != NULL)
			closeClient(&clients[i]);
	}
	pthread_mutex_lock(&machine->mutex);
	machine->ended = true;
	pthread_mutex_unlock(&machine->mutex);
}

/* --- a connection that lwIP frees while the machine delivers --- */

/* Counts connections of the machine that lwIP tells a transport of. */
static void countInLwip(void *count)
{
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
		*(unsigned *)count += pcb->remote_port == ECHO_PORT && pcb->callback_arg != NULL;
}

static void sendAll(struct Client *client)
{
	static const uint8_t bytes[TCP_SND_BUF];
	const struct TlsTransportOperations *operations = client->transport->operations;

	(void)operations->send(client->transport, bytes, operations->space(client->transport));
}

static void ignore(void *context)
{
	(void)context;
}

/* Closes the second connection with bytes that lwIP has no room for now. By the end of the pause it has, and
   is done with it. */
static void closeSecond(void *context)
{
	struct Machine *machine = context;
	unsigned count = 0;

	machine->clients[0].transport->changed = ignore;
	sendAll(&machine->clients[1]);
	closeClient(&machine->clients[1]);
	(void)tlsLwipRun(countInLwip, &count);
	ok(count == 2, "a connection that was closed waits for room");
	threadsPause(1200);
}

static void openWith(struct Client *client, struct Machine *machine, uint16_t port)
{
	openClient(client, machine, port);
	client->transport->changed = ignore;
	while (client->transport->state != TLS_TRANSPORT_OPEN)
		turn(machine);
}

/* One message tells of two connections, and the callback of the first closes the second. */
static void testClosedInTurn(struct Machine *machine)
{
	struct Client *clients = machine->clients, greedy[3];

	for (int i = 0; i < 3; i++) {
		openWith(&greedy[i], machine, DEAF_PORT);
		for (int j = 0; j < 5; j++)
			sendAll(&greedy[i]);
	}
	openWith(&clients[0], machine, ECHO_PORT);
	openWith(&clients[1], machine, ECHO_PORT);
	for (int i = 0; i < 2; i++) {
		(void)clients[i].transport->operations->send(clients[i].transport, (const uint8_t *)"", 1);
		clients[i].transport->operations->flush(clients[i].transport);
	}
	clients[0].transport->changed = closeSecond;
	threadsPause(2); /* until both have their answers */
	while (clients[0].transport->changed != ignore)
		turn(machine);
	closeClient(&clients[0]);
	for (int i = 0; i < 3; i++)
		closeClient(&greedy[i]);
}

static bool hasMessage(struct Machine *machine)
{
	bool posted;

	pthread_mutex_lock(&machine->mutex);
	posted = machine->posted;
	pthread_mutex_unlock(&machine->mutex);
	return posted;
}

static void count(void *calls)
{
	++*(unsigned *)calls;
}

/* Each of two machines, in its own turn, tells its own connections only: those of another may be another
   thread's. None has had a message before, which may come when all that it was for were closed. */
static void testTwoMachines(struct Machine *machines)
{
	unsigned calls[2] = {0, 0};

	for (int i = 0; i < 2; i++) {
		struct Client *client = &machines[i].clients[0];

		openWith(client, &machines[i], ECHO_PORT);
		client->transport->changed = count;
		client->transport->context = &calls[i];
		(void)client->transport->operations->send(client->transport, (const uint8_t *)"", 1);
		client->transport->operations->flush(client->transport);
	}
	for (int i = 0; i < 2; i++) {
		while (!hasMessage(&machines[i]))
			threadsDawdle();
	}
	turn(&machines[0]);
	ok(calls[0] > 0 && calls[1] == 0, "a machine's turn is not another's");
	turn(&machines[1]);
	ok(calls[1] > 0, "which comes");
	for (int i = 0; i < 2; i++)
		closeClient(&machines[i].clients[0]);
}

/* Before lwIP's thread runs, there is nothing to connect with. */
static void testTooEarly(void)
{
	struct TlsDestination destination = {.address = {127, 0, 0, 1}, .addressSize = 4, .port = ECHO_PORT};
	struct TlsFailure failure;
	struct TlsTransport *transport;

	tlsFailureClear(&failure);
	transport = tlsTransportLwipConnect(&destination, post, NULL, &failure);
	ok(transport == NULL && failure.code == TLS_UNREACHABLE, "before lwIP was started, to connect fails: %s",
		tlsCodeName(failure.code));
}

int main(void)
{
	static struct Machine machines[MOST],
		others[3] = {{.mutex = PTHREAD_MUTEX_INITIALIZER}, {.mutex = PTHREAD_MUTEX_INITIALIZER},
			{.mutex = PTHREAD_MUTEX_INITIALIZER}};

	testTooEarly();
	tcpip_init(NULL, NULL);
	while (tlsLwipRun(listenInLwip, NULL) != ERR_OK)
		threadsDawdle();
	testClosedInTurn(&others[0]);
	testTwoMachines(&others[1]);
	for (int i = 0; i < MACHINES || (i < MOST && echoed < ENOUGH); i++) {
		pthread_mutex_init(&machines[i].mutex, NULL);
		atomic_store(&failingPosts, i % 3 == 2 ? 5 : 0);
		runMachine(&machines[i]);
	}
	ok(opened > MACHINES && echoed >= ENOUGH && wrong == 0,
		"%ld connections, %ld bytes came back, %ld were wrong", opened, echoed, wrong);
	ok(atomic_load(&tooMany) == 0, "%ld messages beside one that was under way", atomic_load(&tooMany));
	ok(atomic_load(&afterEnd) == 0, "%ld messages to a machine that had ended", atomic_load(&afterEnd));
	return finishTests();
}
