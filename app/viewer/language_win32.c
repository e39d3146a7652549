#include <winsock2.h>
#include <windows.h>

#include "viewer/language.h"

catalogue_language language_of_system(void) {
    return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_GERMAN ? CATALOGUE_GERMAN : CATALOGUE_ENGLISH;
}
