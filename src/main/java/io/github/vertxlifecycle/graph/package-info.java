/** Components and their dependencies: order, cycles, longest chains. Pure and immutable. */
@NullMarked
package io.github.vertxlifecycle.graph;

import org.jspecify.annotations.NullMarked;
