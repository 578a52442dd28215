package io.github.vertxlifecycle.worker;

/**
 * Where a {@link Loop} is.
 *
 * <pre>
 *   IDLE ⇄ RUNNING           round after round
 *    │        │ drain
 *    │        ▼
 *    │     FINISHING ──▶ ENDING   the round that was running when the drain began;
 *    │ drain  │            │      nobody waits for one more
 *    ▼        ▼            │
 *   LAST ◄────┘            │  one more
 *    │                     │
 *    ▼                     │
 *   OVER ◄─────────────────┘  also from everywhere, at once, by end()
 * </pre>
 */
enum LoopState {
  IDLE,
  RUNNING,
  FINISHING,
  ENDING,
  LAST,
  OVER
}
