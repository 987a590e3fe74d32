/* SPDX-License-Identifier: MIT */
/*
 * The tests of the store's reader, one function per file. `image` is a store, `all` are the certificates it
 * was made of, one behind the other.
 */

#ifndef STORE_TESTS_H
#define STORE_TESTS_H

#include "tlsBytes.h"

/* Up to this size of store everything is tried, in larger ones as much as takes a few seconds. */
#define SMALL_STORE 8192

void testLookup(struct TlsBytes image, struct TlsBytes all);
void testDamage(struct TlsBytes image);
void testMutations(struct TlsBytes image);
void testBinding(struct TlsBytes image);

#endif
