/* SPDX-License-Identifier: MIT */
/*
 * Sessions in RAM. One that is tried is taken out first, so that none is tried twice (RFC 8446, appendix
 * C.4); the connection that it makes brings the next, or the server gave several. So the one that was used
 * least recently is the one that was kept longest.
 */

#include "tlsSocketSessions.h"
#include "tlsMbedtls.h"

#include <string.h>

#if TLS_SESSIONS > 0

/* Machines of one program (workers) can run at the same time. What is locked is a search of the entries. */
#if defined(ESP32)
#include "tlsMachine.h"
#include "builtinCommon.h"
#define LOCK()   builtinCriticalSectionBegin()
#define UNLOCK() builtinCriticalSectionEnd()
#elif defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
#define LOCK()   pthread_mutex_lock(&mutex)
#define UNLOCK() pthread_mutex_unlock(&mutex)
#elif defined(_WIN32)
#include <windows.h>
static SRWLOCK mutex = SRWLOCK_INIT;
#define LOCK()   AcquireSRWLockExclusive(&mutex)
#define UNLOCK() ReleaseSRWLockExclusive(&mutex)
#else
#define LOCK() /* one machine, one thread */
#define UNLOCK()
#endif

/* A session of a peer, or a note that it does not like any. */
struct Entry {
	uint8_t binding[TLS_BINDING_SIZE];
	uint8_t *bytes; /* NULL: a note */
	size_t length;  /* of the session; of a note, how many connections are still to do without */
};

/* The newest first. */
static struct Entry entries[TLS_SESSIONS];
static size_t count;

static void drop(struct Entry *entry)
{
	if (entry->bytes) {
		mbedtls_platform_zeroize(entry->bytes, entry->length);
		mbedtls_free(entry->bytes);
	}
}

/* The place of the peer's newest, or `count`. */
static size_t find(const uint8_t *binding)
{
	size_t place = 0;
	while (place < count && memcmp(entries[place].binding, binding, TLS_BINDING_SIZE) != 0)
		place++;
	return place;
}

static void takeOut(size_t place, struct Entry *taken)
{
	*taken = entries[place];
	count--;
	memmove(entries + place, entries + place + 1, (count - place) * sizeof(*entries));
}

/* False: the peer has none. */
static bool takeNewest(const uint8_t *binding, struct Entry *taken)
{
	size_t place;
	bool found;
	LOCK();
	place = find(binding);
	found = place < count;
	if (found)
		takeOut(place, taken);
	UNLOCK();
	return found;
}

/* The place of the oldest that its peer can spare, as it has a newer one; else of the oldest. */
static size_t findLeast(void)
{
	size_t place = count - 1;
	while (place > 0 && find(entries[place].binding) == place)
		place--;
	return place > 0 ? place : count - 1;
}

/* Puts `fresh` in. What has to go for it is in `old`. */
static void put(const struct Entry *fresh, struct Entry *old)
{
	LOCK();
	old->bytes = NULL;
	if (count == TLS_SESSIONS)
		takeOut(findLeast(), old);
	memmove(entries + 1, entries, count * sizeof(*entries));
	entries[0] = *fresh;
	count++;
	UNLOCK();
}

/* True if there is a note; `used` connections of it are counted. */
static bool isPaused(const uint8_t *binding, size_t used)
{
	struct Entry note;
	size_t place;
	bool paused;
	LOCK();
	place = find(binding);
	paused = place < count && !entries[place].bytes;
	if (paused) {
		entries[place].length -= used;
		if (entries[place].length == 0)
			takeOut(place, &note);
	}
	UNLOCK();
	return paused;
}

void tlsSocketSessionsTry(struct TlsEngine *engine, const struct TlsBytes *given)
{
	const uint8_t *binding = tlsEngineBinding(engine);
	struct Entry taken;
	bool tried = isPaused(binding, 1);
	if (!tried && given)
		tlsEngineResume(engine, given->bytes, given->length);
	/* An older one where the newer cannot be used any more. */
	while (!tried && !given && takeNewest(binding, &taken)) {
		tried = tlsEngineResume(engine, taken.bytes, taken.length);
		drop(&taken);
	}
}

/* Saves the engine's newest session to `entry`. A session that cannot be saved for want of memory is not
   missed. */
static bool save(const struct TlsEngine *engine, struct Entry *entry)
{
	entry->length = tlsEngineSaveSession(engine, NULL, 0);
	if (!entry->length)
		return false;
	entry->bytes = mbedtls_calloc(1, entry->length);
	if (!entry->bytes)
		return false;
	memcpy(entry->binding, tlsEngineBinding(engine), TLS_BINDING_SIZE);
	if (tlsEngineSaveSession(engine, entry->bytes, entry->length) == entry->length)
		return true;
	drop(entry);
	return false;
}

void tlsSocketSessionsKeep(const struct TlsEngine *engine)
{
	struct Entry fresh, old;
	if (isPaused(tlsEngineBinding(engine), 0) || !save(engine, &fresh))
		return;
	put(&fresh, &old);
	drop(&old);
}

void tlsSocketSessionsPause(const struct TlsEngine *engine)
{
	struct Entry note, old;
	memcpy(note.binding, tlsEngineBinding(engine), TLS_BINDING_SIZE);
	note.bytes = NULL;
	note.length = TLS_SESSIONS_PAUSE;
	put(&note, &old);
	drop(&old);
}

#else

void tlsSocketSessionsTry(struct TlsEngine *engine, const struct TlsBytes *given)
{
	if (given)
		tlsEngineResume(engine, given->bytes, given->length);
}

void tlsSocketSessionsKeep(const struct TlsEngine *engine)
{
	(void)engine;
}

void tlsSocketSessionsPause(const struct TlsEngine *engine)
{
	(void)engine;
}

#endif
