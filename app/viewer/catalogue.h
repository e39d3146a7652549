/* What core says, in the viewer's language. The German sentences are resources/german.json, which the build puts into each program that shows
 * something (premake5.lua); English needs none. Read once, before other threads begin; after that any thread. */
#ifndef NS_VIEWER_CATALOGUE_H
#define NS_VIEWER_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum catalogue_language { CATALOGUE_ENGLISH, CATALOGUE_GERMAN } catalogue_language;

/* False when memory ran out. */
bool catalogue_load(void);
void catalogue_use(catalogue_language language);
catalogue_language catalogue_current(void);
/* The sentence for an id in the current language, as ns_phrase_render asks for it; NULL where there is none, and always in English. */
const char *catalogue_find(const char *id);
/* A phrase (base/phrase.h) as the viewer reads it. Borrowed until the sixteenth call after this; one thread. */
const char *catalogue_say(const char *phrase);

#endif
