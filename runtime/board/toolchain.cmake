# SPDX-License-Identifier: MIT
# Cross compiles for the emulated board: the code of a Cortex-M0+, which QEMU's mps2-an385 (a Cortex-M3) runs unchanged.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ.
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m0plus -mthumb -ffunction-sections -fdata-sections -DTLS_BOARD")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "Sizes are measured: -Os")
