# SPDX-License-Identifier: MIT
# Compiles for WebAssembly, with wasi-libc. Of the machine around it, only random numbers are asked for.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_C_STANDARD 11) # as wasi-libc's headers want it
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ. The messages are for people at a computer.
set(CMAKE_C_FLAGS_INIT "-ffunction-sections -fdata-sections -DTLS_BOARD -DTLS_TELLS_ANCHOR -DMODDEF_TLS_MESSAGES=1 -DMODDEF_TLS_PEERCERTIFICATE=1")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "It is a part of the npm package: -Os")
