#!/bin/sh
# Runs a program that X knows as a screen locker (by its name), for $1 seconds, and goes on for $2.
copy=$(mktemp -d)/slock
cp /bin/sleep "$copy"
"$copy" "$1" &
sleep "$2"
