/**
 * An HTTP server that stops without losing a request: it turns its clients away, answers what still
 * reaches it, and only then closes.
 */
@NullMarked
package io.github.vertxlifecycle.http;

import org.jspecify.annotations.NullMarked;
