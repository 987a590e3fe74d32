# SPDX-License-Identifier: MIT
# All layers below the class, for another processor than the board's: MBEDTLS_DIR has Mbed TLS's sources.
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_BUILD_TYPE Release)
set(MBEDTLS_DIR "" CACHE PATH "Mbed TLS sources")

add_library(tlsWarnings INTERFACE)
target_compile_options(tlsWarnings INTERFACE -Wall -Wextra -Werror)

add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/../../native native EXCLUDE_FROM_ALL)
