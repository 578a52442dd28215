/**
 * Real servers as components, for development and tests: they start before their dependents and
 * stop after them. Each runs in a session of its own, on a {@code GuardedProcess}: out of reach of
 * a Ctrl+C at the terminal, gone as soon as the JVM is. Its files are in a {@code ServerHome}.
 */
@NullMarked
package io.github.vertxlifecycle.devservices;

import org.jspecify.annotations.NullMarked;
