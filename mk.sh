#!/bin/bash
# own objects over the lead's library
L=/work/main/build/lead; P=services/intake/parser; R=services/intake/reader
F="-I/work/main -isystem $L/proto/generated -O1 -g0 -fPIC -pthread -Wall -Wextra -Wshadow -Wno-restrict -std=c++20"
set -e
objs=""
for s in "$@"; do
  o=/tmp/c2/o/$(basename $s .cc).o
  stale=1
  [ -f $o ] && [ -z "$(find $s $(dirname $s)/*.h /work/main/$R/source_text.h -newer $o)" ] && stale=0
  [ $stale = 1 ] && ccache c++ $F -c $s -o $o
  objs="$objs $o"
done
cd $L
eval "$(ninja -t commands intake_parse_tool | grep 'parse_tool.cc.o -o' | sed "s#^: && ##; s# && :\$##; s#parse_tool.cc.o -o services/intake/parser/intake_parse_tool#parse_tool.cc.o $objs -o /tmp/c2/tool#")"
