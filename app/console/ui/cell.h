/* What one cell of a list says. Portable; any thread. */
#ifndef NS_CONSOLE_CELL_H
#define NS_CONSOLE_CELL_H

enum { CELL_SIZE = 512 };

/* NULL is "". */
void cell_set(char out[CELL_SIZE], const char *text);
/* Line ends become spaces, and what was cut in the middle of a character goes. */
void cell_make_line(char out[CELL_SIZE]);

#endif
