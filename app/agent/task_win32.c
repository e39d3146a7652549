#define COBJMACROS
#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>
#include <taskschd.h>

#include "base/text.h"
#include "base/wide.h"
#include "model/startup.h"
#include "task.h"

enum { PRIORITY = 5 /* that of programs which a person starts; a task's own default is below it */ };

static const CLSID scheduler_class = {0x0F87369F, 0xA4E5, 0x4CFC, {0xBD, 0x3E, 0x73, 0xE6, 0x15, 0x45, 0x72, 0xDD}};
static const IID service_interface = {0x2FABA4C7, 0x4DA9, 0x4013, {0x96, 0x97, 0x20, 0xCC, 0x3F, 0xD4, 0x0F, 0x85}};
static const IID exec_interface = {0x4C3D624D, 0xFD6B, 0x49A3, {0xB9, 0xB7, 0x09, 0xCB, 0x3C, 0xD3, 0xF0, 0x47}};

static const WCHAR users[] = L"S-1-5-32-545"; /* the group Users, in every language */
static const VARIANT nothing = {0};           /* VT_EMPTY */

/* NULL when memory ran out, which the call that gets it refuses. */
static BSTR text_of(const WCHAR *wide) {
    return SysAllocString(wide);
}

static ns_status failed(HRESULT result, ns_error *error) {
    if (result == E_ACCESSDENIED)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotAdministrator", "Run it from a command prompt that was started as administrator.",
                            "A task for everybody may be made by an administrator only.");
    return ns_error_set_system(error, (uint32_t)result, "TaskNotMade", NULL, "The task at logon could not be made or removed");
}

static HRESULT open_folder(ITaskService **service, ITaskFolder **folder) {
    BSTR root = text_of(L"\\");
    HRESULT result = CoCreateInstance(&scheduler_class, NULL, CLSCTX_INPROC_SERVER, &service_interface, (void **)service);
    if (SUCCEEDED(result))
        result = ITaskService_Connect(*service, nothing, nothing, nothing, nothing);
    if (SUCCEEDED(result))
        result = ITaskService_GetFolder(*service, root, folder);
    SysFreeString(root);
    return result;
}

static HRESULT set_principal(ITaskDefinition *task) {
    BSTR group = text_of(users);
    IPrincipal *principal = NULL;
    HRESULT result = ITaskDefinition_get_Principal(task, &principal);
    if (SUCCEEDED(result))
        result = IPrincipal_put_GroupId(principal, group);
    if (SUCCEEDED(result))
        result = IPrincipal_put_RunLevel(principal, TASK_RUNLEVEL_LUA);
    if (principal)
        (void)IPrincipal_Release(principal);
    SysFreeString(group);
    return result;
}

/* The defaults end a task after three days, keep it from laptops on battery, and let one run at a time. */
static HRESULT set_settings(ITaskDefinition *task) {
    BSTR no_limit = text_of(L"PT0S");
    ITaskSettings *settings = NULL;
    HRESULT result = ITaskDefinition_get_Settings(task, &settings);
    if (SUCCEEDED(result))
        result = ITaskSettings_put_ExecutionTimeLimit(settings, no_limit);
    if (SUCCEEDED(result))
        result = ITaskSettings_put_Priority(settings, PRIORITY);
    if (SUCCEEDED(result))
        result = ITaskSettings_put_DisallowStartIfOnBatteries(settings, VARIANT_FALSE);
    if (SUCCEEDED(result))
        result = ITaskSettings_put_StopIfGoingOnBatteries(settings, VARIANT_FALSE);
    if (SUCCEEDED(result))
        result = ITaskSettings_put_MultipleInstances(settings, TASK_INSTANCES_PARALLEL);
    if (settings)
        (void)ITaskSettings_Release(settings);
    SysFreeString(no_limit);
    return result;
}

/* Without a user of its own: at anybody's. */
static HRESULT add_trigger(ITaskDefinition *task) {
    ITriggerCollection *triggers = NULL;
    ITrigger *trigger = NULL;
    HRESULT result = ITaskDefinition_get_Triggers(task, &triggers);
    if (SUCCEEDED(result))
        result = ITriggerCollection_Create(triggers, TASK_TRIGGER_LOGON, &trigger);
    if (trigger)
        (void)ITrigger_Release(trigger);
    if (triggers)
        (void)ITriggerCollection_Release(triggers);
    return result;
}

static HRESULT add_program(ITaskDefinition *task, const WCHAR *program, const WCHAR *arguments) {
    BSTR path = text_of(program);
    BSTR rest = text_of(arguments);
    IActionCollection *actions = NULL;
    IAction *action = NULL;
    IExecAction *exec = NULL;
    HRESULT result = ITaskDefinition_get_Actions(task, &actions);
    if (SUCCEEDED(result))
        result = IActionCollection_Create(actions, TASK_ACTION_EXEC, &action);
    if (SUCCEEDED(result))
        result = IAction_QueryInterface(action, &exec_interface, (void **)&exec);
    if (SUCCEEDED(result))
        result = IExecAction_put_Path(exec, path);
    if (SUCCEEDED(result))
        result = IExecAction_put_Arguments(exec, rest);
    if (exec)
        (void)IExecAction_Release(exec);
    if (action)
        (void)IAction_Release(action);
    if (actions)
        (void)IActionCollection_Release(actions);
    SysFreeString(path);
    SysFreeString(rest);
    return result;
}

static HRESULT enter(ITaskService *service, ITaskFolder *folder, const WCHAR *program, const WCHAR *arguments) {
    BSTR name = text_of(L"" NS_STARTUP_TASK);
    const VARIANT group = {.vt = VT_BSTR, .bstrVal = text_of(users)};
    ITaskDefinition *task = NULL;
    IRegisteredTask *registered = NULL;
    HRESULT result = ITaskService_NewTask(service, 0, &task);
    if (SUCCEEDED(result))
        result = set_principal(task);
    if (SUCCEEDED(result))
        result = set_settings(task);
    if (SUCCEEDED(result))
        result = add_trigger(task);
    if (SUCCEEDED(result))
        result = add_program(task, program, arguments);
    if (SUCCEEDED(result))
        result =
            ITaskFolder_RegisterTaskDefinition(folder, name, task, TASK_CREATE_OR_UPDATE, group, nothing, TASK_LOGON_GROUP, nothing, &registered);
    if (registered)
        (void)IRegisteredTask_Release(registered);
    if (task)
        (void)ITaskDefinition_Release(task);
    SysFreeString(group.bstrVal);
    SysFreeString(name);
    return result;
}

/* `program` NULL: the task is removed. */
static HRESULT change(const WCHAR *program, const WCHAR *arguments) {
    BSTR name = text_of(L"" NS_STARTUP_TASK);
    ITaskService *service = NULL;
    ITaskFolder *folder = NULL;
    const HRESULT begun = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    HRESULT result = open_folder(&service, &folder);
    if (SUCCEEDED(result))
        result = program ? enter(service, folder, program, arguments) : ITaskFolder_DeleteTask(folder, name, 0);
    if (folder)
        (void)ITaskFolder_Release(folder);
    if (service)
        (void)ITaskService_Release(service);
    if (SUCCEEDED(begun))
        CoUninitialize();
    SysFreeString(name);
    return result;
}

ns_status task_add(const char *program, const char *arguments, ns_error *error) {
    WCHAR *wide_program = ns_wide_from_utf8(program);
    WCHAR *wide_arguments = ns_wide_from_utf8(arguments);
    HRESULT result = wide_program && wide_arguments ? change(wide_program, wide_arguments) : E_OUTOFMEMORY;
    free(wide_program);
    free(wide_arguments);
    return SUCCEEDED(result) ? NS_OK : failed(result, error);
}

ns_status task_remove(ns_error *error) {
    const HRESULT result = change(NULL, NULL);
    return SUCCEEDED(result) || result == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) ? NS_OK : failed(result, error);
}
