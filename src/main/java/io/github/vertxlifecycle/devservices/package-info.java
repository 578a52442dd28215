/**
 * Real servers as components, for development and tests: they start before what depends on them and
 * stop after it. Each runs in a session of its own, on a {@code GuardedProcess}: out of reach of a
 * Ctrl+C at the terminal, gone as soon as the JVM is. What it leaves between runs is in a {@code
 * ServerHome}.
 */
@NullMarked
package io.github.vertxlifecycle.devservices;

import org.jspecify.annotations.NullMarked;
