/* A row of the preflight board. Portable. */
#ifndef NS_CONSOLE_BOARD_ROW_H
#define NS_CONSOLE_BOARD_ROW_H

#include "preflight/board.h"

typedef struct board_row {
    int64_t machine_id;
    int64_t at; /* ms UTC; 0 while it is being looked at */
    ns_verdict_kind verdict;
    unsigned char kinds[NS_CHECKS_MAXIMUM]; /* verdict + 1; 0: not asked for */
    char name[404];
    char forecast[NS_FORECAST_SIZE]; /* a phrase */
} board_row;

#endif
