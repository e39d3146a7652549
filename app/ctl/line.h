/* The command line, read before anything is done: what holds for every command, which command it is, its words and options. */
#ifndef NS_CTL_LINE_H
#define NS_CTL_LINE_H

#include "command.h"

typedef struct line {
    const char *store;    /* NULL for the default one */
    const char *language; /* "en" or "de", or what was given for it; NULL: the system's */
    bool json;
    bool help;
    const verb *verb; /* NULL: there is no such command */
    char **words;     /* that are left, with those of the command; borrowed */
    int count;
    int command_words; /* so many of them name the command */
} line;

/* The tables of verbs, each ends with one that has no noun. NULL at the end. */
extern const verb *const verb_tables[];

/* Takes what holds for every command out of argv, which is changed and borrowed, and finds the command. NS_STATUS_INVALID with MissingValue. */
NS_MUST_USE ns_status line_read(int argc, char **argv, line *out, ns_error *error);
/* The words and options of the command that was found. NS_STATUS_INVALID with UnknownOption, MissingValue, WrongArguments. */
NS_MUST_USE ns_status line_read_arguments(const line *self, arguments *out, ns_error *error);

#endif
