# SPDX-License-Identifier: MIT
# Cross compiles for RV32 with picolibc.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# TLS_BOARD: native/ asks for it where platforms differ.
set(CMAKE_C_FLAGS_INIT
	"-march=rv32imc -mabi=ilp32 --specs=picolibc.specs -ffunction-sections -fdata-sections -DTLS_BOARD")
set(CMAKE_C_FLAGS_RELEASE "-Os -DNDEBUG" CACHE STRING "Sizes are measured: -Os")
