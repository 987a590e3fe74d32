# SPDX-License-Identifier: MIT
# What the toolchains of this folder's projects have in common. MACHINE_FLAGS: what the compiler is told of the processor.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ.
set(CMAKE_C_FLAGS_INIT "${MACHINE_FLAGS} -ffunction-sections -fdata-sections -DTLS_BOARD")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "As the SDK compiles")
