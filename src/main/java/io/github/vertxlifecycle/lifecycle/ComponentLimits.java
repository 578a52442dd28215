package io.github.vertxlifecycle.lifecycle;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The times of one component.
 *
 * @param name the component
 * @param startTimeout how long its start may take
 * @param drainTimeout how long its drain may take even if the budget allows more; null for no limit
 * @param releaseTimeout what is reserved for its release, which may have more if the budget has
 * @param reserves the releases along the longest chain from it down, its own included
 */
record ComponentLimits(
    String name,
    Duration startTimeout,
    @Nullable Duration drainTimeout,
    Duration releaseTimeout,
    Duration reserves) {}
