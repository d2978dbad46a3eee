#!/bin/sh
# Runs in a guest, by busybox: small requests, with each tool watching, between two runs without. Prints
# "TOOL<TAB>REQUESTS" for each run, and leaves what the tool printed in /out/TOOL, one run after the other.
#
#   guest.sh ROUNDS SECONDS CONNECTIONS PORT MODE...    the attach modes of bpfhogs
rounds=$1 seconds=$2 connections=$3 port=$4
shift 4

load() {
	/bin/load server "$port" >/dev/null &
	server=$!
	sleep 1
	printf '%s\t%s\n' "$1" "$(/bin/load client 127.0.0.1 "$port" "$seconds" "$connections")"
	kill "$server"
	wait "$server"
}

# NAME COMMAND: it ends by SIGINT
load_with() {
	name=$1
	shift
	"$@" >>"/out/$name" &
	tool=$!
	sleep 6
	load "$name"
	sleep 3
	kill -INT "$tool"
	wait "$tool"
}

for _ in $(seq "$rounds"); do
	load none
	for mode; do
		load_with "bpfhogs, $mode" /bin/bpfhogs --attach "$mode" --json
	done
	load_with tcptop /bin/tcptop -C -r 1000 1
	load none
done
