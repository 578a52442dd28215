/** Restarts without a gap: load that notices one, and the measure beside other ways to restart. */
@NullMarked
package io.github.vertxlifecycle.handover;

import org.jspecify.annotations.NullMarked;
