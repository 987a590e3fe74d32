/* SPDX-License-Identifier: MIT */
/*
 * The cable. Frames that are late wait in one list, ordered by the time they are due; a frame that is
 * overtaken is one that is later than its successors by OVERTAKE milliseconds.
 */

#include "boardLink.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"

#include "boardClock.h"

#define OVERTAKE     10   /* milliseconds */
#define LATE_MAXIMUM 64   /* frames under way; more are lost, as in a full queue of a router */
#define DELAY_LIMIT  5000 /* milliseconds */
#define THOUSAND     1000

/* A copy in memory of its own, so that the cable's frames do not use up lwIP's buffers. */
struct LateFrame {
	struct LateFrame *next;
	uint32_t due; /* milliseconds */
	bool incoming;
	uint16_t length;
	uint8_t bytes[];
};

static BoardLinkDeliver transmitFrame, receiveFrame;
static struct BoardFaults faults;
static uint32_t randomState;
static bool faulty, up = true;
static struct LateFrame *late;
static unsigned lateCount;

void boardLinkStart(BoardLinkDeliver transmit, BoardLinkDeliver receive)
{
	transmitFrame = transmit;
	receiveFrame = receive;
}

void boardLinkSetFaults(const struct BoardFaults *next)
{
	faults = *next;
	randomState = faults.seed * 2654435761u + 1;
	faulty = faults.loss || faults.duplicate || faults.reorder || faults.delayMaximum;
}

void boardLinkSetUp(bool on)
{
	up = on;
}

/* xorshift32: the state is never 0. */
static uint32_t nextRandom(void)
{
	if (!randomState)
		randomState = 1;
	randomState ^= randomState << 13;
	randomState ^= randomState >> 17;
	randomState ^= randomState << 5;
	return randomState;
}

static bool happens(uint16_t perThousand)
{
	return nextRandom() % THOUSAND < perThousand;
}

/* Puts a copy of `frame` into the list behind all that is due no later. */
static void delay(const struct pbuf *frame, bool incoming, uint32_t due)
{
	struct LateFrame *entry = lateCount < LATE_MAXIMUM ? malloc(sizeof(*entry) + frame->tot_len) : NULL,
					 **place;

	if (!entry)
		return;
	for (place = &late; *place && (int32_t)((*place)->due - due) <= 0; place = &(*place)->next)
		;
	entry->next = *place;
	entry->due = due;
	entry->incoming = incoming;
	entry->length = frame->tot_len;
	pbuf_copy_partial(frame, entry->bytes, frame->tot_len, 0);
	*place = entry;
	lateCount++;
}

static void carry(const struct pbuf *frame, bool incoming)
{
	uint32_t wait = faults.delayMinimum;

	wait += nextRandom() % (faults.delayMaximum - faults.delayMinimum + 1u);
	if (happens(faults.reorder))
		wait += OVERTAKE;
	delay(frame, incoming, boardMilliseconds() + wait);
}

static void carryFaulty(const struct pbuf *frame, bool incoming)
{
	if (happens(faults.loss))
		return;
	carry(frame, incoming);
	if (happens(faults.duplicate))
		carry(frame, incoming);
}

void boardLinkTransmit(struct pbuf *frame)
{
	if (!up)
		return;
	if (faulty)
		carryFaulty(frame, false);
	else
		transmitFrame(frame);
}

/* The headers of an IPv4 segment from the peer, or NULL if the frame is anything else. */
static struct tcp_hdr *tcpHeader(struct pbuf *frame)
{
	const struct eth_hdr *ethernet = frame->payload;
	struct ip_hdr *ip = (struct ip_hdr *)((uint8_t *)frame->payload + SIZEOF_ETH_HDR);

	if (frame->len < SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN || ethernet->type != PP_HTONS(ETHTYPE_IP) ||
		IPH_PROTO(ip) != IP_PROTO_TCP || IPH_HL_BYTES(ip) != IP_HLEN)
		return NULL;
	return (struct tcp_hdr *)((uint8_t *)ip + IP_HLEN);
}

/* Makes the window that a segment offers no larger than the fault, and corrects the checksum: RFC 1624. */
static void narrowWindow(struct pbuf *frame)
{
	struct tcp_hdr *tcp = tcpHeader(frame);
	uint16_t window = tcp ? lwip_ntohs(tcp->wnd) : 0;
	uint32_t sum;

	if (window <= faults.window)
		return;
	sum = (uint16_t)~lwip_ntohs(tcp->chksum) + (uint32_t)(uint16_t)~window + faults.window;
	sum = (sum & 0xFFFF) + (sum >> 16);
	sum = (sum & 0xFFFF) + (sum >> 16);
	tcp->wnd = lwip_htons(faults.window);
	tcp->chksum = lwip_htons((uint16_t)~sum);
}

void boardLinkReceive(struct pbuf *frame)
{
	if (faults.window)
		narrowWindow(frame);
	if (up && !faulty) {
		receiveFrame(frame);
		return;
	}
	if (up)
		carryFaulty(frame, true);
	pbuf_free(frame);
}

/* Without a pbuf the frame is lost, as by a chip whose buffers are full. */
static void arrive(const struct LateFrame *entry)
{
	struct pbuf *frame = pbuf_alloc(PBUF_RAW, entry->length, PBUF_POOL);

	if (!frame)
		return;
	pbuf_take(frame, entry->bytes, entry->length);
	if (entry->incoming) {
		receiveFrame(frame);
	} else {
		transmitFrame(frame);
		pbuf_free(frame);
	}
}

void boardLinkPoll(void)
{
	while (late && (int32_t)(boardMilliseconds() - late->due) >= 0) {
		struct LateFrame *entry = late;

		late = entry->next;
		lateCount--;
		if (up)
			arrive(entry);
		free(entry);
	}
}

/* Reads a number up to `limit` and what follows it. */
static bool parseNumber(const char **text, uint32_t limit, uint32_t *value)
{
	char *end;
	unsigned long number;

	if (**text < '0' || **text > '9')
		return false;
	number = strtoul(*text, &end, 10);
	if (number > limit)
		return false;
	*value = (uint32_t)number;
	*text = end;
	return true;
}

static bool parseDelay(const char **text, struct BoardFaults *next)
{
	uint32_t minimum, maximum;

	if (!parseNumber(text, DELAY_LIMIT, &minimum) || *(*text)++ != '-' ||
		!parseNumber(text, DELAY_LIMIT, &maximum))
		return false;
	next->delayMinimum = (uint16_t)minimum;
	next->delayMaximum = (uint16_t)maximum;
	return minimum <= maximum;
}

static bool parseFault(const char **text, struct BoardFaults *next)
{
	const char *name = *text, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : 0;
	uint32_t value;

	if (!length)
		return false;
	*text = equals + 1;
	if (length == 5 && !memcmp(name, "delay", length))
		return parseDelay(text, next);
	if (length == 4 && !memcmp(name, "seed", length))
		return parseNumber(text, UINT32_MAX, &next->seed);
	if (length == 6 && !memcmp(name, "window", length)) {
		if (!parseNumber(text, UINT16_MAX, &value))
			return false;
		next->window = (uint16_t)value;
		return true;
	}
	if (!parseNumber(text, THOUSAND, &value))
		return false;
	if (length == 4 && !memcmp(name, "loss", length))
		next->loss = (uint16_t)value;
	else if (length == 9 && !memcmp(name, "duplicate", length))
		next->duplicate = (uint16_t)value;
	else if (length == 7 && !memcmp(name, "reorder", length))
		next->reorder = (uint16_t)value;
	else
		return false;
	return true;
}

bool boardLinkParseFaults(const char *text, struct BoardFaults *next)
{
	memset(next, 0, sizeof(*next));
	while (*text) {
		if (!parseFault(&text, next))
			return false;
		if (*text == ',')
			text++;
		else if (*text)
			return false;
	}
	return true;
}
