/* SPDX-License-Identifier: MIT */
/*
 * Test results in the Test Anything Protocol, and the programs' parts that produce them.
 */

#ifndef TAP_H
#define TAP_H

#include <stdbool.h>

/* Reports one test. The name is formatted as by printf. Returns `passed`. */
bool ok(bool passed, const char *name, ...) __attribute__((format(printf, 2, 3)));

/* Adds a line of explanation. */
void note(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Prints the plan. Returns the program's exit code. */
int finishTests(void);

/* One per file. */
void testUnits(void);
void testAddressTexts(void);
void testPath(void);
void testTrust(void);
void testOffers(void);
void testHandshakes(void);
void testData(void);
void testLife(void);
void testRefusals(void);
void testNames(void);
void testProtocol(void);
void testMisbehaviour(void);
void testMissing(void);
void testIdentities(void);
void testOpaqueKeys(void); /* in a build that has them */
void testSessions(void);
void testSessionCache(void);
void testRandom(void);
void testMemory(void);

/* After everything else. */
void testNothingLeft(void);

#endif
