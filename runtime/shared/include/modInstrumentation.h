/* SPDX-License-Identifier: MIT */
/*
 * The SDK's counters, which this runtime does not keep.
 */

#ifndef MOD_INSTRUMENTATION_H
#define MOD_INSTRUMENTATION_H

#define modInstrumentationInit()
#define modInstrumentationSetCallback(what, getter)
#define modInstrumentationSet(what, value)
#define modInstrumentationMin(what, value)
#define modInstrumentationMax(what, value)
#define modInstrumentationAdjust(what, value)
#define modInstrumentationGet(the, what) (0)

#endif
