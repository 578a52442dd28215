/**
 * What happened: states, outcomes, reasons and the events that tell of them. The bottom package; it
 * knows nothing of who speaks or who listens.
 */
@NullMarked
package io.github.vertxlifecycle.event;

import org.jspecify.annotations.NullMarked;
