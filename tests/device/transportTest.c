/* SPDX-License-Identifier: MIT */
/*
 * The lwIP transport against a server on the host, in one scenario per run: `transportTest <scenario>
 * <port>`. The server's side of each scenario, and what it must have seen, is in transport.test.mjs. Prints
 * `passed`, or what failed.
 *
 *    transportConnecting.c, transportTraffic.c, transportClosing.c   the scenarios
 *    transportClient.c                                               what they share
 */

#include <stdio.h>
#include <stdlib.h>

#include "boardSemihosting.h"
#include "transportClient.h"

static bool isClean(size_t blocks)
{
	return boardHeapBlocks() == blocks && !lwip_stats.mem.used && !lwip_stats.memp[MEMP_PBUF_POOL]->used &&
		   !lwip_stats.memp[MEMP_TCP_SEG]->used;
}

/* Nothing may be left once the peer has answered: no block of ours, no buffer of lwIP's. */
static void checkLeaks(size_t blocks)
{
	static const struct BoardFaults perfect;
	uint32_t begun = boardMilliseconds();

	boardLinkSetFaults(&perfect);
	while (!isClean(blocks)) {
		if (boardMilliseconds() - begun > 20 * SECOND)
			clientFail("leaked: %d blocks; of lwIP %u bytes, %u buffers, %u segments",
				(int)(boardHeapBlocks() - blocks), (unsigned)lwip_stats.mem.used,
				lwip_stats.memp[MEMP_PBUF_POOL]->used, lwip_stats.memp[MEMP_TCP_SEG]->used);
		clientTurn();
	}
}

static const struct Scenario *find(const char *name)
{
	static const struct Scenario *const lists[] = {connectingScenarios, trafficScenarios, closingScenarios};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (const struct Scenario *each = lists[i]; each->name; each++)
			if (!strcmp(each->name, name))
				return each;
	clientFail("no scenario of that name: %s", name);
}

/* Arguments: scenario, port, and faults of the network if any. */
static void run(const char *name, const char *faultsText)
{
	const struct Scenario *scenario = find(name);
	struct BoardFaults faults;
	size_t blocks;

	if (!boardLinkParseFaults(faultsText, &faults))
		clientFail("faults not understood: %s", faultsText);
	boardLinkSetFaults(&faults);
	blocks = boardHeapBlocks();
	scenario->run();
	checkLeaks(blocks);
	puts("passed");
	exit(0);
}

int main(void)
{
	char line[200], name[40], faults[100] = "";
	unsigned number;

	if (!boardCommandLine(line, sizeof(line)) || sscanf(line, "%*s %39s %u %99s", name, &number, faults) < 2)
		clientFail("usage: transportTest scenario port [faults]");
	clientPort = (uint16_t)number;
	if (!boardNetworkStart())
		clientFail("no network");
	run(name, faults);
}
