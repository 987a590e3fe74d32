# SPDX-License-Identifier: MIT
# Cross compiles for RV32 with picolibc.
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(MACHINE_FLAGS "-march=rv32imc -mabi=ilp32 --specs=picolibc.specs")
include(${CMAKE_CURRENT_LIST_DIR}/../crossToolchain.cmake)
