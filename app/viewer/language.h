/* The language that the viewer's system speaks to them. */
#ifndef NS_VIEWER_LANGUAGE_H
#define NS_VIEWER_LANGUAGE_H

#include "viewer/catalogue.h"

/* POSIX: LC_ALL, LC_MESSAGES or LANG, the first that is set; Windows: GetUserDefaultUILanguage. English where it is another. */
catalogue_language language_of_system(void);

#endif
