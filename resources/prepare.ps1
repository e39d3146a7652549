<#
.SYNOPSIS
  Prepares this computer for unattended runs by Nightshift, or puts back what was there.
.DESCRIPTION
  Run it on the machine in a PowerShell that was started as administrator. It switches Remote Desktop on, requires Network Level Authentication, lets the
  user sign in remotely, takes away the time limits of sessions and the sleep on mains, and installs the agent where nightshift-agent-setup.exe lies
  beside this file. What it changes it writes down first, in HKLM\SOFTWARE\Nightshift\Prepared; with -Undo it puts that back.
  What a group policy says it does not change: it names it.
.EXAMPLE
  powershell -ExecutionPolicy Bypass -File prepare.ps1
.EXAMPLE
  powershell -ExecutionPolicy Bypass -File prepare.ps1 -Undo
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding()]
param([switch]$Undo)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$machine = '{{MACHINE}}'
$user = '{{USER}}'
$record = 'HKLM:\SOFTWARE\Nightshift\Prepared' # where nobody but an administrator may write
$remoteDesktopUsers = 'S-1-5-32-555'
$firewallGroup = '@FirewallAPI.dll,-28752' # Remote Desktop, in every language
$server = 'HKLM:\SYSTEM\CurrentControlSet\Control\Terminal Server'
$listener = "$server\WinStations\RDP-Tcp"
$policy = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services'
$here = if ($PSScriptRoot) { $PSScriptRoot } else { (Get-Location).Path }
$agentSetup = Join-Path $here 'nightshift-agent-setup.exe'
$agentEntry = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\NightshiftAgent'

# Each is a number of the registry: where, its name, what it is to be, and why.
$values = @(
  @{ Path = $server; Name = 'fDenyTSConnections'; Value = 0; Why = 'Remote Desktop is on' }
  @{ Path = $listener; Name = 'UserAuthentication'; Value = 1; Why = 'Network Level Authentication is required' }
  @{ Path = $listener; Name = 'SecurityLayer'; Value = 2; Why = 'TLS protects the connection' }
  @{ Path = $listener; Name = 'MaxIdleTime'; Value = 0; Why = 'an idle session is not ended: a flow gives no input' }
  @{ Path = $listener; Name = 'MaxConnectionTime'; Value = 0; Why = 'a long session is not ended' }
  @{ Path = $listener; Name = 'MaxDisconnectionTime'; Value = 0; Why = 'a kept session is not ended' }
)

function Read-Number([string]$Path, [string]$Name) {
  $item = Get-ItemProperty -Path $Path -ErrorAction SilentlyContinue
  if ($item -and $item.PSObject.Properties[$Name]) { return $item.$Name }
  return $null
}

function Write-Number([string]$Path, [string]$Name, $Value) {
  if ($null -eq $Value) { Remove-ItemProperty -Path $Path -Name $Name -ErrorAction SilentlyContinue }
  else {
    $dword = [BitConverter]::ToInt32([BitConverter]::GetBytes([uint32]([int64]$Value -band 4294967295)), 0)
    New-ItemProperty -Path $Path -Name $Name -Value $dword -PropertyType DWord -Force | Out-Null
  }
}

# The seconds until sleep on mains. powercfg speaks Windows' language; its last two numbers are mains and battery.
function Read-SleepOnMains {
  $numbers = [regex]::Matches((powercfg.exe /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE | Out-String), '0x[0-9a-fA-F]{8}')
  if ($numbers.Count -lt 2) { return $null }
  return [Convert]::ToInt64($numbers[$numbers.Count - 2].Value, 16)
}

function Write-SleepOnMains($Seconds) {
  if ($null -eq $Seconds) { return }
  powercfg.exe /setacvalueindex SCHEME_CURRENT SUB_SLEEP STANDBYIDLE $Seconds | Out-Null
  powercfg.exe /setactive SCHEME_CURRENT | Out-Null
  if ($LASTEXITCODE -ne 0) { Write-Warning "The sleep on mains could not be changed: powercfg ended with $LASTEXITCODE." }
}

# A local account may be written with a dot for the computer.
function Get-UserSid {
  $name = $user -replace '^\.\\', "$env:COMPUTERNAME\"
  return ([Security.Principal.NTAccount]$name).Translate([Security.Principal.SecurityIdentifier]).Value
}

# Whether it was not one before. Asking who is in the group fails where one of them is gone; adding says it as well.
function Add-RemoteDesktopUser([string]$Sid) {
  try { Add-LocalGroupMember -SID $remoteDesktopUsers -Member $Sid; return $true }
  catch { if ($_.FullyQualifiedErrorId -like 'MemberExists*') { return $false } else { throw } }
}

# What each of the values is now, by its name.
function Read-Before {
  $found = [ordered]@{}
  foreach ($each in $values) { $found[$each.Name] = Read-Number $each.Path $each.Name }
  return $found
}

function Save-Record($State) {
  New-Item -Path $record -Force | Out-Null
  New-ItemProperty -Path $record -Name 'State' -Value (ConvertTo-Json -InputObject $State -Depth 4 -Compress) -PropertyType String -Force | Out-Null
}

function Invoke-Preparation {
  if (Test-Path $record) { throw "This computer was prepared before: $record says what was there. Run this with -Undo first." }
  if ($machine -match '^[A-Za-z]' -and $machine.Split('.')[0] -ne $env:COMPUTERNAME) { # an address says nothing of the name
    Write-Warning "This was made for $machine, and this computer is $env:COMPUTERNAME."
  }
  $sid = Get-UserSid
  $state = [ordered]@{
    Numbers  = Read-Before
    Firewall = @(Get-NetFirewallRule -Group $firewallGroup | Where-Object { $_.Enabled -eq 'False' } | ForEach-Object { $_.Name })
    Sleep    = Read-SleepOnMains
    Member   = $false
    Agent    = (Test-Path $agentSetup) -and -not (Test-Path $agentEntry)
  }
  Save-Record $state

  foreach ($each in $values) {
    Write-Number $each.Path $each.Name $each.Value
    Write-Output "  $($each.Name) = $($each.Value): $($each.Why)"
    $said = Read-Number $policy $each.Name
    if ($null -ne $said -and $said -ne $each.Value) {
      Write-Warning "A group policy says $($each.Name) = $said, and counts instead. It has to be changed where it is made."
    }
  }
  $state.Firewall | ForEach-Object { Enable-NetFirewallRule -Name $_ }
  Write-Output '  The firewall lets Remote Desktop in.'
  if ($null -ne $state.Sleep) {
    Write-SleepOnMains 0
    Write-Output '  On mains the computer does not go to sleep.'
  } else { Write-Warning 'When it goes to sleep could not be read, and was left as it is.' }
  $state.Member = Add-RemoteDesktopUser $sid
  Save-Record $state
  Write-Output "  $user may sign in by Remote Desktop."
  if ($state.Agent) {
    $done = Start-Process -FilePath $agentSetup -ArgumentList '/S' -Wait -PassThru
    if ($done.ExitCode -ne 0) { throw "The agent's set-up ended with $($done.ExitCode)." }
    Write-Output '  The agent is installed, and starts at sign-in.'
  } elseif (-not (Test-Path $agentEntry)) {
    Write-Warning 'The agent is not installed: put nightshift-agent-setup.exe beside this file and run it again after -Undo, or install it by hand.'
  }
  Write-Output "Prepared. What was there is in $record; -Undo puts it back."
}

# Only what this script itself changes is put back; one step that fails does not keep the others.
function Invoke-Undo {
  if (-not (Test-Path $record)) { throw "Nothing to put back: $record is not there." }
  $state = (Get-ItemProperty -Path $record).State | ConvertFrom-Json
  $script:failed = @()
  function Invoke-Step([string]$What, [scriptblock]$Step) {
    try { & $Step } catch { $script:failed += "$What ($($_.Exception.Message))" }
  }
  foreach ($each in $values) { Invoke-Step $each.Name { Write-Number $each.Path $each.Name $state.Numbers.($each.Name) } }
  foreach ($name in @($state.Firewall) | Where-Object { $_ }) {
    Invoke-Step 'firewall' { Get-NetFirewallRule -Group $firewallGroup | Where-Object { $_.Name -eq $name } | Disable-NetFirewallRule }
  }
  Invoke-Step 'sleep' { Write-SleepOnMains $state.Sleep }
  if ($state.Member) { Invoke-Step 'Remote Desktop Users' { Remove-LocalGroupMember -SID $remoteDesktopUsers -Member (Get-UserSid) } }
  if ($state.Agent -and (Test-Path $agentEntry)) {
    Invoke-Step 'agent' {
      $uninstall = Join-Path (Get-ItemProperty -Path $agentEntry).InstallLocation 'uninstall.exe'
      $done = Start-Process -FilePath $uninstall -ArgumentList '/S' -Wait -PassThru
      if ($done.ExitCode -ne 0) { throw "its removal ended with $($done.ExitCode)" }
    }
  }
  if ($script:failed) { throw "Not put back: $($script:failed -join '; '). $record stays, so that -Undo can be tried again." }
  Remove-Item -Path $record -Recurse
  Write-Output 'Put back as it was.'
}

if ($Undo) { Invoke-Undo } else { Invoke-Preparation }
