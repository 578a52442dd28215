/** Links, a link shortener: the application that shows why order matters. */
@NullMarked
package io.github.vertxlifecycle.sample;

import org.jspecify.annotations.NullMarked;
