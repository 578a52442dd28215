/** Work in flight: admit it, name it, count it, wait until there is none. */
@NullMarked
package io.github.vertxlifecycle.work;

import org.jspecify.annotations.NullMarked;
