/* SPDX-License-Identifier: MIT */
/*
 * lwIP's view of the operating system, on POSIX threads: one thread, mailboxes, semaphores, the time.
 */

#define _POSIX_C_SOURCE 200809L

#include "lwip/opt.h"
#include "lwip/sys.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/random.h>
#include <time.h>

#define CAPACITY 64

struct ThreadsMailbox {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	void *messages[CAPACITY];
	size_t first, count;
};

static pthread_mutex_t protection;
static atomic_bool started;
static atomic_uint longestDelay = 64;    /* microseconds */
static _Thread_local unsigned nextPause; /* milliseconds */

static void sleepFor(unsigned microseconds)
{
	struct timespec pause = {
		.tv_sec = (time_t)(microseconds / 1000000), .tv_nsec = (long)(microseconds % 1000000) * 1000};

	nanosleep(&pause, NULL);
}

void threadsDawdle(void)
{
	static atomic_uint state;
	unsigned value = atomic_fetch_add(&state, 2654435761u) >> 16;

	if (value % 3 == 0)
		sleepFor(value % atomic_load(&longestDelay));
}

void threadsSetDelay(unsigned microseconds)
{
	atomic_store(&longestDelay, microseconds);
}

void threadsPause(unsigned milliseconds)
{
	nextPause = milliseconds;
}

uint32_t threadsRandom(void)
{
	uint32_t number;

	LWIP_ASSERT("random", getrandom(&number, sizeof(number), 0) == (ssize_t)sizeof(number));
	return number;
}

bool sys_thread_tcpip(sys_thread_core_lock_t type)
{
	(void)type;
	return atomic_load(&started);
}

static struct timespec now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time;
}

u32_t sys_now(void)
{
	struct timespec time = now(CLOCK_MONOTONIC);

	return (u32_t)((unsigned long long)time.tv_sec * 1000 + (unsigned long long)time.tv_nsec / 1000000);
}

void sys_init(void)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&protection, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

sys_prot_t sys_arch_protect(void)
{
	pthread_mutex_lock(&protection);
	return 0;
}

void sys_arch_unprotect(sys_prot_t value)
{
	(void)value;
	pthread_mutex_unlock(&protection);
}

struct Start {
	lwip_thread_fn function;
	void *argument;
};

static void *runThread(void *argument)
{
	struct Start start = *(struct Start *)argument;

	free(argument);
	atomic_store(&started, true);
	start.function(start.argument);
	return NULL;
}

sys_thread_t sys_thread_new(
	const char *name, lwip_thread_fn function, void *argument, int stack, int priority)
{
	struct Start *start = malloc(sizeof(*start));
	pthread_t thread;

	(void)name, (void)stack, (void)priority;
	LWIP_ASSERT("memory", start != NULL);
	start->function = function;
	start->argument = argument;
	LWIP_ASSERT("thread", pthread_create(&thread, NULL, runThread, start) == 0);
	pthread_detach(thread);
	return 0;
}

err_t sys_mbox_new(sys_mbox_t *box, int size)
{
	*box = calloc(1, sizeof(**box));
	LWIP_ASSERT("memory", *box != NULL && size <= CAPACITY);
	pthread_mutex_init(&(*box)->mutex, NULL);
	pthread_cond_init(&(*box)->changed, NULL);
	return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *box)
{
	pthread_mutex_lock(&(*box)->mutex); /* whoever signalled last is out of it by then */
	pthread_mutex_unlock(&(*box)->mutex);
	pthread_cond_destroy(&(*box)->changed);
	pthread_mutex_destroy(&(*box)->mutex);
	free(*box);
}

err_t sys_mbox_trypost(sys_mbox_t *box, void *message)
{
	struct ThreadsMailbox *mailbox = *box;
	bool fits;

	threadsDawdle();
	pthread_mutex_lock(&mailbox->mutex);
	fits = mailbox->count < CAPACITY;
	if (fits)
		mailbox->messages[(mailbox->first + mailbox->count++) % CAPACITY] = message;
	pthread_cond_broadcast(&mailbox->changed);
	pthread_mutex_unlock(&mailbox->mutex);
	return fits ? ERR_OK : ERR_MEM;
}

void sys_mbox_post(sys_mbox_t *box, void *message)
{
	while (sys_mbox_trypost(box, message) != ERR_OK)
		threadsDawdle();
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *box, void **message, u32_t timeout)
{
	struct ThreadsMailbox *mailbox = *box;
	struct timespec end = now(CLOCK_REALTIME);
	u32_t result = 0;
	int error = 0;

	end.tv_sec += (time_t)(timeout / 1000);
	end.tv_nsec += (long)(timeout % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&mailbox->mutex);
	while (mailbox->count == 0 && error != ETIMEDOUT)
		error = timeout > 0 ? pthread_cond_timedwait(&mailbox->changed, &mailbox->mutex, &end)
							: pthread_cond_wait(&mailbox->changed, &mailbox->mutex);
	if (mailbox->count == 0)
		result = SYS_ARCH_TIMEOUT;
	else {
		if (message != NULL)
			*message = mailbox->messages[mailbox->first];
		mailbox->first = (mailbox->first + 1) % CAPACITY;
		mailbox->count--;
	}
	pthread_mutex_unlock(&mailbox->mutex);
	threadsDawdle();
	sleepFor(nextPause * 1000);
	nextPause = 0;
	return result;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *box, void **message)
{
	return sys_arch_mbox_fetch(box, message, 1) == SYS_ARCH_TIMEOUT ? SYS_MBOX_EMPTY : 0;
}

err_t sys_sem_new(sys_sem_t *semaphore, u8_t count)
{
	err_t error = sys_mbox_new(semaphore, CAPACITY);

	while (count-- > 0)
		sys_sem_signal(semaphore);
	return error;
}

void sys_sem_free(sys_sem_t *semaphore)
{
	sys_mbox_free(semaphore);
}

void sys_sem_signal(sys_sem_t *semaphore)
{
	sys_mbox_post(semaphore, NULL);
}

u32_t sys_arch_sem_wait(sys_sem_t *semaphore, u32_t timeout)
{
	return sys_arch_mbox_fetch(semaphore, NULL, timeout);
}
