<#
.SYNOPSIS
  Prepares this computer for unattended runs by Nightshift, or puts back what was there.
.DESCRIPTION
  Run it on the machine in a PowerShell that was started as administrator. It switches Remote Desktop on, requires Network Level Authentication, lets the
  user sign in remotely, takes away the time limits of sessions and the sleep on mains, and installs the agent where nightshift-agent-setup.exe lies
  beside this file. What it changes it writes down first, in %ProgramData%\Nightshift\prepared.json; with -Undo it puts that back.
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
$record = Join-Path $env:ProgramData 'Nightshift\prepared.json'
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
  else { New-ItemProperty -Path $Path -Name $Name -Value ([int]$Value) -PropertyType DWord -Force | Out-Null }
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
}

# A local account may be written with a dot for the computer.
function Get-UserSid {
  $name = $user -replace '^\.\\', "$env:COMPUTERNAME\"
  return ([Security.Principal.NTAccount]$name).Translate([Security.Principal.SecurityIdentifier]).Value
}

function Test-MayUseRemoteDesktop([string]$Sid) {
  return [bool](Get-LocalGroupMember -SID $remoteDesktopUsers -ErrorAction SilentlyContinue | Where-Object { $_.SID.Value -eq $Sid })
}

function Save-Record($State) {
  New-Item -ItemType Directory -Path (Split-Path $record) -Force | Out-Null
  ConvertTo-Json -InputObject $State -Depth 4 | Set-Content -Path $record -Encoding UTF8
}

function Invoke-Preparation {
  if (Test-Path $record) { throw "This computer was prepared before: $record says what was there. Run this with -Undo first." }
  if ($machine -match '^[A-Za-z]' -and $machine.Split('.')[0] -ne $env:COMPUTERNAME) { # an address says nothing of the name
    Write-Warning "This was made for $machine, and this computer is $env:COMPUTERNAME."
  }
  $sid = Get-UserSid
  $state = [ordered]@{
    Numbers  = @($values | ForEach-Object { @{ Path = $_.Path; Name = $_.Name; Value = Read-Number $_.Path $_.Name } })
    Firewall = @(Get-NetFirewallRule -Group $firewallGroup | Where-Object { $_.Enabled -eq 'False' } | ForEach-Object { $_.Name })
    Sleep    = Read-SleepOnMains
    Member   = $(if (Test-MayUseRemoteDesktop $sid) { $null } else { $sid })
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
  Write-SleepOnMains 0
  Write-Output '  On mains the computer does not go to sleep.'
  if ($state.Member) { Add-LocalGroupMember -SID $remoteDesktopUsers -Member $sid }
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

function Invoke-Undo {
  if (-not (Test-Path $record)) { throw "Nothing to put back: $record is not there." }
  $state = Get-Content -Path $record -Raw | ConvertFrom-Json
  foreach ($each in $state.Numbers) { Write-Number $each.Path $each.Name $each.Value }
  @($state.Firewall) | Where-Object { $_ } | ForEach-Object { Disable-NetFirewallRule -Name $_ }
  Write-SleepOnMains $state.Sleep
  if ($state.Member) { Remove-LocalGroupMember -SID $remoteDesktopUsers -Member $state.Member -ErrorAction SilentlyContinue }
  if ($state.Agent -and (Test-Path $agentEntry)) {
    $uninstall = Join-Path (Get-ItemProperty -Path $agentEntry).InstallLocation 'uninstall.exe'
    Start-Process -FilePath $uninstall -ArgumentList '/S' -Wait
  }
  Remove-Item -Path $record
  Write-Output 'Put back as it was.'
}

if ($Undo) { Invoke-Undo } else { Invoke-Preparation }
