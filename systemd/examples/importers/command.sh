#!/bin/sh
# command.sh TARGET, run over each task by:
#     levelwind task drain stock-updates --stdin body -- ./command.sh TARGET
# Its work: the body, byte for byte, into TARGET/<id>.
if ! cat >"$1/.$LEVELWIND_ID"; then
  exit 75 # not now: TARGET can't be written
elif [ ! -s "$1/.$LEVELWIND_ID" ]; then
  echo "an empty body from $LEVELWIND_WEBHOOK" >&2
  rm "$1/.$LEVELWIND_ID"
  exit 65 # never
fi
mv "$1/.$LEVELWIND_ID" "$1/$LEVELWIND_ID"
