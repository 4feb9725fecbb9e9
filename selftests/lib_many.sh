# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A thousand mappings: for the test, and for the benchmark.

# Have 64 server adapters.
many_adapters()
{
	local n

	for ((n = 1; n < 64; n++)); do
		echo "mkvadapter -any"
	done | ioscli -f - >/dev/null
}

# Write to file $2 a backup that has $1 mappings of memory, as many on each adapter.
backup_of()
{
	ioscli viosbr -backup -file "$2.now" >/dev/null
	jq -c -n --argjson nr "$1" '[inputs] as $all | ("0123456789abcdef" / "") as $hex |
		[$all[] | select(.type == "server") | .slot] as $slots |
		[$all[] | select(.kind | IN("partition", "adapter"))] as $rest |
		[range($nr) | (129 + (. / 64 | floor)) as $target | {
			kind: "vtd", partition: 1, slot: $slots[. % 64], name: "many\(.)",
			type: "ram", backing: "ram", udid: "ram.many\(.)", size: 65536, block_size: 512,
			lun: "0x\($hex[$target / 16 | floor])\($hex[$target % 16])00000000000000"
		}] as $vtds | $all[0], $rest[], $vtds[],
		{ kind: "end", objects: ($rest + $vtds | length) }' "$2.now" >"$2"
	rm "$2.now"
}
