/**
 * What happens in a lifecycle: states, outcomes, reasons and the events that report them. This is
 * the bottom package: it knows neither the code that emits events nor the code that receives them.
 */
@NullMarked
package io.github.vertxlifecycle.event;

import org.jspecify.annotations.NullMarked;
