/** States, outcomes and events of a lifecycle: the leaf every other package may use. */
@NullMarked
package io.github.vertxlifecycle.event;

import org.jspecify.annotations.NullMarked;
