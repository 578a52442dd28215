/**
 * Speed as ratios: every measure runs beside its comparison, in the same run, each side in JVMs of
 * its own. {@code make bench} runs {@code Bench} and writes one table.
 */
package io.github.vertxlifecycle.bench;
