/* SPDX-License-Identifier: MIT */
/*
 * Sessions in RAM. One that is tried is taken out first, so that none is tried twice (RFC 8446, appendix C.4); the
 * connection that it makes brings the next. So the one that was used least recently is the one that was kept longest.
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

struct Entry {
	uint8_t binding[TLS_BINDING_SIZE];
	uint8_t *bytes; /* NULL: the entry is free */
	size_t length;
	uint32_t kept; /* the larger the later */
};

static struct Entry entries[TLS_SESSIONS];
static uint32_t lastKept;

static void drop(struct Entry *entry)
{
	if (entry->bytes) {
		mbedtls_platform_zeroize(entry->bytes, entry->length);
		mbedtls_free(entry->bytes);
	}
}

static struct Entry *find(const uint8_t *binding)
{
	for (size_t i = 0; i < TLS_SESSIONS; i++) {
		if (entries[i].bytes && memcmp(entries[i].binding, binding, TLS_BINDING_SIZE) == 0)
			return &entries[i];
	}
	return NULL;
}

/* A free entry, or the oldest. */
static struct Entry *findOld(void)
{
	struct Entry *oldest = &entries[0];
	for (size_t i = 0; i < TLS_SESSIONS; i++) {
		if (!entries[i].bytes)
			return &entries[i];
		if (lastKept - entries[i].kept > lastKept - oldest->kept)
			oldest = &entries[i];
	}
	return oldest;
}

/* Puts `fresh` in the place of `*entry`, whose content goes to `old`. */
static void exchange(struct Entry *entry, const struct Entry *fresh, struct Entry *old)
{
	*old = *entry;
	*entry = *fresh;
}

void tlsSocketSessionsTry(struct TlsEngine *engine)
{
	static const struct Entry none;
	struct Entry taken = none, *entry;
	LOCK();
	entry = find(tlsEngineBinding(engine));
	if (entry)
		exchange(entry, &none, &taken);
	UNLOCK();
	if (taken.bytes)
		tlsEngineResume(engine, taken.bytes, taken.length);
	drop(&taken);
}

/* Saves the engine's newest session to `entry`. A session that cannot be saved for want of memory is not missed. */
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
	struct Entry fresh, old, *entry;
	if (!save(engine, &fresh))
		return;
	LOCK();
	fresh.kept = ++lastKept;
	entry = find(fresh.binding);
	exchange(entry ? entry : findOld(), &fresh, &old);
	UNLOCK();
	drop(&old);
}

#else

void tlsSocketSessionsTry(struct TlsEngine *engine)
{
	(void)engine;
}

void tlsSocketSessionsKeep(const struct TlsEngine *engine)
{
	(void)engine;
}

#endif
