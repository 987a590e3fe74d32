/* SPDX-License-Identifier: MIT */
/*
 * Finds anchors by name, wherever they are kept.
 */

#include "tlsTrustInternal.h"

void tlsAnchorsFind(struct TlsTrust *trust, struct TlsBytes name, struct TlsAnchorSearch *search)
{
	search->trust = trust;
	search->name = name;
	search->next = trust->anchors;
	tlsStoreFind(&trust->store, name, &search->store);
}

bool tlsAnchorsNext(struct TlsAnchorSearch *search, struct TlsBytes *der)
{
	while (search->next != NULL) {
		const struct TlsAnchor *anchor = search->next;

		search->next = anchor->next;
		if (tlsDerSameName(anchor->subject, search->name)) {
			*der = anchor->der;
			return true;
		}
	}
	return tlsStoreNext(&search->store, der, &search->trust->failure);
}

bool tlsAnchorsHave(struct TlsTrust *trust, struct TlsBytes subject, struct TlsBytes der)
{
	struct TlsAnchorSearch search;
	struct TlsBytes anchor;

	tlsAnchorsFind(trust, subject, &search);
	while (tlsAnchorsNext(&search, &anchor)) {
		if (tlsBytesSame(anchor, der))
			return true;
	}
	return false;
}
