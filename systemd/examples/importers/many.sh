#!/bin/sh
# many.sh SPOOL TARGET: any number may run at once.
# Its work: each body, byte for byte, into TARGET/<id>.
export LC_ALL=C
spool=$1 target=$2
[ -r "$spool/new" ] && [ -x "$spool/new" ] || { echo "$spool/new can't be read" >&2; exit 1; }

body() { # the sender's exact bytes; jq doesn't parse a JSON body, which may be beyond jq
  sed 's/\("bodyEncoding":"json","body":\).*/\1null}}/; /"bodyEncoding":"json"/q' "$1" |
    jq -r '"\(.data.bodyEncoding) \(.data.bodyBytes)"' | {
    read -r encoding bytes
    case $encoding in
    json) tail -c $((bytes + 3)) "$1" | head -c "$bytes" ;;
    text) jq -j .data.body "$1" ;;
    base64) jq -r .data.body "$1" | base64 -d ;;
    *) false ;;
    esac
  }
}

for task in "$spool"/new/*.json; do
  [ -f "$task" ] && [ ! -h "$task" ] || continue # not a task
  id=$(basename "$task" .json) claimed=$spool/cur/${task##*/}
  mv "$task" "$claimed" 2>/dev/null || continue # another was faster
  if body "$claimed" >"$target/.$id" && mv "$target/.$id" "$target/$id"; then
    rm "$claimed"
  else
    echo "many.sh could not do it" >"$spool/failed/$id.json.reason"
    mv "$claimed" "$spool/failed/"
  fi
done
