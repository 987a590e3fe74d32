# SPDX-License-Identifier: MIT
# Cross compiles for Xtensa with picolibc.
set(CMAKE_SYSTEM_PROCESSOR xtensa)
set(CMAKE_C_COMPILER xtensa-lx106-elf-gcc)
set(MACHINE_FLAGS "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs")
include(${CMAKE_CURRENT_LIST_DIR}/../crossToolchain.cmake)
