/* The life of a run: claim, hold, turn, cancel, recovery, with workers that crash and that stand still for as long as they like, and clocks that
 * differ. What it stands for:
 *   claim      ns_run_claim (core/store/claim.c): place, turn and run in one transaction; Running, a new epoch, a hold
 *   renew      ns_run_renew (runs.c); each write checks the epoch, ns_run_begin_held
 *   sign_in    the phase is written under the hold, and then the runner is told to go, until a moment that lies before the hold's end:
 *              on_phase (core/run/drive_loop.c), on_sign_in (app/runner/main.c)
 *   turn_ends  ns_sign_in_end (sign_in.c); a refusal holds back what would use the account
 *   finish     ns_run_finish (outcome.c)
 *   lapse      the hold's minute passes without a word: the agent, which heard nothing for as long, has signed out (docs/sessions.md)
 *   recover    ns_runs_recover (recover.c), by any program: Interrupted, the next epoch, and an account whose turn it was rests
 *   cancel     ns_run_request_cancel (queue.c)
 * The machine has one place, and all runs use one account. Time is what may pass, never how much: a hold lapses at any moment at which its holder
 * is not about to renew it. There is one clock for holds, the store's; that computers' own clocks differ changes nothing, since nothing is decided
 * by them: a worker's `late` says that its own count since the last renewal has passed the bound, and it comes before the hold's end. */

#define RUNS 3 /* with -DTWO only two of them, for a quick answer */
#define NONE 255
/* What the program does, each of which is needed: a model without it must fail (tests/lint/model). */
#ifndef RESTS
#define RESTS true /* an account whose last sign-in was lost rests */
#endif
#ifndef BOUND
#define BOUND true /* no password is sent later than the go allows */
#endif
#ifndef FENCE
#define FENCE true /* each write looks whether the run is still the writer's */
#endif

mtype = { QUEUED, RUNNING, ENDED };

mtype state[RUNS] = QUEUED;
byte epoch[RUNS];
bool held[RUNS];      /* by somebody, in the store */
bool late[RUNS];      /* the moment until which the runner may go has passed */
bool lapsed[RUNS];    /* the hold's time has passed */
bool cancelled[RUNS];
bool session[RUNS];   /* on the machine, in reality */
byte carried[RUNS];   /* how many sign-ins a run led to */
byte ended[RUNS];     /* how often its end was written */
byte turn = NONE;     /* whose turn it is to sign in with the account */
bool refused;         /* the account, until somebody corrects the password */
bool rests;           /* the account, since nobody knows how its last sign-in ended: ns_sign_in_lost, for signin.interval */
byte tried;           /* sign-ins with a wrong secret within one such interval */
bool bad;             /* the secret is wrong */

#define sessions (session[0] + session[1] + session[2])
#define running ((state[0] == RUNNING) + (state[1] == RUNNING) + (state[2] == RUNNING))

/* What the store guarantees in each write of a holder. */
#define mine(r, e) (!FENCE || (epoch[r] == e && state[r] != ENDED))

inline end_run(r) {
  state[r] = ENDED;
  held[r] = false;
  ended[r]++;
  if :: turn == r -> turn = NONE :: else fi
}

/* Time passes for a run that is held: first its sign-in would be late, then the hold has lapsed. By then the agent, which nobody spoke to, has signed
 * out, and a sign-in on its way has been given up. */
proctype time_passes() {
end:
  do
  :: atomic { held[0] && !late[0] -> late[0] = true }
  :: atomic { held[1] && !late[1] -> late[1] = true }
  :: atomic { held[2] && !late[2] -> late[2] = true }
  :: atomic { held[0] && late[0] && !lapsed[0] -> lapsed[0] = true; session[0] = false }
  :: atomic { held[1] && late[1] && !lapsed[1] -> lapsed[1] = true; session[1] = false }
  :: atomic { held[2] && late[2] && !lapsed[2] -> lapsed[2] = true; session[2] = false }
  :: atomic { rests -> rests = false; tried = 0 }
  od
}

/* Any program that looks. */
proctype recovery() {
  byte r;
end:
  do
  :: atomic {
       (held[0] && lapsed[0]) || (held[1] && lapsed[1]) || (held[2] && lapsed[2]) ->
       if
       :: held[0] && lapsed[0] -> r = 0
       :: held[1] && lapsed[1] -> r = 1
       :: held[2] && lapsed[2] -> r = 2
       fi;
       if :: turn == r -> rests = RESTS :: else fi;
       end_run(r);
       epoch[r]++
     }
  od
}

/* Somebody cancels each run at some moment, or never. */
proctype person() {
  byte r = 0;
  do
  :: r < RUNS ->
     if
     :: atomic {
          true ->
          if
          :: state[r] == QUEUED && !held[r] -> end_run(r)
          :: else -> cancelled[r] = true
          fi
        }
     :: true
     fi;
     r++
  :: else -> break
  od
}

proctype worker() {
  byte r;
  byte e;
  byte beats;
claim:
  beats = 0;
  atomic {
    /* Ends when there is nothing left to do. */
    if
    :: state[0] == ENDED && state[1] == ENDED && state[2] == ENDED -> goto done
    :: refused && running == 0 ->
       /* What waits with a refused secret ends without it: SignInHeldBack. */
       if
       :: state[0] == QUEUED -> end_run(0)
       :: state[1] == QUEUED -> end_run(1)
       :: state[2] == QUEUED -> end_run(2)
       :: else
       fi;
       goto claim
    :: running == 0 && turn == NONE && !refused && !rests ->
       if
       :: state[0] == QUEUED -> r = 0
       :: state[1] == QUEUED -> r = 1
       :: state[2] == QUEUED -> r = 2
       fi;
       state[r] = RUNNING;
       epoch[r]++;
       e = epoch[r];
       held[r] = true;
       late[r] = false;
       lapsed[r] = false;
       turn = r
    fi
  }
  /* From here on it may crash or stand still between any two steps. */
  if
  :: goto crashed
  :: true
  fi;
  /* The phase sign-in is written down, under the hold; the runner may go for so long from then. */
  atomic {
    if
    :: mine(r, e) -> late[r] = false; lapsed[r] = false
    :: else -> goto claim /* RunLost */
    fi
  }
  if
  :: goto crashed
  :: true
  fi;
  /* The sign-in: not after that, whoever stood still meanwhile. The machine judges the secret. */
  atomic {
    if
    :: late[r] && BOUND -> goto leave
    :: else ->
       carried[r]++;
       if
       :: bad -> tried++
       :: else -> session[r] = true
       fi
    fi
  }
  if
  :: goto crashed
  :: true
  fi;
  /* What came of it is told, also by one that has lost the run: a refusal is known to all before the turn is another's, or with the run's end. */
  atomic {
    if
    :: bad -> refused = true
    :: else
    fi;
    if :: turn == r && epoch[r] == e -> turn = NONE :: else fi;
    if
    :: bad && mine(r, e) -> end_run(r); goto claim
    :: bad && !mine(r, e) -> goto claim
    :: else
    fi
  }
  /* The flow goes on; holds are renewed as long as the program lives. */
  do
  :: atomic { mine(r, e) && !cancelled[r] && beats < 2 -> beats++; late[r] = false; lapsed[r] = false }
  :: !mine(r, e) -> goto leave
  :: break
  od;
  if
  :: goto crashed
  :: true
  fi;
leave:
  /* It signs out, and then writes the end: never the other way round. */
  session[r] = false;
  atomic {
    if
    :: mine(r, e) -> end_run(r)
    :: else /* somebody else has ended it */
    fi
  }
  goto claim;
crashed:
  /* The runner of a dead program signs out by itself; so does the agent, at the latest when the hold lapses. Another worker is started. */
  if
  :: session[r] = false
  :: true
  fi;
  goto claim;
done:
  skip
}

init {
  atomic {
    if :: bad = true :: bad = false fi;
#ifdef TWO
    state[2] = ENDED;
#endif
    run worker();
    run worker();
    run time_passes();
    run recovery();
    run person()
  }
}

/* No run is carried out twice, none ends twice, one place is one session, a wrong secret is tried once in an interval. */
ltl safe {
  [] (sessions <= 1 && carried[0] <= 1 && carried[1] <= 1 && carried[2] <= 1 && ended[0] <= 1 && ended[1] <= 1 && ended[2] <= 1 && tried <= 1)
}
/* With time that goes on, no run is lost or stuck. */
ltl live { <> (state[0] == ENDED && state[1] == ENDED && state[2] == ENDED) }
