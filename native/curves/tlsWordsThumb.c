/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic of words in the instructions of ARMv6-M: see tlsWords.h. It is assembly in a file of C because
 * mcconfig compiles no other.
 *
 * A product of two words is four of 16 by 16 bits (schoolbook). Products are added row by row (operand
 * scanning): one word of the first number by all words of the second, so that the first one's halves stay in
 * registers. A square takes each mixed product once and doubles their sum.
 */

#include "tlsWords.h"

#if TLS_WORDS_ASSEMBLY

/* clang-format off */
__asm__(
".syntax unified\n"

".macro TLS_FUNCTION name\n"
"	.pushsection .text.\\name, \"ax\", %progbits\n"
"	.balign 4\n"
"	.global \\name\n"
"	.type \\name, %function\n"
"	.thumb_func\n"
"\\name:\n"
".endm\n"

".macro TLS_END name\n"
"	.size \\name, . - \\name\n"
"	.popsection\n"
".endm\n"

/* Two words of a sum or difference, with the carry going through. */
".macro TLS_TWO operation\n"
"	ldmia r1!, {r4, r5}\n"
"	ldmia r2!, {r6, r7}\n"
"	\\operation r4, r6\n"
"	\\operation r5, r7\n"
"	stmia r0!, {r4, r5}\n"
".endm\n"

/* All words, four in a turn; between turns the carry is in r7. */
".macro TLS_ALL operation, carry\n"
"	push {r4-r7, lr}\n"
"	movs r7, #\\carry\n"
"1:	lsrs r7, r7, #1\n"
"	TLS_TWO \\operation\n"
"	TLS_TWO \\operation\n"
"	movs r7, #0\n"
"	adcs r7, r7\n"
"	subs r3, #4\n"
"	bne 1b\n"
".endm\n"

/* r0 = result, r1 and r2 = numbers, r3 = words */
"TLS_FUNCTION tlsWordsAdd\n"
"	TLS_ALL adcs, 0\n"
"	mov r0, r7\n"
"	pop {r4-r7, pc}\n"
"TLS_END tlsWordsAdd\n"

"TLS_FUNCTION tlsWordsSubtract\n"
"	TLS_ALL sbcs, 1\n"
"	subs r0, r7, #1\n" /* no borrow is a carry */
"	pop {r4-r7, pc}\n"
"TLS_END tlsWordsSubtract\n"

/* r0 and r1 = words; r0 = the product's low word, r1 its high one */
"TLS_FUNCTION tlsWordsProduct\n"
"	push {r4, lr}\n"
"	uxth r2, r0\n"
"	lsrs r0, r0, #16\n"
"	lsrs r3, r1, #16\n"
"	uxth r1, r1\n"
"	mov r4, r2\n"
"	muls r4, r1\n"     /* low * low */
"	muls r1, r0\n"     /* high * low */
"	muls r0, r3\n"     /* high * high */
"	muls r3, r2\n"     /* low * high */
"	movs r2, #0\n"
"	adds r1, r3\n"
"	adcs r2, r2\n"     /* the middle has 33 bits */
"	lsls r2, r2, #16\n"
"	lsls r3, r1, #16\n"
"	lsrs r1, r1, #16\n"
"	adds r1, r2\n"
"	adds r4, r3\n"
"	adcs r1, r0\n"
"	mov r0, r4\n"
"	pop {r4, pc}\n"
"TLS_END tlsWordsProduct\n"

".macro TLS_ENTER\n"
"	push {r4-r7, lr}\n"
"	mov r4, r8\n"
"	mov r5, r9\n"
"	mov r6, r10\n"
"	mov r7, r11\n"
"	push {r4-r7}\n"
".endm\n"

".macro TLS_LEAVE\n"
"	pop {r4-r7}\n"
"	mov r8, r4\n"
"	mov r9, r5\n"
"	mov r10, r6\n"
"	mov r11, r7\n"
"	pop {r4-r7, pc}\n"
".endm\n"

/* A fourth of the bits of a product of polynomials, those that r7 has: in r0 to r3 are these fourths of one,
   `a` to `d` have those of the other that go with them. */
".macro TLS_FOURTH a, b, c, d\n"
"	mov r4, \\a\n"
"	muls r4, r0\n"
"	mov r5, \\b\n"
"	muls r5, r1\n"
"	eors r4, r5\n"
"	mov r5, \\c\n"
"	muls r5, r2\n"
"	eors r4, r5\n"
"	mov r5, \\d\n"
"	muls r5, r3\n"
"	eors r4, r5\n"
"	ands r4, r7\n"
".endm\n"

/* r0 and r1 = words; r0 = the low word of their product. As in tlsWords.c. */
"TLS_FUNCTION tlsWordsPolynomial\n"
"	TLS_ENTER\n"
"	movs r7, #17\n"
"	lsls r6, r7, #8\n"
"	orrs r7, r6\n"
"	lsls r6, r7, #16\n"
"	orrs r7, r6\n"         /* 0x11111111 */
"	movs r6, r7\n"
"	ands r6, r1\n"
"	mov r8, r6\n"
"	lsls r6, r7, #1\n"
"	ands r6, r1\n"
"	mov r9, r6\n"
"	lsls r6, r7, #2\n"
"	ands r6, r1\n"
"	mov r10, r6\n"
"	lsls r6, r7, #3\n"
"	ands r6, r1\n"
"	mov r11, r6\n"
"	lsls r1, r7, #1\n"
"	ands r1, r0\n"
"	lsls r2, r7, #2\n"
"	ands r2, r0\n"
"	lsls r3, r7, #3\n"
"	ands r3, r0\n"
"	ands r0, r7\n"
"	TLS_FOURTH r8, r11, r10, r9\n"
"	mov r6, r4\n"
"	lsls r7, r7, #1\n"
"	TLS_FOURTH r9, r8, r11, r10\n"
"	orrs r6, r4\n"
"	lsls r7, r7, #1\n"
"	TLS_FOURTH r10, r9, r8, r11\n"
"	orrs r6, r4\n"
"	lsls r7, r7, #1\n"
"	TLS_FOURTH r11, r10, r9, r8\n"
"	orrs r6, r4\n"
"	mov r0, r6\n"
"	TLS_LEAVE\n"
"TLS_END tlsWordsPolynomial\n"

/*
 * A step of a row: adds the product of a word at r1 and the word whose halves are r8 and r2, and the word
 * `carry` that came from the step before, to the word at r0; `high` gets what goes to the next. Twenty-four
 * instructions, r4 to r6 spoilt.
 *
 * No sum overflows, since (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
 */
".macro TLS_PRODUCT offset, carry, high\n"
"	ldrh r4, [r1, #\\offset]\n"
"	ldrh \\high, [r1, #\\offset + 2]\n"
"	mov r5, r8\n"
"	muls r5, r4\n"          /* low * low */
"	mov r6, r8\n"
"	muls r6, \\high\n"      /* low * high */
"	muls r4, r2\n"          /* high * low */
"	muls \\high, r2\n"      /* high * high */
"	adds r4, r6\n"          /* both mixed products, of 33 bits */
"	movs r6, #0\n"
"	adcs r6, r6\n"
"	lsls r6, r6, #16\n"
"	adds \\high, r6\n"
"	lsls r6, r4, #16\n"
"	lsrs r4, r4, #16\n"
"	adds r5, r6\n"
"	adcs \\high, r4\n"
"	movs r6, #0\n"
"	adds r5, \\carry\n"
"	adcs \\high, r6\n"
"	ldr r4, [r0, #\\offset]\n"
"	adds r5, r4\n"
"	adcs \\high, r6\n"
"	str r5, [r0, #\\offset]\n"
".endm\n"

".pushsection .text.tlsWordsProducts, \"ax\", %progbits\n"
".balign 4\n"

/* A row of r7 / 4 words, which need not be a multiple of four: begins within the four steps below. */
".thumb_func\n"
"tlsWordsPartOfRow:\n"
"	negs r7, r7\n"
"	movs r3, #12\n"
"	ands r7, r3\n"          /* four times the steps to leave out */
"	subs r0, r7\n"
"	subs r1, r7\n"
"	muls r3, r7\n"          /* 48 bytes each */
"	adr r5, tlsWordsRow\n"
"	adds r5, r3\n"
"	movs r3, #0\n"          /* the carry is in one of these */
"	movs r7, #0\n"
"	mov pc, r5\n"

/* A row: r0 = sum, r1 = words up to r12, r8 and r2 = the halves of the word, r3 = 0. Returns the word above
   in r3, and r0 behind the row. */
".balign 4\n"
".thumb_func\n"
"tlsWordsRow:\n"
"	TLS_PRODUCT 0, r3, r7\n"
"	TLS_PRODUCT 4, r7, r3\n"
"	TLS_PRODUCT 8, r3, r7\n"
"	TLS_PRODUCT 12, r7, r3\n"
"	adds r0, #16\n"
"	adds r1, #16\n"
"	cmp r1, r12\n"
"	bne tlsWordsRow\n"
"	bx lr\n"

/* r0 and r3 bytes behind it: sets them to zero, eight in a turn. */
".thumb_func\n"
"tlsWordsClear:\n"
"	movs r4, #0\n"
"	movs r5, #0\n"
"	mov r6, r3\n"
"1:	stmia r0!, {r4, r5}\n"
"	subs r6, #8\n"
"	bne 1b\n"
"	subs r0, r3\n"
"	bx lr\n"

/* r0 = result, r1 = number, r2 = word, r3 = words */
"TLS_FUNCTION tlsWordsAddProduct\n"
"	push {r4-r7, lr}\n"
"	mov r7, r8\n"
"	push {r7}\n"
"	lsls r3, r3, #2\n"
"	adds r3, r1\n"
"	mov r12, r3\n"
"	uxth r4, r2\n"
"	lsrs r2, r2, #16\n"
"	mov r8, r4\n"
"	movs r3, #0\n"
"	bl tlsWordsRow\n"
"	mov r0, r3\n"
"	pop {r3}\n"
"	mov r8, r3\n"
"	pop {r4-r7, pc}\n"
"TLS_END tlsWordsAddProduct\n"

/* r0 = result, r1 = first number, r2 = second number, r3 = words. In the loop r9 and r11 are where the first
   number goes on and ends, r10 and r12 where the second begins and ends. */
"TLS_FUNCTION tlsWordsMultiply\n"
"	TLS_ENTER\n"
"	lsls r3, r3, #2\n"
"	mov r9, r1\n"
"	adds r1, r3\n"
"	mov r11, r1\n"
"	mov r10, r2\n"
"	adds r2, r3\n"
"	mov r12, r2\n"
"	bl tlsWordsClear\n"
"	subs r3, #4\n"
"	push {r3}\n"
"1:	mov r4, r9\n"
"	ldrh r5, [r4]\n"
"	ldrh r2, [r4, #2]\n"
"	mov r8, r5\n"
"	adds r4, #4\n"
"	mov r9, r4\n"
"	mov r1, r10\n"
"	movs r3, #0\n"
"	bl tlsWordsRow\n"
"	str r3, [r0]\n"
"	ldr r3, [sp]\n"
"	subs r0, r3\n"          /* one word further than before */
"	cmp r9, r11\n"
"	bne 1b\n"
"	pop {r3}\n"
"	TLS_LEAVE\n"
"TLS_END tlsWordsMultiply\n"

/* r0 = result, r1 = number, r2 = words. In the loop r9 and r12 are where the number goes on and ends, r10 is
   where the row begins in the result. */
"TLS_FUNCTION tlsWordsSquare\n"
"	TLS_ENTER\n"
"	push {r0, r1}\n"
"	lsls r3, r2, #2\n"
"	mov r9, r1\n"
"	adds r1, r3\n"
"	mov r12, r1\n"
"	bl tlsWordsClear\n"
"	lsls r4, r3, #1\n"
"	adds r4, r0\n"
"	subs r4, #4\n"
"	str r5, [r4]\n"         /* the last word */
"	adds r0, #4\n"
"1:	mov r10, r0\n"
"	mov r1, r9\n"
"	ldrh r4, [r1]\n"
"	ldrh r2, [r1, #2]\n"
"	mov r8, r4\n"
"	adds r1, #4\n"
"	mov r9, r1\n"
"	mov r7, r12\n"
"	subs r7, r1\n"
"	bl tlsWordsPartOfRow\n"
"	str r3, [r0]\n"
"	mov r0, r10\n"
"	adds r0, #8\n"
"	mov r4, r9\n"
"	adds r4, #4\n"
"	cmp r4, r12\n"
"	bne 1b\n"
"	pop {r0, r1}\n"
"	movs r2, #0\n"          /* the carry of doubling */
"	movs r3, #0\n"          /* that of adding */
"2:	ldrh r4, [r1]\n"
"	ldrh r7, [r1, #2]\n"
"	adds r1, #4\n"
"	mov r5, r4\n"
"	muls r5, r4\n"
"	muls r4, r7\n"
"	muls r7, r7\n"
"	lsls r6, r4, #17\n"
"	lsrs r4, r4, #15\n"
"	adds r5, r6\n"
"	adcs r7, r4\n"          /* the square of a word */
"	ldr r4, [r0]\n"
"	ldr r6, [r0, #4]\n"
"	lsrs r2, r2, #1\n"      /* to the carry flag, and zero */
"	adcs r4, r4\n"
"	adcs r6, r6\n"
"	adcs r2, r2\n"
"	lsrs r3, r3, #1\n"
"	adcs r4, r5\n"
"	adcs r6, r7\n"
"	adcs r3, r3\n"
"	stmia r0!, {r4, r6}\n"
"	cmp r1, r12\n"
"	bne 2b\n"
"	TLS_LEAVE\n"
"TLS_END tlsWordsSquare\n"

".popsection\n"

/* A word of a remainder: the sum of words of the product at r1, by their numbers, goes to r0. `low` is the
   carry, `high` gets the next; both have signs. r5 = 0. */
".macro TLS_COLUMN at, low, high, plus:req, minus:req\n"
"	ldr r4, [r1, #4 * \\at]\n"
"	asrs \\high, \\low, #31\n"
"	adds \\low, r4\n"
"	adcs \\high, r5\n"
".irp word, \\plus\n"
"	ldr r4, [r1, #4 * \\word]\n"
"	adds \\low, r4\n"
"	adcs \\high, r5\n"
".endr\n"
".irp word, \\minus\n"
"	ldr r4, [r1, #4 * \\word]\n"
"	subs \\low, r4\n"
"	sbcs \\high, r5\n"
".endr\n"
"	str \\low, [r0, #4 * \\at]\n"
".endm\n"

/* r0 = remainder, r1 = product. The same numbers as in tlsWords.c. */
"TLS_FUNCTION tlsWordsReduceP256\n"
"	push {r4, r5, lr}\n"
"	movs r2, #0\n"
"	movs r5, #0\n"
"	TLS_COLUMN 0, r2, r3, \"8, 9\", \"11, 12, 13, 14\"\n"
"	TLS_COLUMN 1, r3, r2, \"9, 10\", \"12, 13, 14, 15\"\n"
"	TLS_COLUMN 2, r2, r3, \"10, 11\", \"13, 14, 15\"\n"
"	TLS_COLUMN 3, r3, r2, \"11, 11, 12, 12, 13\", \"8, 9, 15\"\n"
"	TLS_COLUMN 4, r2, r3, \"12, 12, 13, 13, 14\", \"9, 10\"\n"
"	TLS_COLUMN 5, r3, r2, \"13, 13, 14, 14, 15\", \"10, 11\"\n"
"	TLS_COLUMN 6, r2, r3, \"13, 14, 14, 14, 15, 15\", \"8, 9\"\n"
"	TLS_COLUMN 7, r3, r2, \"8, 15, 15, 15\", \"10, 11, 12, 13\"\n"
"	mov r0, r2\n"
"	pop {r4, r5, pc}\n"
"TLS_END tlsWordsReduceP256\n"

"TLS_FUNCTION tlsWordsReduceP384\n"
"	push {r4, r5, lr}\n"
"	movs r2, #0\n"
"	movs r5, #0\n"
"	TLS_COLUMN 0, r2, r3, \"12, 20, 21\", \"23\"\n"
"	TLS_COLUMN 1, r3, r2, \"13, 22, 23\", \"12, 20\"\n"
"	TLS_COLUMN 2, r2, r3, \"14, 23\", \"13, 21\"\n"
"	TLS_COLUMN 3, r3, r2, \"12, 15, 20, 21\", \"14, 22, 23\"\n"
"	TLS_COLUMN 4, r2, r3, \"12, 13, 16, 20, 21, 21, 22\", \"15, 23, 23\"\n"
"	TLS_COLUMN 5, r3, r2, \"13, 14, 17, 21, 22, 22, 23\", \"16\"\n"
"	TLS_COLUMN 6, r2, r3, \"14, 15, 18, 22, 23, 23\", \"17\"\n"
"	TLS_COLUMN 7, r3, r2, \"15, 16, 19, 23\", \"18\"\n"
"	TLS_COLUMN 8, r2, r3, \"16, 17, 20\", \"19\"\n"
"	TLS_COLUMN 9, r3, r2, \"17, 18, 21\", \"20\"\n"
"	TLS_COLUMN 10, r2, r3, \"18, 19, 22\", \"21\"\n"
"	TLS_COLUMN 11, r3, r2, \"19, 20, 23\", \"22\"\n"
"	mov r0, r2\n"
"	pop {r4, r5, pc}\n"
"TLS_END tlsWordsReduceP384\n"

/* r0 = remainder, r1 = product: its words and 38 times those that are eight further. r3 goes from each word
   to the next. */
"TLS_FUNCTION tlsWordsReduce25519\n"
"	push {r4-r7, lr}\n"
"	movs r2, #38\n"
"	movs r3, #0\n"
"	movs r7, #8\n"
"1:	ldrh r4, [r1, #32]\n"
"	ldrh r5, [r1, #34]\n"
"	muls r4, r2\n"
"	muls r5, r2\n"
"	lsls r6, r5, #16\n"
"	lsrs r5, r5, #16\n"
"	adds r3, r4\n"         /* no carry: both are small */
"	adds r3, r6\n"
"	movs r6, #0\n"
"	adcs r5, r6\n"
"	ldmia r1!, {r4}\n"
"	adds r4, r3\n"
"	adcs r5, r6\n"
"	stmia r0!, {r4}\n"
"	mov r3, r5\n"
"	subs r7, #1\n"
"	bne 1b\n"
"	mov r0, r3\n"
"	pop {r4-r7, pc}\n"
"TLS_END tlsWordsReduce25519\n"

/* Two words at r0 and the words `first` and `second`, with the carry going through. */
".macro TLS_INTO first, second\n"
"	ldr r6, [r0]\n"
"	ldr r7, [r0, #4]\n"
"	adcs r6, \\first\n"
"	adcs r7, \\second\n"
"	stmia r0!, {r6, r7}\n"
".endm\n"

/* r1 = the carry, and what of `word` has gone further than it. */
".macro TLS_ABOVE word, size\n"
"	movs r1, #0\n"
"	adcs r1, r1\n"
"	asrs r2, \\word, #31\n"
"	adds r1, r2\n"
"	subs r0, #4 * \\size\n"
".endm\n"

/* Defines tlsWordsFold`name`, which runs `name`, which follows, twice. */
".macro TLS_TWICE name\n"
"	TLS_FUNCTION tlsWordsFold\\name\n"
"	push {r4-r7, lr}\n"
"	bl tlsWordsOnce\\name\n"
"	bl tlsWordsOnce\\name\n"
"	pop {r4-r7, pc}\n"
".thumb_func\n"
"tlsWordsOnce\\name:\n"
".endm\n"

/* In what follows, r0 = number, r1 = what stands above it, which becomes what stands above it then. The word
   r1 and those that follow from it are a number with a sign. */
"TLS_TWICE P256\n"
"	asrs r2, r1, #31\n"    /* words 1, 2 */
"	subs r3, r2, r1\n"     /* 3 */
"	asrs r4, r3, #31\n"    /* 4, 5 */
"	subs r5, r4, r1\n"     /* 6 */
"	asrs r6, r5, #31\n"
"	adds r6, r1\n"         /* 7 */
"	mov r12, r6\n"
"	ldr r6, [r0]\n"
"	ldr r7, [r0, #4]\n"
"	adds r6, r1\n"
"	adcs r7, r2\n"
"	stmia r0!, {r6, r7}\n"
"	TLS_INTO r2, r3\n"
"	TLS_INTO r4, r4\n"
"	mov r1, r12\n"
"	TLS_INTO r5, r1\n"
"	mov r3, r12\n"
"	TLS_ABOVE r3, 8\n"
"	bx lr\n"
"TLS_END tlsWordsFoldP256\n"

"TLS_TWICE P384\n"
"	asrs r2, r1, #31\n"
"	subs r2, r1\n"         /* word 1 */
"	asrs r3, r2, #31\n"    /* 2 */
"	adds r4, r3, r1\n"     /* 3 */
"	asrs r5, r4, #31\n"
"	adds r5, r1\n"         /* 4 */
"	ldr r6, [r0]\n"
"	ldr r7, [r0, #4]\n"
"	adds r6, r1\n"
"	adcs r7, r2\n"
"	stmia r0!, {r6, r7}\n"
"	TLS_INTO r3, r4\n"
"	mov r12, r5\n"
"	ldr r6, [r0]\n"
"	ldr r7, [r0, #4]\n"
"	adcs r6, r5\n"
"	sbcs r1, r1\n"         /* the carry, without 1 */
"	asrs r5, r5, #31\n"    /* 5 to 11 */
"	adds r1, #1\n"
"	lsrs r1, r1, #1\n"
"	adcs r7, r5\n"
"	stmia r0!, {r6, r7}\n"
"	TLS_INTO r5, r5\n"
"	TLS_INTO r5, r5\n"
"	TLS_INTO r5, r5\n"
"	TLS_ABOVE r5, 12\n"
"	bx lr\n"
"TLS_END tlsWordsFoldP384\n"

"TLS_TWICE 25519\n"
"	movs r2, #38\n"
"	muls r1, r2\n"
"	asrs r2, r1, #31\n"    /* words 1 to 7 */
"	ldr r6, [r0]\n"
"	ldr r7, [r0, #4]\n"
"	adds r6, r1\n"
"	adcs r7, r2\n"
"	stmia r0!, {r6, r7}\n"
"	TLS_INTO r2, r2\n"
"	TLS_INTO r2, r2\n"
"	TLS_INTO r2, r2\n"
"	TLS_ABOVE r2, 8\n"
"	bx lr\n"
"TLS_END tlsWordsFold25519\n"
);
/* clang-format on */

#endif
