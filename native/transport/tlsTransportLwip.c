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
 * is lwIP told (tcp_recved), which opens the peer's window. Sent bytes are copied by lwIP. How many it takes
 * follows from its limits on bytes and on segments and is what `space` promises. When lwIP has no memory all
 * the same, `send` takes less, and `space` is 0 until the next acknowledgement or tick lets it try again.
 *
 * An event is told by one message to the machine, which is under way at most once. A transport that is closed
 * meanwhile is freed when the message arrives.
 */

#include "tlsTransportLwip.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/opt.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"

#include "tlsLwipContext.h"

#define POLL_INTERVAL 2 /* half seconds between ticks, which retry what memory did not allow */

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

/* Touched where lwIP runs, and there only. */
struct Shared {
	struct tcp_pcb *pcb;   /* NULL: gone, by the error callback or by close */
	struct pbuf *received; /* what the engine has not taken; NULL: nothing */
	err_t error;           /* why the pcb is gone */
	bool connected;
	bool ended;   /* the peer's FIN has arrived */
	bool blocked; /* lwIP had no memory for a `send` */
	bool untold;  /* something happened that no message tells of yet */
	bool posted;  /* a message is under way */
	bool closed;  /* the engine's side is gone: the message frees the transport */
};

/* What the engine's side sees of it. */
struct View {
	err_t error;
	bool connected;
	bool ended;
	bool unread;
	size_t space;
};

struct TlsTransportLwip {
	struct TlsTransport base; /* first: the engine's pointer to it is cast back */
	ip_addr_t address;
	uint16_t port;
	size_t space; /* as of the last look */
	TlsLwipPost post;
	void *machine;
	struct Shared shared;
};

/* An operation on its way to lwIP's side and back. */
struct Operation {
	struct TlsTransportLwip *transport;
	bool noDelay;        /* of connect and configure */
	uint32_t keepAlive;  /* likewise */
	uint8_t *into;       /* of receive */
	const uint8_t *from; /* of send */
	size_t length;
	size_t done;
	bool last; /* nobody uses the transport any more */
	err_t error;
	struct View view;
};

/* --- lwIP's side --- */

static void post(struct TlsTransportLwip *transport)
{
	struct Shared *shared = &transport->shared;
	if (shared->posted || !shared->untold)
		return;
	shared->posted = transport->post(transport->machine, &transport->base);
	if (shared->posted)
		shared->untold = false;
}

static void tell(struct TlsTransportLwip *transport)
{
	transport->shared.untold = true;
	post(transport);
}

static err_t onConnected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	struct TlsTransportLwip *transport = argument;
	(void)pcb;
	(void)error; /* always ERR_OK: failure is told to onError */
	transport->shared.connected = true;
	tell(transport);
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
	struct TlsTransportLwip *transport = argument;
	struct Shared *shared = &transport->shared;
	(void)pcb;
	(void)error; /* always ERR_OK */
	if (!buffer)
		shared->ended = true;
	else if (!shared->received)
		shared->received = buffer;
	else if (canWait(shared->received, buffer))
		pbuf_cat(shared->received, buffer);
	else
		return ERR_MEM;
	tell(transport);
	return ERR_OK;
}

static err_t onSent(void *argument, struct tcp_pcb *pcb, u16_t length)
{
	struct TlsTransportLwip *transport = argument;
	(void)pcb;
	(void)length;
	transport->shared.blocked = false;
	tell(transport);
	return ERR_OK;
}

static err_t onPoll(void *argument, struct tcp_pcb *pcb)
{
	struct TlsTransportLwip *transport = argument;
	(void)pcb;
	if (transport->shared.blocked) {
		transport->shared.blocked = false;
		transport->shared.untold = true;
	}
	post(transport);
	return ERR_OK;
}

/* lwIP has freed the pcb. No tick comes any more: a message that cannot be posted now goes with the next
   operation. */
static void onError(void *argument, err_t error)
{
	struct TlsTransportLwip *transport = argument;
	transport->shared.pcb = NULL;
	transport->shared.error = error;
	tell(transport);
}

/* The bytes that tcp_write is certain to take, unless memory lacks: so many segments, so many bytes. */
static size_t spaceOf(const struct Shared *shared)
{
	const struct tcp_pcb *pcb = shared->pcb;
	size_t queued, segment, space;
	if (!pcb || !shared->connected || shared->blocked)
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
	const struct Shared *shared = &operation->transport->shared;
	operation->view.error = shared->error;
	operation->view.connected = shared->connected;
	operation->view.ended = shared->ended;
	operation->view.unread = shared->received != NULL;
	operation->view.space = spaceOf(shared);
}

static void detach(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
}

static void attach(struct tcp_pcb *pcb, struct TlsTransportLwip *transport)
{
	tcp_arg(pcb, transport);
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
		pcb->keep_idle = operation->keepAlive;
	} else {
		ip_reset_option(pcb, SOF_KEEPALIVE);
	}
}

static void configureInLwip(void *argument)
{
	struct Operation *operation = argument;
	if (operation->transport->shared.pcb)
		configure(operation->transport->shared.pcb, operation);
}

static void connectInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct TlsTransportLwip *transport = operation->transport;
	struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&transport->address));
	if (!pcb) {
		operation->error = ERR_MEM;
		return;
	}
	configure(pcb, operation);
	attach(pcb, transport);
	operation->error = tcp_connect(pcb, &transport->address, transport->port, onConnected);
	if (operation->error == ERR_OK) {
		transport->shared.pcb = pcb;
	} else {
		detach(pcb);
		tcp_abort(pcb);
	}
}

static void receiveInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = &operation->transport->shared;
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
	post(operation->transport);
	look(operation);
}

/* Segment by segment, so that a lack of memory costs no more than the last. */
static void sendInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = &operation->transport->shared;
	size_t left = LWIP_MIN(operation->length, spaceOf(shared));
	while (left) {
		u16_t count = (u16_t)LWIP_MIN(left, tcp_mss(shared->pcb));
		u8_t flags = TCP_WRITE_FLAG_COPY | (count < left ? TCP_WRITE_FLAG_MORE : 0);
		if (tcp_write(shared->pcb, operation->from + operation->done, count, flags) != ERR_OK) {
			shared->blocked = true;
			break;
		}
		operation->done += count;
		left -= count;
	}
	look(operation);
}

/* What memory does not allow to send now, lwIP sends later by itself. */
static void flushInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = &operation->transport->shared;
	if (shared->pcb)
		tcp_output(shared->pcb);
}

static void deliverInLwip(void *argument)
{
	struct Operation *operation = argument;
	operation->transport->shared.posted = false;
	operation->last = operation->transport->shared.closed;
	look(operation);
}

/*
 * lwIP goes on sending what it has, and the FIN behind it, when memory comes if it lacks now. Bytes that
 * nobody is going to read are acknowledged: with unread bytes tcp_close would send a reset, which overtakes
 * what is still to be sent.
 */
static void closeInLwip(void *argument)
{
	struct Operation *operation = argument;
	struct Shared *shared = &operation->transport->shared;
	if (shared->pcb) {
		detach(shared->pcb);
		if (shared->received)
			tcp_recved(shared->pcb, shared->received->tot_len);
		if (tcp_close(shared->pcb) != ERR_OK)
			tcp_abort(shared->pcb);
		shared->pcb = NULL;
	}
	if (shared->received) {
		pbuf_free(shared->received);
		shared->received = NULL;
	}
	shared->closed = true;
	operation->last = !shared->posted;
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

/* Bytes that arrived before the end or the failure are delivered first. */
static void apply(struct TlsTransportLwip *transport, const struct View *view)
{
	struct TlsTransport *base = &transport->base;
	transport->space = view->space;
	if (view->connected && base->state == TLS_TRANSPORT_CONNECTING)
		base->state = TLS_TRANSPORT_OPEN;
	if (view->unread)
		return;
	if (view->error != ERR_OK) {
		tlsFail(&base->failure, codeOf(view->error, view->connected), view->error);
		base->state = TLS_TRANSPORT_FAILED;
	} else if (view->ended) {
		base->state = TLS_TRANSPORT_ENDED;
	}
}

static size_t receiveBytes(struct TlsTransport *base, uint8_t *bytes, size_t length)
{
	struct Operation operation = {.transport = lwipOf(base), .into = bytes, .length = length};
	if (tlsLwipRun(receiveInLwip, &operation) == ERR_OK)
		apply(operation.transport, &operation.view);
	return operation.done;
}

static size_t sendBytes(struct TlsTransport *base, const uint8_t *bytes, size_t length)
{
	struct Operation operation = {.transport = lwipOf(base), .from = bytes, .length = length};
	if (tlsLwipRun(sendInLwip, &operation) == ERR_OK)
		apply(operation.transport, &operation.view);
	return operation.done;
}

static size_t spaceToSend(const struct TlsTransport *base)
{
	return lwipOf(base)->space;
}

static void flush(struct TlsTransport *base)
{
	struct Operation operation = {.transport = lwipOf(base)};
	tlsLwipRun(flushInLwip, &operation);
}

static bool remote(const struct TlsTransport *base, char *address, uint16_t *port)
{
	const struct TlsTransportLwip *transport = lwipOf(base);
	if (base->state == TLS_TRANSPORT_CONNECTING ||
		!ipaddr_ntoa_r(&transport->address, address, TLS_ADDRESS_SIZE))
		return false;
	*port = transport->port;
	return true;
}

static void closeTransport(struct TlsTransport *base)
{
	struct Operation operation = {.transport = lwipOf(base)};
	if (tlsLwipRun(closeInLwip, &operation) == ERR_OK && operation.last)
		free(operation.transport);
}

void tlsTransportLwipConfigure(struct TlsTransport *base, bool noDelay, uint32_t keepAlive)
{
	struct Operation operation = {.transport = lwipOf(base), .noDelay = noDelay, .keepAlive = keepAlive};
	tlsLwipRun(configureInLwip, &operation);
}

void tlsTransportLwipDeliver(struct TlsTransport *base)
{
	struct Operation operation = {.transport = lwipOf(base)};
	if (tlsLwipRun(deliverInLwip, &operation) != ERR_OK)
		return;
	if (operation.last) {
		free(operation.transport);
		return;
	}
	apply(operation.transport, &operation.view);
	if (base->changed)
		base->changed(base->context);
}

static const struct TlsTransportOperations operations = {
	receiveBytes, sendBytes, spaceToSend, flush, remote, closeTransport};

struct TlsTransport *tlsTransportLwipConnect(const struct TlsLwipOptions *options, struct TlsFailure *failure)
{
	struct Operation operation = {.noDelay = options->noDelay, .keepAlive = options->keepAlive};
	struct TlsTransportLwip *transport = calloc(1, sizeof(*transport));
	err_t error;
	if (!transport) {
		tlsFail(failure, TLS_MEMORY, ERR_MEM);
		return NULL;
	}
	if (!ipaddr_aton(options->address, &transport->address)) {
		tlsFailDetail(failure, TLS_UNREACHABLE, ERR_VAL, options->address);
		free(transport);
		return NULL;
	}
	transport->base.operations = &operations;
	transport->base.state = TLS_TRANSPORT_CONNECTING;
	tlsFailureClear(&transport->base.failure);
	transport->port = options->port;
	transport->post = options->post;
	transport->machine = options->machine;
	operation.transport = transport;
	error = tlsLwipRun(connectInLwip, &operation);
	if (error == ERR_OK)
		error = operation.error;
	if (error != ERR_OK) {
		tlsFail(failure, codeOf(error, false), error);
		free(transport);
		return NULL;
	}
	return &transport->base;
}
