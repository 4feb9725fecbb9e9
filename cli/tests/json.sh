#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is printed with -json, of each verb that has the flag, against the schema.  KTAP.
#
# The tests are called by name:
# shellcheck disable=SC2317

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

readonly schema=$PWD/../../docs/ioscli.schema.json

# The definition of the schema, the made-up kernel, and a command that lists something.
readonly listings='
lslpar - lslpar
lsdev - lsdev
lsdev - -p app1 lsdev
lsdev - lsdev -dev vhost0 -child
lsdev-parent - lsdev -dev app1_root -parent
lsdev-attr - lsdev -dev app1_root -attr
lsdev-attr - lsdev -dev hdisk0 -attr
lsdev-values - lsdev -dev app1_root -attr size,mirrored
lsdev-values - lsdev -dev hdisk0 -range queue_depth
lsdev-values - lsdev -dev app1_file -range alua_state
lsdev-vpd - lsdev -vpd
lsdev-vpd - lsdev -dev vhost0 -vpd
lsdev-slots - lsdev -slots
lsdev-slots - lsdev -dev vhost0 -slot
lsdev-class - lsdev -Cc adapter
lsdev-class - lsdev -Cc disk
lsmap - lsmap -all
lsmap optical lsmap -all
lsmap - lsmap -vadapter vhost0 -type disk
lsstat - lsstat
lsvopt optical lsvopt
lsrep - lsrep
lssp - lssp
lssp-detail - lssp -detail -sp datavg
lssp-bd - lssp -bd -sp datavg
lssp-bd - lssp -bd -sp fbpool
lsvg - lsvg
lsvg - lsvg datavg
lsvg-lv - lsvg -lv datavg
lsvg-pv - lsvg -pv datavg
map - lsvg -map datavg
map - lspv -map hdisk0
lslv - lslv app1_lv
lslv - lslv mir
lslv-pv - lslv -pv mir
lslv-map - lslv -map mir
lslv-free - lslv -free
lspv - lspv
lspv-size - lspv -size
lspv-size - lspv -free
lspv-size-one - lspv -size hdisk0
lspv-one - lspv hdisk0
lspv-lv - lspv -lv hdisk0
lspv-pv - lspv -pv hdisk0
monitor - monitor -all
lsmap-field - lsmap -all -field svsa vtd
lspv-field - lspv -field name size
'

# Standard input: definition, then a file with what was printed, on each line.
validate()
{
	python3 - "$schema" 3<&0 <<-END
	import json, os, sys
	from jsonschema import Draft202012Validator as Validator

	schema = json.load(open(sys.argv[1]))
	Validator.check_schema(schema)
	unused = {name for name, d in schema["\$defs"].items() if "title" in d}
	bad = 0

	def strict(node, chosen):
	    if isinstance(node, dict):
	        if "properties" in node:
	            node["additionalProperties"] = False
	            if chosen:
	                del node["required"]
	        for child in list(node.values()):
	            strict(child, chosen)

	def complain(what):
	    global bad
	    bad = 1
	    print("#", what)

	for line in os.fdopen(3):
	    word, file = line.split()
	    name = word.removesuffix("-field")
	    whole = json.loads(json.dumps(schema))
	    strict(whole["\$defs"][name], word != name)
	    whole["\$ref"] = "#/\$defs/" + name
	    text = open(file).read()
	    values = [json.loads(l) for l in text.splitlines()] if name == "monitor" \\
	        else [json.loads(text)]
	    if not values or values == [[]]:
	        complain(f"{word}: nothing is listed")
	    for value in values:
	        for e in Validator(whole).iter_errors(value):
	            complain(f"{word}: {e.json_path}: {e.message[:200]}")
	    unused.discard(name)
	for name in unused:
	    complain(f"{name}: never listed")
	sys.exit(bad)
	END
}

test_outputs_match()
{
	local name kernel words nr=0

	if ! python3 -c 'import jsonschema' 2>/dev/null; then
		SKIP="no python3-jsonschema"
		return
	fi
	while read -r name kernel words; do
		[ -n "$name" ] || continue
		# shellcheck disable=SC2086 # a command line
		VSCSI_FAKE=${kernel#-} run $words -json
		check_rc 0
		[ -s "$dir/err" ] && fail "$words: $(cat "$dir/err")"
		nr=$((nr + 1))
		cp "$dir/out" "$dir/json.$nr"
		echo "$name $dir/json.$nr" >> "$dir/listed"
	done <<< "$listings"
	validate < "$dir/listed" || OK=0
}

# A verb that gets the flag gets a definition.
test_all_verbs()
{
	local verb

	for verb in $("$IOSCLI" --list-verbs); do
		run help "$verb"
		if grep -q -- -json "$dir/out" && ! grep -q "\"title\": \"$verb\b" "$schema"; then
			fail "$verb is not in the schema"
		fi
	done
}

make_storage
make_pools
truncate -s 4M "$dir/vio/VMLibrary/dvd1" "$dir/vio/storagepools/fbpool/file1"
tests_run
