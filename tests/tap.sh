# Sourced by the test scripts: each prints TAP lines, which tests/run counts.

ok() { printf 'ok - %s\n' "$1"; }
not_ok() { printf 'not ok - %s\n' "$1"; [ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/# /'; }
skip() { printf 'ok - %s # SKIP %s\n' "$1" "$2"; }

# check NAME COMMAND...: passes if the command does
check() {
	local name=$1 output
	shift
	if output=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$output"; fi
}
