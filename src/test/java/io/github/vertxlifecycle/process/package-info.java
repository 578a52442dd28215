/** How tests and measures start processes. */
package io.github.vertxlifecycle.process;
