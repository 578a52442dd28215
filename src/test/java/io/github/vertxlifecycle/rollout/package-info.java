/**
 * Rolling restarts behind engines that nobody here wrote: proxies and an orchestrator. {@code make
 * rollout} runs them and writes one table.
 */
@NullMarked
package io.github.vertxlifecycle.rollout;

import org.jspecify.annotations.NullMarked;
