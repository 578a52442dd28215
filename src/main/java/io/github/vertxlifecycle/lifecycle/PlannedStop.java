package io.github.vertxlifecycle.lifecycle;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest that a component may stop.
 *
 * @param component its name
 * @param instances how many verticles
 * @param dependencies what it depends on
 * @param startTimeout how long its start may take
 * @param drainTimeout how long its drain may take even if the budget allows more; null for no limit
 * @param drainBy when its drain ends at the latest, counted from the first moment of the stop
 * @param releaseBy when its release ends at the latest if its drain took all that time
 */
record PlannedStop(
    String component,
    int instances,
    Set<String> dependencies,
    Duration startTimeout,
    @Nullable Duration drainTimeout,
    Duration drainBy,
    Duration releaseBy) {}
