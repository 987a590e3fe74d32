/* SPDX-License-Identifier: MIT */
/*
 * The network's driver and what is behind it: QEMU's user network, by its library, libslirp, which makes the
 * host's connections of lwIP's. The library lives in the driver's thread alone; frames to it come by a pair
 * of sockets.
 */

#include "threads.h"

#include "lwip/sys.h"

#include <arpa/inet.h>
#include <libslirp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define FRAME_SIZE  1600
#define DESCRIPTORS 256

static int ends[2]; /* of the cable: the library's, lwIP's */
static void (*receiveFrame)(const uint8_t *frame, size_t length);
static struct pollfd descriptors[DESCRIPTORS];
static int count;

static ssize_t transmit(const void *frame, size_t length, void *context)
{
	(void)context;
	threadsDawdle();
	(*receiveFrame)(frame, length);
	return (ssize_t)length;
}

static void complain(const char *message, void *context)
{
	(void)context;
	fprintf(stderr, "libslirp: %s\n", message);
}

static int64_t now(void *context)
{
	struct timespec time;
	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Timers are for what routers say unasked, which nobody needs here. */
static void *addTimer(SlirpTimerCb function, void *timerContext, void *context)
{
	(void)function;
	(void)timerContext;
	return context;
}

static void freeTimer(void *timer, void *context)
{
	(void)timer;
	(void)context;
}

static void setTimer(void *timer, int64_t due, void *context)
{
	(void)timer;
	(void)due;
	(void)context;
}

/* It asks for what to poll before each turn, and is woken by a frame. */
static void ignoreDescriptor(int descriptor, void *context)
{
	(void)descriptor;
	(void)context;
}

static void ignoreNotice(void *context)
{
	(void)context;
}

static int addDescriptor(int descriptor, int events, void *context)
{
	(void)context;
	if (count == DESCRIPTORS)
		return -1;
	descriptors[count].fd = descriptor;
	descriptors[count].events =
		(short)((events & SLIRP_POLL_IN ? POLLIN : 0) | (events & SLIRP_POLL_OUT ? POLLOUT : 0) |
				(events & SLIRP_POLL_PRI ? POLLPRI : 0));
	return count++;
}

/* With an error it would write, and take what that says for an end; reading tells what it is, after what came
   before it. */
static int eventsOf(int index, void *context)
{
	int events = index < 0 ? 0 : descriptors[index].revents;
	(void)context;
	if (events & POLLIN)
		events &= ~(POLLERR | POLLHUP);
	return (events & POLLIN ? SLIRP_POLL_IN : 0) | (events & POLLOUT ? SLIRP_POLL_OUT : 0) |
		   (events & POLLPRI ? SLIRP_POLL_PRI : 0) | (events & POLLERR ? SLIRP_POLL_ERR : 0) |
		   (events & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static void turn(Slirp *slirp)
{
	uint8_t frame[FRAME_SIZE];
	uint32_t timeout = 1000; /* milliseconds, at most */
	ssize_t length;
	int ready;

	count = 0;
	addDescriptor(ends[0], SLIRP_POLL_IN, NULL);
	slirp_pollfds_fill(slirp, &timeout, addDescriptor, NULL);
	ready = poll(descriptors, (nfds_t)count, (int)timeout);
	slirp_pollfds_poll(slirp, ready < 0, eventsOf, NULL);
	while ((length = recv(ends[0], frame, sizeof(frame), MSG_DONTWAIT)) > 0)
		slirp_input(slirp, frame, (int)length);
}

static void *runDriver(void *context)
{
	static const SlirpCb callbacks = {
		.send_packet = transmit,
		.guest_error = complain,
		.clock_get_ns = now,
		.timer_new = addTimer,
		.timer_free = freeTimer,
		.timer_mod = setTimer,
		.register_poll_fd = ignoreDescriptor,
		.unregister_poll_fd = ignoreDescriptor,
		.notify = ignoreNotice,
	};
	SlirpConfig configuration = {.version = 1, .in_enabled = true, .in6_enabled = true, .vprefix_len = 64};
	Slirp *slirp;

	(void)context;
	inet_pton(AF_INET, "10.0.2.0", &configuration.vnetwork);
	inet_pton(AF_INET, "255.255.255.0", &configuration.vnetmask);
	inet_pton(AF_INET, "10.0.2.2", &configuration.vhost);
	inet_pton(AF_INET, "10.0.2.3", &configuration.vnameserver);
	inet_pton(AF_INET6, "fec0::", &configuration.vprefix_addr6);
	inet_pton(AF_INET6, "fec0::2", &configuration.vhost6);
	inet_pton(AF_INET6, "fec0::3", &configuration.vnameserver6);
	slirp = slirp_new(&configuration, &callbacks, NULL);
	if (!slirp)
		abort();
	for (;;)
		turn(slirp);
}

void threadsDriverSend(const uint8_t *frame, size_t length)
{
	(void)send(ends[1], frame, length, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool threadsDriverStart(void (*receive)(const uint8_t *frame, size_t length))
{
	pthread_t thread;

	receiveFrame = receive;
	return !socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) &&
		   !pthread_create(&thread, NULL, runDriver, NULL) && !pthread_detach(thread);
}
