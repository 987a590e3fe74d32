#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a program on the emulated board. bin/xsrun calls it like the desktop's binary, when XSRUN_BUILD is the folder where
# the build puts it:
#
#   xsrun [--map=FILE] MAIN.js [arguments...]
#
#   BOARD_FAULTS  faults of the network, such as "loss=20,delay=5-40,seed=7" (see boardLink.h)
#   BOARD_COUNT   1: time is counted in instructions, 8 ns each, and so repeatable
#   BOARD_LEAP    1: likewise, and idle time passes at once; only for programs without a peer, who lives in real time
#
# The emulator's own messages, such as of packets that the network chip had no room for, go to emulator.log beside this
# file. What the program prints does not.
set -eu

usage() {
	echo "usage: xsrun [--map=FILE] MAIN.js [arguments...]" >&2
	exit 2
}

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tab=$(printf '\t')
map=
while [ $# -gt 0 ]; do
	case $1 in
	--map=*) map=${1#--map=} ;;
	-*) usage ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || usage

program="main$tab$(readlink -f -- "$1")"
shift
for argument in "$@"; do
	program="$program
argument$tab$argument"
done
[ -z "$map" ] || program="$program
$(cat -- "$map")"
[ -z "${BOARD_FAULTS:-}" ] || program="$program
faults$tab$BOARD_FAULTS"

count=
[ -z "${BOARD_COUNT:-}" ] || count="-icount shift=3"
[ -z "${BOARD_LEAP:-}" ] || count="-icount shift=3,sleep=off"

# The program's file is descriptor 3. The first serial port is standard output, the second one is descriptor 4, which is what
# standard error was.
# $count has no spaces to keep.
# shellcheck disable=SC2086
exec qemu-system-arm -M mps2-an385 -display none -monitor none -kernel "$folder/board" $count \
	-chardev stdio,id=output,signal=off -serial chardev:output \
	-chardev file,id=errors,path=/dev/fd/4,append=on -serial chardev:errors \
	-nic user,model=lan9118 \
	-semihosting-config enable=on,target=native,arg=board,arg=/dev/fd/3 \
	3<<EOT 4>&2 2>>"$folder/emulator.log" </dev/null
$program
EOT
