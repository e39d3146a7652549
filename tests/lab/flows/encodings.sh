#!/bin/sh
# One after the other, as several programs in one script put out: escapes, a C1 control, a turned name, CP850, UTF-16 with a mark, UTF-8.
printf 'A\033[2J\033]0;owned\007\033]52;c;cm0=\007\033]8;;http://x\007link\033[31mred B\n'
printf '\302\233' ; printf '31mC1\n'
printf 'RLO \342\200\256gnp.exe\n'
printf 'f\201r 14\204 (CP850)\n'
printf '\377\376H\0i\0\n\0'
printf 'f\303\274r 14\342\202\254\n'
