/**
 * A loop as a component: the general service that is not HTTP. {@code WorkerVerticle} is what an
 * application extends; {@code Loop} decides when an iteration runs, in the states of {@code
 * LoopState}.
 */
@NullMarked
package io.github.vertxlifecycle.worker;

import org.jspecify.annotations.NullMarked;
