/* SPDX-License-Identifier: MIT */
/*
 * The library's allocations, counted, and made to fail. What the client's end allocates is told apart from
 * the rest: see allocationsOfClient.
 */

#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct Allocations {
	size_t live;       /* pieces that are allocated now, by whomever */
	size_t lost;       /* of these, what the library lost for want of memory: see SERVER_MBEDTLS_LEAKS */
	size_t liveClient; /* bytes of the client's */
	size_t peakClient; /* the most that there ever were */
	long number;       /* of the client's last allocation, counted from when the test set it to 0 */
	long failAt;       /* the client's allocation of this number fails; 0: none */
	uint8_t
		secret[16]; /* what no memory of the client's may have in it when it is freed; zeros: anything may */
	long shown;     /* how often it had */
};
extern struct Allocations allocations;

/* True from here on: what is allocated is the client's. For connectionWatch. */
void allocationsOfClient(bool inClient);

#endif
