# SPDX-License-Identifier: MIT
# Cross compiles for a Cortex-M33, as in a Pico 2 W.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ.
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m33 -mthumb -ffunction-sections -fdata-sections -DTLS_BOARD")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "As the SDK compiles")
