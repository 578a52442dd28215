/** The way in from a command line: configuration, signals, exit codes. */
@NullMarked
package io.github.vertxlifecycle.launcher;

import org.jspecify.annotations.NullMarked;
