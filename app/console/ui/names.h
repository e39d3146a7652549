/* Names that no user reads: window classes, and where the console keeps what a user arranged. */
#ifndef NS_CONSOLE_NAMES_H
#define NS_CONSOLE_NAMES_H

#define NAME_WINDOW_CLASS L"NightshiftConsole"
#define NAME_PICTURE_CLASS L"NightshiftPicture"
#define NAME_WALL_CLASS L"NightshiftWall"
#define NAME_STORE L"NightshiftStore" /* a property of the window: which store it is for */
#define NAME_INSTANCE L"Local\\NightshiftConsole"

#define NAME_OPTIONS_KEY L"Software\\Nightshift\\Console"
#define NAME_LANGUAGE L"Language"
#define NAME_WINDOW L"Window"
#define NAME_RUN_WIDTH L"RunWidth"
#define NAME_RUN_HEIGHT L"RunHeight"
#define NAME_TREE_WIDTH L"TreeWidth"
#define NAME_VIEW L"View"
#define NAME_GROUP L"Group"
#define NAME_GROUP_STORE L"GroupStore" /* in which store the group has that number */
#define NAME_START L"Start."           /* and the number of a store: whether its first steps are shown */
#define NAME_BLUR L"BlurWall"
#define NAME_WORK L"WorkTheQueue"
#define NAME_COLUMNS L"Columns."
#define NAME_SORT L"Sort."
#define NAME_FILTERS L"Filters" /* below each, a key for each view, and a value for each that the user named */
#define NAME_COLUMN_SETS L"ColumnSets"

#define NAME_JSON L"json" /* what an exported file's name ends with */
#define NAME_SCRIPT L"ps1"

#define NAME_PERSONALIZE_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"
#define NAME_APPS_USE_LIGHT L"AppsUseLightTheme"
#define NAME_COLOR_SET L"ImmersiveColorSet"
#define NAME_THEME_EXPLORER L"DarkMode_Explorer"
#define NAME_THEME_ITEMS L"DarkMode_ItemsView"
#define NAME_THEME_FIELDS L"DarkMode_CFD"

#endif
