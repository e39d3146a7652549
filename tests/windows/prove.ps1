<#
.SYNOPSIS
  Shows on a real Windows what was only seen elsewhere: the rows of "On Windows" in docs/verification.md.
.DESCRIPTION
  For Windows 11 and Windows Server 2016 to 2025, as administrator, on one machine against itself (127.0.0.2). It makes two local users with random
  passwords, switches Remote Desktop on, installs the agent, runs the unit tests, the self-test, runs of several kinds, preflights, the set-up program;
  writes proof.json and proof.html with a line for each row; and puts everything back, also after Ctrl+C.
  Windows 11 has one active session: start this from SSH or as a scheduled task, not from its desktop, or the person there is asked to leave.
  docs/verification.md says how to send a proof in.
.PARAMETER Programs
  The folder of nightshift.exe, nightshiftctl.exe, nightshift-runner.exe, nightshift-agent.exe; unit-tests.exe where there is one.
.PARAMETER Setup
  The set-up program, if that is to be tried as well.
.PARAMETER Out
  Where proof.json and proof.html go.
.PARAMETER Page
  docs/verification.md, which says what the rows are.
.EXAMPLE
  powershell -ExecutionPolicy Bypass -File tests\windows\prove.ps1 -Programs build\windows
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
  [string]$Programs = (Join-Path $PSScriptRoot '..\..\build\windows'),
  [string]$Setup = '',
  [string]$Out = (Get-Location).Path,
  [string]$Page = (Join-Path $PSScriptRoot '..\..\docs\verification.md')
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$Programs = (Resolve-Path $Programs).Path
$ctl = Join-Path $Programs 'nightshiftctl.exe'
$agent = Join-Path $Programs 'nightshift-agent.exe'
$work = Join-Path $env:ProgramData ('NightshiftProof-' + [Guid]::NewGuid().ToString('N').Substring(0, 8))
$store = Join-Path $work 'proof.db'
$users = @('nsproof1', 'nsproof2')
$remoteDesktopUsers = 'S-1-5-32-555'
$arp = '\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
$runKey = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Run'

$script:rows = [ordered]@{}
$script:before = $null
$script:passwords = @{}

# Each row of the page: | `id` | what | where | … |
foreach ($line in Get-Content -Path $Page -Encoding UTF8) {
  if ($line -match '^\| `([a-z0-9-]+)` \| ([^|]+) \|') {
    $script:rows[$Matches[1]] = [ordered]@{ id = $Matches[1]; what = $Matches[2].Trim(); outcome = 'not-tried'; note = '' }
  }
}
if ($script:rows.Count -eq 0) { throw "$Page has no rows." }

function Write-Row([string]$Id, [bool]$Seen, [string]$Note) {
  if (-not $script:rows.Contains($Id)) { throw "No row is called $Id." }
  $row = $script:rows[$Id]
  # What failed once is not seen, whatever else went well.
  if ($row.outcome -ne 'failed') { $row.outcome = $(if ($Seen) { 'seen' } else { 'failed' }) }
  if ($Note) { $row.note = (@($row.note, $Note) | Where-Object { $_ }) -join '; ' }
  Write-Output ('{0,-8} {1}  {2}' -f $row.outcome, $Id, $Note)
}

# What the block says is the note; what it throws is why the row was not seen.
function Test-Row([string]$Id, [scriptblock]$Try) {
  try { Write-Row $Id $true ([string](& $Try)) }
  catch { Write-Row $Id $false $_.Exception.Message }
}

function Assert-That([bool]$Holds, [string]$Else) {
  if (-not $Holds) { throw $Else }
}

# As CommandLineToArgvW reads it back.
function Format-Argument([string]$Word) {
  if ($Word -ne '' -and $Word -notmatch '[\s"]') { return $Word }
  return '"' + (($Word -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1') + '"'
}

# A program's exit code and what it printed; what it reads is never an argument.
function Invoke-Program([string]$File, [string[]]$Words, [string]$Typed = '', [int]$Seconds = 300) {
  $start = New-Object System.Diagnostics.ProcessStartInfo
  $start.FileName = $File
  $start.Arguments = ($Words | ForEach-Object { Format-Argument $_ }) -join ' '
  $start.UseShellExecute = $false
  $start.RedirectStandardInput = $true
  $start.RedirectStandardOutput = $true
  $start.RedirectStandardError = $true
  $start.StandardOutputEncoding = [Text.Encoding]::UTF8
  $process = [System.Diagnostics.Process]::Start($start)
  if ($Typed) { $process.StandardInput.WriteLine($Typed) }
  $process.StandardInput.Close()
  $said = $process.StandardOutput.ReadToEndAsync()
  $complained = $process.StandardError.ReadToEndAsync()
  if (-not $process.WaitForExit($Seconds * 1000)) {
    $process.Kill()
    throw "$(Split-Path $File -Leaf) $($Words -join ' ') did not end within $Seconds s."
  }
  return [pscustomobject]@{ Code = $process.ExitCode; Out = $said.Result; Err = $complained.Result }
}

function Invoke-Ctl([string[]]$Words, [string]$Typed = '', [int]$Seconds = 300) {
  return Invoke-Program $ctl (@('--language', 'en', '--store', $store) + $Words) $Typed $Seconds
}

function Invoke-Good([string[]]$Words, [string]$Typed = '') {
  $done = Invoke-Ctl $Words $Typed
  Assert-That ($done.Code -eq 0) "nightshiftctl $($Words -join ' '): $($done.Err.Trim())"
  return $done
}

function Invoke-Run([string]$Flow, [string]$Connection) {
  $done = Invoke-Ctl @('run', 'start', 'self', '--flow', $Flow, '--connection', $Connection, '--wait', '--json')
  Assert-That ($done.Out.Trim().StartsWith('{')) "A run of $Flow did not begin: $($done.Err.Trim())"
  return $done.Out | ConvertFrom-Json
}

function Get-RandomPassword {
  $bytes = New-Object byte[] 18
  $source = [Security.Cryptography.RandomNumberGenerator]::Create()
  $source.GetBytes($bytes)
  $source.Dispose()
  return 'Aa1!' + [Convert]::ToBase64String($bytes).Replace('+', 'x').Replace('/', 'y').Replace('=', '')
}

function Add-ProofUser([string]$Name) {
  $script:passwords[$Name] = Get-RandomPassword
  $secure = New-Object Security.SecureString
  foreach ($letter in $script:passwords[$Name].ToCharArray()) { $secure.AppendChar($letter) }
  New-LocalUser -Name $Name -Password $secure -PasswordNeverExpires -AccountNeverExpires -Description 'Nightshift proof' | Out-Null
  if ($Name -ne $users[0]) { Add-LocalGroupMember -SID $remoteDesktopUsers -Member $Name }
}

function Read-Value([string]$Path, [string]$Name) {
  $item = Get-ItemProperty -Path $Path -ErrorAction SilentlyContinue
  if ($item -and $item.PSObject.Properties[$Name]) { return $item.$Name }
  return $null
}

# The script that makes a machine ready, as an administrator runs it: for the first user, and with its own undo.
function Invoke-Prepare([string[]]$Words) {
  return Invoke-Program (Join-Path $PSHOME 'powershell.exe') (@('-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', (Join-Path $work 'prepare.ps1')) + $Words)
}

function Initialize-Machine {
  foreach ($name in $users) {
    if (Get-LocalUser -Name $name -ErrorAction SilentlyContinue) { throw "A user $name is here already: an earlier proof was not put back, or it is somebody's." }
  }
  if (Get-Service -Name NightshiftWorker -ErrorAction SilentlyContinue) { throw 'A worker is a service here already: the proof would take it away.' }
  if ($Setup -and ((Test-Path "HKLM:$arp\Nightshift") -or (Test-Path "HKCU:$arp\Nightshift"))) {
    throw 'Nightshift is installed here already: without -Setup the proof leaves it alone.'
  }
  $script:before = @{ Agent = Read-Value $runKey 'NightshiftAgent' }
  New-Item -ItemType Directory -Path $work | Out-Null
  foreach ($name in $users) { Add-ProofUser $name }
  [void](Invoke-Good @('machine', 'add', 'self', '--host', '127.0.0.2'))
  [void](Invoke-Good @('settings', 'set', 'self', 'agent.start=installed', 'signin.interval=0'))
  foreach ($name in $users) {
    [void](Invoke-Good @('connection', 'add', $name, '--user', ".\$name", '--password-stdin') $script:passwords[$name])
  }
  [void](Invoke-Good @('machine', 'prepare', 'self', '--connection', $users[0], '--output', (Join-Path $work 'prepare.ps1')))
  $done = Invoke-Prepare @()
  Assert-That ($done.Code -eq 0) "prepare.ps1 ended with $($done.Code): $($done.Out.Trim()) $($done.Err.Trim())"
  Start-Service -Name TermService
  for ($i = 0; $i -lt 60 -and -not (Test-NetConnection 127.0.0.2 -Port 3389 -InformationLevel Quiet -WarningAction SilentlyContinue); $i++) { Start-Sleep -Seconds 1 }
  [void](Invoke-Good @('flow', 'add', 'hello', '--program', 'cmd.exe', '--arguments', '/c echo hello from %USERNAME%'))
  [void](Invoke-Good @('flow', 'add', 'three', '--program', 'cmd.exe', '--arguments', '/c exit 3'))
  [void](Invoke-Good @('flow', 'add', 'long', '--program', 'ping.exe', '--arguments', '-n 30 127.0.0.1', '--timeout', '5'))
  [void](Invoke-Good @('flow', 'add', 'script', '--program', 'powershell.exe', '--arguments', '-NoProfile -Command "1..2000 | ForEach-Object { $_ }"'))
  [void](Invoke-Good @('flow', 'add', 'missing', '--program', 'C:\no\such\program.exe'))
}

# One step that fails does not keep the others from being put back.
function Invoke-Step([string]$What, [scriptblock]$Step) {
  try { & $Step } catch { Write-Warning "Not put back: $What ($($_.Exception.Message))" }
}

function Restore-User([string]$Name) {
  $user = Get-LocalUser -Name $Name -ErrorAction SilentlyContinue
  if (-not $user) { return }
  $sessions = Invoke-Program (Join-Path $env:SystemRoot 'System32\quser.exe') @($Name) # it complains where there is none, in Windows' language
  foreach ($line in $sessions.Out -split '\r?\n') { if ($line -match "^[ >]$Name\s.*?\s(\d+)\s+\S") { [void](Invoke-Program (Join-Path $env:SystemRoot 'System32\logoff.exe') @($Matches[1])) } }
  Start-Sleep -Seconds 2
  Invoke-Step "the profile of $Name" { Get-CimInstance -ClassName Win32_UserProfile -Filter "SID = '$($user.SID.Value)'" | Remove-CimInstance }
  Remove-LocalUser -Name $Name
}

function Restore-Machine {
  if (-not $script:before) { return }
  if (Test-Path (Join-Path $work 'prepare.ps1')) {
    $done = Invoke-Prepare @('-Undo')
    Write-Row 'prepare' ($done.Code -eq 0) "made ready, and undone: $($done.Out.Trim()) $($done.Err.Trim())"
  }
  foreach ($name in $users) { Invoke-Step $name { Restore-User $name } }
  Invoke-Step 'the worker' { if (Get-Service -Name NightshiftWorker -ErrorAction SilentlyContinue) { [void](Invoke-Ctl @('worker', '--remove-service')) } }
  Invoke-Step 'the agent' {
    if ($script:before.Agent) { New-ItemProperty -Path $runKey -Name 'NightshiftAgent' -Value $script:before.Agent -PropertyType String -Force | Out-Null }
    else { [void](Invoke-Program $agent @('--uninstall')) }
  }
  Invoke-Step $work { Remove-Item -Path $work -Recurse -Force }
}

function Invoke-UnitTest {
  $tests = Join-Path $Programs 'unit-tests.exe'
  if (-not (Test-Path $tests)) { return $null }
  $done = Invoke-Program $tests @() '' 600
  return [ordered]@{
    passed = [regex]::Matches($done.Out + $done.Err, '(?m)^\[ *OK *\]').Count
    failed = [regex]::Matches($done.Out + $done.Err, '(?m)^\[ *FAILED *\] [a-z_]+\s*$').Count / 2
    code   = $done.Code
  }
}

# The self-test's own lines, by the rows that they show.
function Test-BySelfTest {
  $shown = @{
    'run' = @('agent-channel'); 'session.start' = @('logon-facts'); 'environment' = @('picture'); 'sign-out' = @('sign-out')
    'screen.scale' = @('scale'); 'lock' = @('lock'); 'reuse' = @('lock'); 'reuse.off' = @('session-before')
    'sign-out.kept' = @('logoff-outside'); 'left-processes' = @('job', 'left-in-job')
  }
  $done = Invoke-Ctl @('selftest', 'self', '--connection', $users[0], '--json') '' 900
  Assert-That ($done.Out.Trim().StartsWith('{')) "The self-test did not begin: $($done.Err.Trim())"
  foreach ($check in ($done.Out | ConvertFrom-Json).checks) {
    foreach ($id in @($shown[$check.id] | Where-Object { $_ })) { Write-Row $id ([bool]$check.seen) "$($check.id): $($check.detail)" }
  }
}

function Test-FlowOutcome {
  $expected = [ordered]@{ hello = 'Succeeded'; three = 'FlowFailed'; long = 'DesktopFlowsActionTimeout'; script = 'Succeeded'; missing = 'FlowNotStarted' }
  foreach ($flow in $expected.Keys) {
    $run = Invoke-Run $flow $users[0]
    Assert-That ($run.code -eq $expected[$flow]) "the flow $flow ended with $($run.code), not $($expected[$flow])"
  }
  return 'hello, exit code, time limit, output, no program'
}

# Each kind that a bare Windows has: percent signs, quotes and an output come through cmd and PowerShell.
function Test-FlowKind {
  $folder = Join-Path $env:PUBLIC 'Nightshift proof'
  [void](New-Item -ItemType Directory -Force -Path $folder)
  try {
    Set-Content -Encoding Ascii -Path (Join-Path $folder 'a b.cmd') -Value '@echo [%~1]& @exit /b 4'
    Set-Content -Encoding Ascii -Path (Join-Path $folder 'a b.ps1') -Value 'Write-Output "[$($args[0])]"; Write-Output "::nightshift output said=$env:NIGHTSHIFT_INPUT_V::"; exit 4'
    Set-Content -Encoding Ascii -Path (Join-Path $folder 'a b.vbs') -Value 'WScript.Echo "[" & WScript.Arguments(0) & "]"', 'WScript.Quit 4'
    foreach ($ending in 'cmd', 'ps1', 'vbs') {
      [void](Invoke-Good @('flow', 'add', "kind $ending", '--kind', 'script', '--program', (Join-Path $folder "a b.$ending"), '--arguments', '{v}', '--success-codes', '4'))
      $run = (Invoke-Ctl @('run', 'start', 'self', '--flow', "kind $ending", '--connection', $users[0], '--wait', '--json', '--input', 'v=100% %PATH% x')).Out | ConvertFrom-Json
      Assert-That ($run.code -eq 'Succeeded' -and $run.output.Trim() -like '`[100% %PATH% x`]*') "$ending ended with $($run.code): $($run.output)"
    }
  } finally {
    Remove-Item -Recurse -Force -Path $folder
  }
  return 'cmd, PowerShell, VBScript; an input with percent signs'
}

# Two files below the flow's folder: one large, with a name of its own letters, and one that the flow does not touch.
function Test-Artifact {
  $folder = Join-Path $env:PUBLIC 'Nightshift proof files'
  [void](New-Item -ItemType Directory -Force -Path $folder)
  $saved = Join-Path $work 'saved'
  try {
    Set-Content -Encoding Ascii -Path (Join-Path $folder 'make.ps1') -Value '$b = New-Object byte[] 5000000; (New-Object Random).NextBytes($b); $f = Join-Path $PSScriptRoot ([string][char]0xDC + "bersicht.bin"); [IO.File]::WriteAllBytes($f, $b); (Get-FileHash $f).Hash'
    [void](Invoke-Good @('flow', 'add', 'files', '--kind', 'script', '--program', (Join-Path $folder 'make.ps1'), '--artifacts', '*.bin;*.gone'))
    $run = Invoke-Run 'files' $users[0]
    Assert-That ($run.code -eq 'Succeeded') "it ended with $($run.code): $($run.output)"
    $kept = (Invoke-Good @('run', 'artifacts', [string]$run.id, '--save', $saved, '--json')).Out | ConvertFrom-Json
    Assert-That ($kept.artifacts.Count -eq 1 -and $kept.artifacts[0].whole -and $kept.artifacts[0].sha256 -eq $run.output.Trim()) "it brought back $($kept.artifacts | ConvertTo-Json -Compress)"
    Assert-That ((Get-FileHash (Join-Path $saved $kept.artifacts[0].name)).Hash -eq $run.output.Trim()) 'what was saved differs'
  } finally {
    Remove-Item -Recurse -Force -Path $folder
  }
  return '5,000,000 bytes'
}

# To this computer by another of its own addresses, so by its share and its service manager; then as it was before.
function Test-Push {
  [void](Invoke-Good @('agent', 'push', 'self', '--yes'))
  $there = Join-Path $env:SystemRoot 'Nightshift\nightshift-agent.exe'
  $status = Invoke-Program $there @('--status')
  $services = Get-Service -Name 'NightshiftPush*' -ErrorAction SilentlyContinue
  [void](Invoke-Good @('agent', 'push', 'self', '--undo', '--yes'))
  $back = Invoke-Program (Join-Path $Programs 'nightshift-agent.exe') @('--install')
  Assert-That ($status.Code -eq 0 -and -not $services -and $back.Code -eq 0) "$($status.Out) $services $($back.Out)"
  return 'by ADMIN$ and the service manager of 127.0.0.2'
}

# As a task, with which a run succeeds, and then by the Run key again.
function Test-AgentTask {
  $agent = Join-Path $Programs 'nightshift-agent.exe'
  $done = Invoke-Program $agent @('--install', '--task')
  try {
    Assert-That ($done.Code -eq 0) $done.Err
    $run = Invoke-Run 'hello' $users[0]
  } finally { $back = Invoke-Program $agent @('--install') }
  Assert-That ($run.code -eq 'Succeeded' -and $back.Code -eq 0) "it ended with $($run.code)"
  return 'a task of the group Users'
}

function Test-Leftover {
  [void](Invoke-Good @('settings', 'set', 'self', 'session.reuse=on'))
  $kept = Invoke-Run 'hello' $users[0]
  [void](Invoke-Good @('settings', 'set', 'self', 'session.reuse=off'))
  $refused = Invoke-Run 'hello' $users[0]
  Assert-That ($kept.code -eq 'Succeeded' -and $refused.code -like 'UnattendedUserSession*') "kept: $($kept.code), then: $($refused.code)"
  $listed = (Invoke-Good @('session', 'list', '--json')).Out | ConvertFrom-Json
  foreach ($session in $listed.sessions) { [void](Invoke-Ctl @('session', 'signout', 'self', [string]$session.id)) }
  return "a leftover is $($refused.code)"
}

function Test-NoRight {
  Remove-LocalGroupMember -SID $remoteDesktopUsers -Member $users[1]
  try { $run = Invoke-Run 'hello' $users[1] } finally { Add-LocalGroupMember -SID $remoteDesktopUsers -Member $users[1] }
  Assert-That ($run.code -in @('RdpPermissionNotGranted', 'LogonTypeNotGranted')) "it ended with $($run.code)"
  return $run.code
}

function Test-WrongPassword {
  [void](Invoke-Good @('connection', 'add', 'wrong', '--user', ".\$($users[1])", '--password-stdin') 'not the password')
  $run = Invoke-Run 'hello' 'wrong'
  Assert-That ($run.code -eq 'SessionCreationInvalidCredentials') "it ended with $($run.code)"
  return 'right and wrong password'
}

function Test-Cage {
  $done = Invoke-Program (Join-Path $Programs 'nightshift-runner.exe') @('--cage')
  Assert-That ($done.Out -match 'refused' -and $done.Out -notmatch 'ALLOWED') $done.Out.Trim()
  return ($done.Out.Trim() -replace '\s*\r?\n\s*', ', ')
}

function Test-ShareRefused {
  $share = '\\localhost\' + $work.Substring(0, 1) + '$' + $work.Substring(2) + '\share.db'
  $done = Invoke-Program $ctl @('--language', 'en', '--store', $share, 'machine', 'list')
  Assert-That ($done.Err -match 'StoreOnShare') "$($done.Code): $($done.Err.Trim())"
  return 'StoreOnShare'
}

function Test-PowerShellFile {
  $file = Join-Path $work 'machines.csv'
  [pscustomobject]@{ name = 'imported'; host = 'imported.example.org' } | Export-Csv -Path $file -NoTypeInformation -Encoding Unicode
  [void](Invoke-Good @('import', $file))
  [void](Invoke-Good @('machine', 'show', 'imported'))
  return 'Export-Csv as UTF-16'
}

function Test-WorkerService {
  icacls.exe $work /grant "$($users[0]):(OI)(CI)M" | Out-Null
  [void](Invoke-Good @('worker', '--install-service', '--user', ".\$($users[0])", '--password-stdin') $script:passwords[$users[0]])
  try {
    Start-Service -Name NightshiftWorker
    $alive = (Invoke-Good @('worker', 'list', '--json')).Out
    Assert-That ($alive -match 'service|host|process') "no worker is listed: $alive"
    Stop-Service -Name NightshiftWorker
  } finally { [void](Invoke-Ctl @('worker', '--remove-service')) }
  return 'installed, started, listed, stopped, removed'
}

function Test-SetUp {
  $install = Start-Process -FilePath $Setup -ArgumentList '/S', '/AllUsers' -Wait -PassThru
  Assert-That ($install.ExitCode -eq 0) "the set-up ended with $($install.ExitCode)"
  $entry = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Nightshift'
  $folder = (Get-ItemProperty -Path $entry).InstallLocation
  $version = (Invoke-Program (Join-Path $folder 'nightshiftctl.exe') @('--version')).Out.Trim()
  $path = [Environment]::GetEnvironmentVariable('Path', 'Machine')
  Assert-That (($path -split ';') -contains $folder) 'the folder is not on PATH'
  Start-Process -FilePath (Join-Path $folder 'uninstall.exe') -ArgumentList '/AllUsers', '/S' -Wait
  for ($i = 0; $i -lt 60 -and (Test-Path $folder); $i++) { Start-Sleep -Seconds 1 }
  Assert-That (-not (Test-Path $folder) -and -not (Test-Path $entry)) 'the removal left something'
  Assert-That ([Environment]::GetEnvironmentVariable('Path', 'Machine') -notlike "*$folder*") 'the removal left the folder on PATH'
  return $version
}

function Test-EveryRow {
  Test-Row 'agent-install' {
    $done = Invoke-Program $agent @('--install')
    Assert-That ($done.Code -eq 0) $done.Err.Trim()
    Read-Value $runKey 'NightshiftAgent'
  }
  Test-Row 'probe-answers' {
    $done = Invoke-Ctl @('preflight', 'self', '--connection', $users[0], '--sign-in', '--json')
    Assert-That ($done.Out -match 'SignIn(Proven|Allowed)') "the sign-in was not proven: $($done.Err.Trim())"
    'NLA, and a sign-in that was proven'
  }
  try { Test-BySelfTest } catch { Write-Row 'agent-channel' $false $_.Exception.Message }
  Test-Row 'flow-outcomes' { Test-FlowOutcome }
  Test-Row 'flow-kinds' { Test-FlowKind }
  Test-Row 'artifacts' { Test-Artifact }
  Test-Row 'agent-task' { Test-AgentTask }
  Test-Row 'agent-push' { Test-Push }
  Test-Row 'desktop-ready' {
    $run = Invoke-Run 'hello' $users[0]
    Assert-That ($run.code -eq 'Succeeded' -and -not ($run.findings | Where-Object { $_.code -eq 'DesktopLost' })) $run.code
    'a flow begins on an unlocked desktop; a locked one was not tried'
  }
  Test-Row 'session-before' { Test-Leftover }
  Test-Row 'dot-user' {
    $run = Invoke-Run 'hello' $users[0]
    Assert-That ($run.code -eq 'Succeeded') $run.code
    ".\user through NLA"
  }
  Test-Row 'sspi' { Test-WrongPassword }
  Test-Row 'early-authorization' { Test-NoRight }
  Test-Row 'collector' {
    $facts = (Invoke-Good @('facts', 'collect', '--json')).Out
    Assert-That ($facts -match 'fDenyTSConnections') 'the registry was not read'
    'of this machine'
  }
  Test-Row 'sessions-list' { Assert-That ((Invoke-Good @('facts', 'collect', '--json')).Out -match '"session') 'no sessions'; 'of this machine' }
  Test-Row 'cage' { Test-Cage }
  Test-Row 'certificate-chain' {
    [void](Invoke-Good @('settings', 'set', 'self', 'certificate.policy=ca'))
    try { $run = Invoke-Run 'hello' $users[0] } finally { [void](Invoke-Good @('settings', 'reset', 'self', 'certificate.policy')) }
    Assert-That ($run.code -eq 'CertificateUntrusted') $run.code
    'a certificate that nobody vouches for is refused'
  }
  Test-Row 'share-and-boot' { Test-ShareRefused }
  Test-Row 'powershell-files' { Test-PowerShellFile }
  Test-Row 'worker-service' { Test-WorkerService }
  if ($Setup) { Test-Row 'setup' { Test-SetUp } }
}

function Write-Proof($Units) {
  $system = Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
  $build = "$($system.CurrentBuildNumber).$(Read-Value 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'UBR')"
  $proof = [ordered]@{
    proof      = 1
    at         = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    windows    = "$((Get-CimInstance -ClassName Win32_OperatingSystem).Caption) ($build)"
    nightshift = (Invoke-Program $ctl @('--version')).Out.Trim() -replace '^nightshiftctl ', ''
    units      = $Units
    rows       = @($script:rows.Values)
  }
  ConvertTo-Json -InputObject $proof -Depth 5 | Set-Content -Path (Join-Path $Out 'proof.json') -Encoding UTF8
  $lines = foreach ($row in $script:rows.Values) {
    $cells = @($row.outcome, $row.id, $row.what, $row.note) | ForEach-Object { '<td>' + [Net.WebUtility]::HtmlEncode($_) + '</td>' }
    "<tr class=$($row.outcome)>$($cells -join '')</tr>"
  }
  $head = '<!doctype html><meta charset=utf-8><title>Nightshift on Windows</title><style>body{font:11pt Segoe UI,sans-serif;margin:2em}td{padding:.2em .6em;' +
    'border-top:1px solid #8888;vertical-align:top}.seen td:first-child{color:#2a7}.failed td:first-child{color:#c33;font-weight:bold}</style>'
  $title = [Net.WebUtility]::HtmlEncode("Nightshift $($proof.nightshift) on $($proof.windows), $($proof.at)")
  "$head<h1>$title</h1><table>$($lines -join "`n")</table>" | Set-Content -Path (Join-Path $Out 'proof.html') -Encoding UTF8
}

$units = $null
try {
  $units = Invoke-UnitTest
  Initialize-Machine
  Test-EveryRow
} finally {
  try { Restore-Machine } finally { Write-Proof $units }
}
$failed = @($script:rows.Values | Where-Object { $_.outcome -eq 'failed' }).Count
$tried = @($script:rows.Values | Where-Object { $_.outcome -ne 'not-tried' }).Count
Write-Output "$($tried - $failed) seen, $failed failed, $($script:rows.Count - $tried) not tried: $(Join-Path $Out 'proof.html')"
if ($failed -or ($units -and $units.code)) { exit 1 }
