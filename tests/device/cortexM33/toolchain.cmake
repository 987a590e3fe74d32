# SPDX-License-Identifier: MIT
# Cross compiles for a Cortex-M33, as in a Pico 2 W.
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(MACHINE_FLAGS "-mcpu=cortex-m33 -mthumb")
include(${CMAKE_CURRENT_LIST_DIR}/../crossToolchain.cmake)
