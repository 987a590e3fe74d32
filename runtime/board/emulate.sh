#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs an image of this folder on the emulated board, with the image's arguments: emulate IMAGE [arguments...]
#
# What the image prints is standard output and standard error. It ends with the image's status.
#
#   BOARD_COUNT  1: time is counted in instructions, 8 ns each, and so repeatable
#   BOARD_LEAP   1: likewise, and idle time passes at once; only for programs without a peer, who lives in real time
#
# The emulator's own messages, such as of packets that the network chip had no room for, go to emulator.log.
set -eu

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || { echo "usage: emulate IMAGE [arguments...]" >&2; exit 2; }
image=$1
arguments=
for argument in "$@"; do
	arguments="$arguments,arg=$(printf %s "$argument" | sed 's/,/,,/g')"
done

count=
[ -z "${BOARD_COUNT:-}" ] || count="-icount shift=3"
[ -z "${BOARD_LEAP:-}" ] || count="-icount shift=3,sleep=off"

# What standard error was is descriptor 4 from here on. A socket, as Node makes them, cannot be opened by a name.
exec 4>&2 2>>"$folder/emulator.log"
errors="file,path=/dev/fd/4,append=on"
[ ! -S /dev/fd/4 ] || errors="socket,fd=4"

# The emulator ends with the process that started it, however that ends: the kernel sees to it. The words of $count are
# options of their own.
# shellcheck disable=SC2086
exec setpriv --pdeathsig KILL qemu-system-arm -M mps2-an385 -display none -monitor none -kernel "$folder/$image" $count \
	-chardev stdio,id=output,signal=off -serial chardev:output \
	-chardev "$errors,id=errors" -serial chardev:errors \
	-nic user,model=lan9118 \
	-semihosting-config "enable=on,target=native$arguments" </dev/null
