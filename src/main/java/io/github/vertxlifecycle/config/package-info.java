/**
 * The configuration as a component reads it: a {@link io.github.vertxlifecycle.config.Section} for
 * each component, read key by key; every problem with its path, gathered so that all are reported
 * at once. The launcher, above, reads the file and knows its lines.
 */
@NullMarked
package io.github.vertxlifecycle.config;

import org.jspecify.annotations.NullMarked;
