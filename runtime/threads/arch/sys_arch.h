/* SPDX-License-Identifier: MIT */
/* lwIP's threads, semaphores and mailboxes: threadsSystem.c. */

#ifndef LWIP_ARCH_SYS_ARCH_H
#define LWIP_ARCH_SYS_ARCH_H

#include <stdbool.h>
#include <stddef.h>

struct ThreadsMailbox;

/* A semaphore is a mailbox of messages that say nothing. */
typedef struct ThreadsMailbox *sys_sem_t;
typedef struct ThreadsMailbox *sys_mbox_t;
typedef int sys_thread_t;

#define sys_sem_valid(sem)        (*(sem) != NULL)
#define sys_sem_set_invalid(sem)  (*(sem) = NULL)
#define sys_mbox_valid(box)       (*(box) != NULL)
#define sys_mbox_set_invalid(box) (*(box) = NULL)
#define sys_mbox_trypost_fromisr  sys_mbox_trypost

/* As ESP-IDF has it. */
typedef enum { LWIP_CORE_IS_TCPIP_INITIALIZED } sys_thread_core_lock_t;
bool sys_thread_tcpip(sys_thread_core_lock_t type);

/* Lets the other threads go first, sometimes, for a time that nobody can tell. */
void threadsDawdle(void);

/* Bounds that time. `microseconds`: at least 1. */
void threadsSetDelay(unsigned microseconds);

/* Has this thread pause so long when it next gets something from another. */
void threadsPause(unsigned milliseconds);

#endif
