/**
 * The way in from a command line, and the one way out.
 *
 * <p>In: {@code Lifecycle} hears signals first of all, {@code Launch} goes from the {@code
 * Arguments} over the {@code Configuration} and the plan to the deployment, or ends in a {@code
 * LaunchException}. Out: whoever asks for the end asks {@code ProcessShutdown}, which has {@code
 * RunningApplication} stop and report, and decides the exit code.
 */
@NullMarked
package io.github.vertxlifecycle.launcher;

import org.jspecify.annotations.NullMarked;
