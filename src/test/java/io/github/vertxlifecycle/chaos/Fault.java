package io.github.vertxlifecycle.chaos;

/** The fault of a round, and how the stop must end in spite of it. */
enum Fault {
  SIGTERM("a stop and nothing else", Stop.CLEAN_AND_LOSSLESS),
  SIGNAL_DURING_START("a signal before it serves", Stop.ANY),
  START_UNDER_WAY("a signal in the midst of a migration", Stop.CLEAN),
  BLOCKED_DRAIN("a component whose thread is busy when it should drain", Stop.CUT),
  NESTED_VERTICLE("a component that has deployed another, which has work left", Stop.CLEAN),
  SIGINT_TWICE("a second SIGINT while requests hang", Stop.FORCED),
  SIGTERM_TWICE("a second SIGTERM while requests hang", Stop.FORCED),
  SIGNAL_REPEATED("a signal that its sender repeats at once", Stop.CLEAN_AND_LOSSLESS),
  OUTPUT_UNREAD("standard output is full and nobody reads it", Stop.CLEAN_AND_LOSSLESS),
  KILL("kill -9 of the process", Stop.CRASH),
  SUSPENDED("SIGSTOP and SIGCONT of the process, during the stop or before", Stop.CLEAN),
  POSTGRES_SUSPENDED("SIGSTOP and SIGCONT of PostgreSQL", Stop.ANY),
  REDIS_SUSPENDED("SIGSTOP and SIGCONT of Redis", Stop.ANY),
  POSTGRES_KILLED("kill -9 of PostgreSQL, and its restart", Stop.ANY),
  REDIS_KILLED("kill -9 of Redis, and its restart", Stop.ANY),
  CONNECTIONS_CUT("connections to a store are reset", Stop.ANY),
  CONNECTIONS_DELAYED("everything to and from a store comes late", Stop.CLEAN),
  CONNECTIONS_THROTTLED("a store is far away and the line thin", Stop.ANY),
  CONNECTIONS_HALF_OPEN("a store's answers vanish on the way", Stop.ANY),
  HANDLER_HANGS("requests that are never answered", Stop.CUT),
  HANDLER_THROWS("requests whose handler throws", Stop.CLEAN_AND_LOSSLESS),
  HANDLER_BLOCKS_A_WHILE("an event loop that is blocked for a while", Stop.CLEAN),
  HANDLER_BLOCKS("an event loop that is blocked for good", Stop.CUT),
  CLOCK_JUMPS("the wall clock jumps, hours back and forth", Stop.CLEAN_AND_LOSSLESS),
  CLIENTS_VANISH("clients that reset their connection after asking", Stop.CLEAN),
  CLIENTS_STALL("clients that send half a request head and no more", Stop.CLEAN),
  CLIENTS_STALL_IN_BODY("clients that send half a body and no more", Stop.CUT),
  CLIENTS_FLOOD("hundreds of connections at once", Stop.CLEAN),
  DISK_FULL("PostgreSQL's disk is full", Stop.ANY),
  OWN_SERVERS("the process runs its own PostgreSQL and Redis; SIGTERM or kill -9", Stop.ANY);

  /** How the stop must end. */
  enum Stop {
    /** Exit code 0; every request answered as asked. */
    CLEAN_AND_LOSSLESS,
    /** Exit code 0. */
    CLEAN,
    /** Exit code 124, and the report names exactly the work that hung. */
    CUT,
    /** The code of the second signal. */
    FORCED,
    /** No stop at all. */
    CRASH,
    /** Any end in time whose exit code is that of the report. */
    ANY
  }

  final String what;
  final Stop stop;

  Fault(String what, Stop stop) {
    this.what = what;
    this.stop = stop;
  }
}
