#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a program on the emulated board. bin/xsrun calls it like the desktop's binary, when XSRUN_BUILD is the folder where
# the build puts it:
#
#   xsrun [--map=FILE] MAIN.js [arguments...]
#
#   BOARD_FAULTS  faults of the network, such as "loss=20,delay=5-40,seed=7" (see boardLink.h)
#
# and those of emulate.
set -eu

usage() {
	echo "usage: xsrun [--map=FILE] MAIN.js [arguments...]" >&2
	exit 2
}

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

# What to run, as board.h says.
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

exec "$(dirname -- "$0")/emulate" board /dev/fd/3 3<<EOT
$program
EOT
