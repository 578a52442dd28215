/** Time: the clock as a port, deadlines, the stop budget, and durations as people write them. */
@NullMarked
package io.github.vertxlifecycle.time;

import org.jspecify.annotations.NullMarked;
