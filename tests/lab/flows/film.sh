#!/bin/sh
# A desktop that changes once, and then stands still.
xsetroot -solid '#2b5b84'
sleep 3
xsetroot -solid '#842b5b'
sleep 7
