# SPDX-License-Identifier: MIT
# Cross compiles for Xtensa with picolibc.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR xtensa)
set(CMAKE_C_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ.
set(CMAKE_C_FLAGS_INIT
	"--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs -ffunction-sections -fdata-sections -DTLS_BOARD")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "As on a device: -Os")
