/* SPDX-License-Identifier: MIT */
/*
 * The transport over lwIP's raw TCP interface.
 *
 * Two sides, that may be two threads:
 *
 *    the engine's   the operations of struct TlsTransport, and tlsTransportLwipDeliver
 *    lwIP's         its callbacks (on…), and the functions that the operations run there (…InLwip)
 *
 * What both use is struct Shared and nothing else. It is touched on lwIP's side only, so it needs no lock.
 * What the engine's side has to know of it is brought back by each operation as a struct View.
 *
 * Received pbufs are queued as one chain and copied straight to where the caller wants the bytes; only then
 * is lwIP told (tcp_recved), which opens the peer's window.
 *
 * Sent bytes are copied by lwIP. How many it takes follows from its limits on bytes and on segments, and is
 * what `space` promises. It can turn out to take less: other connections use its memory too, and a segment
 * that left half full has used up a whole one. What was promised and is not taken is kept aside (struct
 * Pending) until the next acknowledgement or tick. Only then is memory allocated for it.
 *
 * Events are told by a message to the machine: by one for all its transports, however many there are. Its
 * queue is short, and others use it, such as the engine for the jobs of promises. A message that cannot be
 * posted is tried again after a while.
 *
 * A transport that is closed is freed when what was kept aside has gone to lwIP. After `close` no message is
 * begun, since the machine may have ended; but where lwIP is not the place to free memory, one does it: there
 * the machine lasts as long as the program.
 */

#include "tlsTransportLwip.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/opt.h"
#include "lwip/memp.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"

#include "tlsLwipContext.h"

#define POLL_INTERVAL 2  /* half seconds between ticks, which retry what memory did not allow */
#define POST_RETRY    20 /* milliseconds until a message is tried again */

/* Segments that fit in a heap of lwIP's own, each at its largest: that is how they are allocated for drivers
   that want frames in one piece. Data, the headers of lwIP and of the network. */
#if MEM_LIBC_MALLOC || MEM_USE_POOLS
#define HEAP_SEGMENTS TCP_SND_QUEUELEN
#else
#define HEAP_SEGMENTS LWIP_MAX(1, MEM_SIZE / (TCP_MSS + 96))
#endif

/* Without such a driver, extending a segment that waits can take an entry of the queue. */
#if LWIP_NETIF_TX_SINGLE_PBUF
#define QUEUE_SEGMENTS TCP_SND_QUEUELEN
#else
#define QUEUE_SEGMENTS (TCP_SND_QUEUELEN - 1)
#endif

/* How many may be under way. */
#define SEGMENTS LWIP_MIN(HEAP_SEGMENTS, QUEUE_SEGMENTS)

/*
 * Buffers that wait to be read: so many, a full window of full segments, may wait in any case. The window
 * counts bytes, so a peer that sends byte by byte could otherwise take every buffer of a small device, and
 * with them the network of all other connections: more may wait only while there are some to spare.
 */
#define WAITING_BUFFERS (TCP_WND / TCP_MSS + 1)
#define SPARE_BYTES     LWIP_MIN(0xFFFF, PBUF_POOL_SIZE / 4 * PBUF_POOL_BUFSIZE)

/* Bytes that were accepted and that lwIP has not taken yet. Allocated and freed on the engine's side: where
   lwIP runs can be an interrupt. */
struct Pending {
	size_t size, start, end; /* of `bytes`; of those not taken */
	uint8_t bytes[];
};

/* Touched where lwIP runs, and there only. */
struct Shared {
	struct Shared *next; /* in the list of all */
	TlsLwipPost post;
	void *machine;
	struct tcp_pcb *pcb;     /* NULL: gone, by the error callback or by close */
	struct pbuf *received;   /* what the engine has not taken; NULL: nothing */
	struct Pending *pending; /* NULL: none */
	err_t error;             /* why the pcb is gone */
	bool connected;
	bool ended;  /* the peer's FIN has arrived */
	bool untold; /* something happened that no message tells of yet */
	bool posted; /* a message that tells of it is under way */
	bool due;    /* it has arrived, and this transport's turn is to come */
	bool closed; /* the engine's side is gone */
};

/* What the engine's side sees of it. */
struct View {
	err_t error;
	bool alive;
	bool connected;
	bool ended;
	bool unread;
	size_t space;
};

struct TlsTransportLwip {
	struct TlsTransport base; /* first: the engine's pointer to it is cast back */
	ip_addr_t address;
	uint16_t port;
	size_t space; /* promised */
	struct Shared shared;
};

/* An operation on its way to lwIP's side and back. */
struct Operation {
	struct Shared *shared; /* to deliver: NULL; from it: whose turn it is */
	struct View view;
	err_t error;
	bool last;           /* nobody uses the transport any more */
	bool begun;          /* of deliver: this is not the first turn */
	bool noDelay;        /* of connect and configure */
	uint32_t keepAlive;  /* likewise */
	void *machine;       /* of deliver */
	uint8_t *into;       /* of receive */
	const uint8_t *from; /* of send */
	size_t length;
	size_t done;
	struct Pending *pending; /* to send: allocated, for what lwIP does not take; from send: to be freed */
};

/* --- lwIP's side --- */

static struct TlsTransportLwip *transportOf(struct Shared *shared)
{
	return (struct TlsTransportLwip *)((uint8_t *)shared - offsetof(struct TlsTransportLwip, shared));
}

/* All that exist, of all machines. */
static struct Shared *all;

static void retry(void *argument);

/* lwIP does not put up with a lack of memory for a timeout, and on a Pico it has none to spare. Then the next
   tick of any connection has to do. */
static void retryLater(void)
{
	void *memory;
	sys_untimeout(retry, NULL);
	memory = memp_malloc(MEMP_SYS_TIMEOUT);
	if (!memory)
		return;
	memp_free(MEMP_SYS_TIMEOUT, memory);
	sys_timeout(POST_RETRY, retry, NULL);
}

/* Whether a message to that machine is under way. */
static bool isPosted(const void *machine)
{
	const struct Shared *shared = all;
	while (shared && (shared->machine != machine || !shared->posted))
		shared = shared->next;
	return shared != NULL;
}

static void post(struct Shared *shared)
{
	if (!shared->untold)
		return;
	shared->posted = isPosted(shared->machine) || shared->post(shared->machine);
	shared->untold = !shared->posted;
	if (shared->untold)
		retryLater();
}

static void retry(void *argument)
{
	struct Shared *shared;
	(void)argument;
	for (shared = all; shared; shared = shared->next)
		post(shared);
}

/* One that is closed knows of no message: the others go on knowing that one is under way. */
static void handOver(struct Shared *shared)
{
	struct Shared *other;
	if (!shared->posted)
		return;
	shared->posted = false;
	for (other = all; other; other = other->next)
		if (other->machine == shared->machine && !other->closed)
			other->posted = true;
}

static void forget(const struct Shared *shared)
{
	struct Shared **link = &all;
	while (*link != shared)
		link = &(*link)->next;
	*link = shared->next;
}

static void tell(struct Shared *shared)
{
	if (shared->closed)
		return;
	shared->untold = true;
	post(shared);
}

static bool isPending(const struct Shared *shared)
{
	return shared->pending && shared->pending->start < shared->pending->end;
}

/* Gives lwIP as much as it takes, segment by segment, so that a lack of memory costs no more than the last.
   Returns how many bytes. */
static size_t give(struct tcp_pcb *pcb, const uint8_t *bytes, size_t length)
{
	size_t done = 0;
	while (done < length) {
		u16_t count = (u16_t)LWIP_MIN(length - done, tcp_mss(pcb));
		u8_t flags = TCP_WRITE_FLAG_COPY | (done + count < length ? TCP_WRITE_FLAG_MORE : 0);
		if (tcp_write(pcb, bytes + done, count, flags) != ERR_OK)
			break;
		done += count;
	}
	return done;
}

static void givePending(struct Shared *shared)
{
	struct Pending *pending = shared->pending;
	if (isPending(shared))
		pending->start += give(shared->pcb, pending->bytes + pending->start, pending->end - pending->start);
}

static void detach(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
}

/* Frees a closed transport that lwIP is done with, or has a message do it. */
static void letGo(struct Shared *shared)
{
#if TLS_LWIP_FREES
	forget(shared);
	free(shared->pending);
	free(transportOf(shared));
#else
	shared->untold = true;
	post(shared);
#endif
}

/* Ends a closed transport whose last bytes lwIP has now. */
static err_t endClosed(struct Shared *shared)
{
	struct tcp_pcb *pcb = shared->pcb;
	shared->pcb = NULL;
	letGo(shared);
	detach(pcb);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

static err_t onConnected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct Shared *shared = argument;
	(void)pcb;
	(void)error; /* always ERR_OK: failure is told to onError */
	shared->connected = true;
	tell(shared);
	return ERR_OK;
}

static bool hasBuffersToSpare(void)
{
	struct pbuf *spare = pbuf_alloc(PBUF_RAW, SPARE_BYTES, PBUF_POOL);
	if (!spare)
		return false;
	pbuf_free(spare);
	return true;
}

/* Whether `buffer` can be queued behind what waits already. The length of a chain has 16 bits. */
static bool canWait(struct pbuf *received, const struct pbuf *buffer)
{
	if (buffer->tot_len > 0xFFFF - received->tot_len)
		return false;
	return pbuf_clen(received) < WAITING_BUFFERS || hasBuffersToSpare();
}

/* What is refused here lwIP keeps, and brings again; meanwhile it drops what comes behind, which the peer
   repeats. */
static err_t onReceived(void *argument, struct tcp_pcb *pcb, struct pbuf *buffer, err_t error)
{
	struct Shared *shared = argument;
	(void)error; /* always ERR_OK */
	if (!buffer)
		shared->ended = true;
	else if (shared->closed) {
		tcp_recved(pcb, buffer->tot_len);
		pbuf_free(buffer);
	} else if (!shared->received)
		shared->received = buffer;
	else if (canWait(shared->received, buffer))
		pbuf_cat(shared->received, buffer);
	else
		return ERR_MEM;
	tell(shared);
	return ERR_OK;
}

/* lwIP can have room again: bytes were acknowledged, or it is time to try. */
static err_t goOn(struct Shared *shared)
{
	givePending(shared);
	if (shared->closed && !isPending(shared))
		return endClosed(shared);
	return ERR_OK;
}

static err_t onSent(void *argument, struct tcp_pcb *pcb, u16_t length)
{
	(void)pcb;
	(void)length;
	tell(argument);
	return goOn(argument);
}

static err_t onPoll(void *argument, struct tcp_pcb *pcb)
{
	(void)pcb;
	if (isPending(argument))
		tell(argument);
	else
		retry(NULL);
	return goOn(argument);
}

/* lwIP has freed the pcb. */
static void onError(void *argument, err_t error)
{
	struct Shared *shared = argument;
	shared->pcb = NULL;
	shared->error = error;
	if (shared->closed)
		letGo(shared);
	else
		tell(shared);
}

/* The bytes that tcp_write takes, unless memory lacks: so many segments, so many bytes. */
static size_t spaceOf(const struct Shared *shared)
{
	const struct tcp_pcb *pcb = shared->pcb;
	size_t queued, segment, space;
	if (!pcb || !shared->connected || isPending(shared))
		return 0;
	queued = tcp_sndqueuelen(pcb);
	if (queued >= SEGMENTS)
		return 0;
	segment = LWIP_MIN(tcp_mss(pcb), pcb->snd_wnd_max / 2);
	if (!segment)
		segment = tcp_mss(pcb);
	space = (SEGMENTS - queued) * segment;
	return LWIP_MIN(space, tcp_sndbuf(pcb));
}

static void look(struct Operation *operation)
{
	struct Shared *shared = operation->shared;
	operation->view.error = shared->error;
	operation->view.alive = shared->pcb != NULL;
	operation->view.connected = shared->connected;
	operation->view.ended = shared->ended;
	operation->view.unread = shared->received != NULL;
	operation->view.space = spaceOf(shared);
	if (shared->pending && (!isPending(shared) || !shared->pcb) && !operation->pending) {
		operation->pending = shared->pending;
		shared->pending = NULL;
	}
}

static void attach(struct tcp_pcb *pcb, struct Shared *shared)
{
	tcp_arg(pcb, shared);
	tcp_recv(pcb, onReceived);
	tcp_sent(pcb, onSent);
	tcp_err(pcb, onError);
	tcp_poll(pcb, onPoll, POLL_INTERVAL);
}

static void configure(struct tcp_pcb *pcb, const struct Operation *operation)
{
	if (operation->noDelay)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
	if (operation->keepAlive) {
		ip_set_option(pcb, SOF_KEEPALIVE);
		pcb->keep_idle = tlsKeepAliveSeconds(operation->keepAlive) * 1000;
#if LWIP_TCP_KEEPALIVE
		pcb->keep_intvl = pcb->keep_idle;
		pcb->keep_cnt = TLS_KEEP_ALIVE_PROBES;
#endif
	} else {
		ip_reset_option(pcb, SOF_KEEPALIVE);
	}
}

static void configureInLwip(void *argument)
{
	struct Operation *operation = argument;
	if (operation->shared->pcb)
		configure(operation->shared->pcb, operation);
}

/* The reason that there is no connection is told like one that comes later, but for a lack of memory. */
static void connectInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = operation->shared;
	const struct TlsTransportLwip *transport = transportOf(shared);
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&transport->address));
	if (!pcb) {
		operation->error = ERR_MEM;
		return;
	}
	configure(pcb, operation);
	attach(pcb, shared);
	shared->next = all;
	all = shared;
	shared->pcb = pcb;
	shared->error = operation->error;
	if (operation->error == ERR_OK)
		shared->error = tcp_connect(pcb, &transport->address, transport->port, onConnected);
	operation->error = ERR_OK;
	if (shared->error == ERR_OK)
		return;
	detach(pcb);
	tcp_abort(pcb);
	shared->pcb = NULL;
	tell(shared);
}

static void receiveInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = operation->shared;
	if (shared->received) {
		u16_t count = (u16_t)LWIP_MIN(operation->length, shared->received->tot_len);
		pbuf_copy_partial(shared->received, operation->into, count, 0);
		shared->received = pbuf_free_header(shared->received, count);
		if (shared->pcb)
			tcp_recved(shared->pcb, count);
		operation->done = count;
		/* An end that came behind these bytes is seen only now. */
		if (!shared->received && (shared->ended || shared->error))
			shared->untold = true;
	}
	post(shared);
	look(operation);
}

/* Behind what is pending, if that is anything. */
static void sendInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = operation->shared;
	size_t left;
	if (shared->pcb && !isPending(shared))
		operation->done +=
			give(shared->pcb, operation->from + operation->done, operation->length - operation->done);
	left = operation->length - operation->done;
	if (left && operation->pending && !shared->pending) {
		shared->pending = operation->pending;
		operation->pending = NULL;
	}
	if (left && shared->pending && left <= shared->pending->size - shared->pending->end) {
		memcpy(shared->pending->bytes + shared->pending->end, operation->from + operation->done, left);
		shared->pending->end += left;
		operation->done += left;
	}
	look(operation);
}

/* What memory does not allow to send now, lwIP sends later by itself. */
static void flushInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = operation->shared;
	if (shared->pcb)
		tcp_output(shared->pcb);
}

/* The next of the machine's transports whose turn it is, if any is left. At first those are all that the
   message tells of. */
static void nextInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared;
	for (shared = all; shared; shared = shared->next) {
		if (shared->machine != operation->machine)
			continue;
		if (!operation->begun && shared->posted) {
			shared->due = true;
			shared->posted = false;
		}
		if (shared->due)
			operation->shared = shared;
	}
	operation->begun = true;
	shared = operation->shared;
	if (!shared)
		return;
	shared->due = false;
	look(operation);
#if !TLS_LWIP_FREES
	operation->last = shared->closed && !shared->pcb;
	if (operation->last)
		forget(shared);
#endif
}

/*
 * lwIP goes on sending what it has, and the FIN behind it, when memory comes if it lacks now. Bytes that
 * nobody is going to read are acknowledged: with unread bytes tcp_close would send a reset, which overtakes
 * what is still to be sent.
 */
static void closeInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = operation->shared;
	if (shared->received) {
		if (shared->pcb)
			tcp_recved(shared->pcb, shared->received->tot_len);
		pbuf_free(shared->received);
		shared->received = NULL;
	}
	shared->closed = true;
	shared->untold = false;
	shared->due = false; /* lwIP may free it at any time */
	handOver(shared);
	if (shared->pcb && isPending(shared))
		return;
	if (shared->pcb) {
		detach(shared->pcb);
		if (tcp_close(shared->pcb) != ERR_OK)
			tcp_abort(shared->pcb);
		shared->pcb = NULL;
	}
	operation->last = true;
	forget(shared);
}

/* --- the engine's side --- */

static struct TlsTransportLwip *lwipOf(const struct TlsTransport *transport)
{
	return (struct TlsTransportLwip *)transport;
}

static enum TlsCode codeOf(err_t error, bool connected)
{
	switch (error) {
	case ERR_RST:
		return connected ? TLS_RESET : TLS_REFUSED;
	case ERR_MEM:
	case ERR_BUF:
		return TLS_MEMORY;
	case ERR_CLSD:
		return TLS_RESET;
	default: /* ERR_ABRT: no answer, however often it was sent; ERR_RTE: no route */
		return TLS_UNREACHABLE;
	}
}

/* Bytes that arrived before the end or the failure are delivered first. What is promised stays promised. */
static void apply(struct TlsTransportLwip *transport, const struct View *view)
{
	struct TlsTransport *base = &transport->base;
	if (!view->alive)
		transport->space = 0;
	else if (transport->space < view->space)
		transport->space = view->space;
	if (view->connected && base->state == TLS_TRANSPORT_CONNECTING)
		base->state = TLS_TRANSPORT_OPEN;
	base->waiting = view->unread;
	if (view->unread || base->state == TLS_TRANSPORT_FAILED)
		return;
	if (view->error != ERR_OK) {
		tlsFail(&base->failure, codeOf(view->error, view->connected), view->error);
		base->state = TLS_TRANSPORT_FAILED;
	} else if (view->ended) {
		base->state = TLS_TRANSPORT_ENDED;
	}
}

/* Runs an operation on lwIP's side and brings back what is to be seen there. */
static void run(TlsLwipFunction function, struct Operation *operation)
{
	if (tlsLwipRun(function, operation) != ERR_OK)
		return;
	free(operation->pending);
	operation->pending = NULL;
	if (operation->shared)
		apply(transportOf(operation->shared), &operation->view);
}

static size_t receiveBytes(struct TlsTransport *base, uint8_t *bytes, size_t length)
{
	struct Operation operation = {.shared = &lwipOf(base)->shared, .into = bytes, .length = length};
	run(receiveInLwip, &operation);
	return operation.done;
}

/* Memory for what lwIP has not taken of all that is promised. NULL fails the transport. */
static struct Pending *allocatePending(struct TlsTransportLwip *transport, size_t size)
{
	struct Pending *pending = tlsHeapAllocate(1, sizeof(*pending) + size);
	if (!pending) {
		tlsFail(&transport->base.failure, TLS_MEMORY, ERR_MEM);
		transport->base.state = TLS_TRANSPORT_FAILED;
		return NULL;
	}
	pending->size = size;
	pending->start = pending->end = 0;
	return pending;
}

static size_t sendBytes(struct TlsTransport *base, const uint8_t *bytes, size_t length)
{
	struct TlsTransportLwip *transport = lwipOf(base);
	size_t promised = transport->space;
	struct Operation operation = {
		.shared = &transport->shared, .from = bytes, .length = LWIP_MIN(length, promised)};
	if (base->state == TLS_TRANSPORT_FAILED || !operation.length)
		return 0;
	transport->space = 0;
	run(sendInLwip, &operation);
	if (operation.done < operation.length && operation.view.alive) {
		transport->space = 0;
		operation.pending = allocatePending(transport, promised - operation.done);
		if (operation.pending)
			run(sendInLwip, &operation);
	}
	promised -= operation.done;
	if (base->state == TLS_TRANSPORT_FAILED || !operation.view.alive)
		transport->space = 0;
	else if (transport->space < promised)
		transport->space = promised;
	return operation.done;
}

static size_t spaceToSend(const struct TlsTransport *base)
{
	return lwipOf(base)->space;
}

static void flush(struct TlsTransport *base)
{
	struct Operation operation = {.shared = &lwipOf(base)->shared};
	tlsLwipRun(flushInLwip, &operation);
}

/* In lower case, as RFC 5952 wants IPv6 addresses. */
static bool remote(const struct TlsTransport *base, char *address, uint16_t *port)
{
	const struct TlsTransportLwip *transport = lwipOf(base);
	char *at;
	if (base->state == TLS_TRANSPORT_CONNECTING ||
		!ipaddr_ntoa_r(&transport->address, address, TLS_ADDRESS_SIZE))
		return false;
	for (at = address; *at; at++)
		if (*at >= 'A' && *at <= 'F')
			*at = (char)(*at - 'A' + 'a');
	*port = transport->port;
	return true;
}

static void closeTransport(struct TlsTransport *base)
{
	struct Operation operation = {.shared = &lwipOf(base)->shared};
	base->changed = NULL;
	if (tlsLwipRun(closeInLwip, &operation) != ERR_OK)
		return;
	if (operation.last) {
		free(lwipOf(base)->shared.pending);
		free(base);
	}
}

void tlsTransportLwipConfigure(struct TlsTransport *base, bool noDelay, uint32_t keepAlive)
{
	struct Operation operation = {
		.shared = &lwipOf(base)->shared, .noDelay = noDelay, .keepAlive = keepAlive};
	tlsLwipRun(configureInLwip, &operation);
}

void tlsTransportLwipDeliver(void *machine)
{
	struct Operation operation = {.machine = machine};
	for (;;) {
		struct TlsTransport *base;
		operation.shared = NULL;
		run(nextInLwip, &operation);
		if (!operation.shared)
			return;
		base = &transportOf(operation.shared)->base;
		if (operation.last)
			free(base);
		else if (base->changed)
			base->changed(base->context);
	}
}

static const struct TlsTransportOperations operations = {
	receiveBytes, sendBytes, spaceToSend, flush, remote, closeTransport};

/* False: an IPv6 address, and lwIP has only IPv4. */
static bool setAddress(ip_addr_t *address, const struct TlsDestination *destination)
{
	u32_t words[TLS_ADDRESS_BYTES / 4];
	memcpy(words, destination->address, sizeof(words));
	if (destination->addressSize == sizeof(*words)) {
		ip_addr_set_ip4_u32_val(*address, words[0]);
		return true;
	}
#if LWIP_IPV6
	IP_ADDR6(address, words[0], words[1], words[2], words[3]);
	return true;
#else
	return false;
#endif
}

struct TlsTransport *tlsTransportLwipConnect(
	const struct TlsDestination *destination, TlsLwipPost post, void *machine, struct TlsFailure *failure)
{
	struct Operation operation = {.noDelay = destination->noDelay, .keepAlive = destination->keepAlive};
	struct TlsTransportLwip *transport = tlsHeapAllocate(1, sizeof(*transport));
	if (!transport) {
		tlsFail(failure, TLS_MEMORY, ERR_MEM);
		return NULL;
	}
	transport->base.operations = &operations;
	transport->base.state = TLS_TRANSPORT_CONNECTING;
	tlsFailureClear(&transport->base.failure);
	transport->port = destination->port;
	transport->shared.post = post;
	transport->shared.machine = machine;
	operation.shared = &transport->shared;
	if (!setAddress(&transport->address, destination))
		operation.error = ERR_RTE;
	if (tlsLwipRun(connectInLwip, &operation) != ERR_OK)
		operation.error = ERR_IF;
	if (operation.error != ERR_OK) {
		tlsFail(failure, operation.error == ERR_MEM ? TLS_MEMORY : TLS_UNREACHABLE, operation.error);
		free(transport);
		return NULL;
	}
	return &transport->base;
}
