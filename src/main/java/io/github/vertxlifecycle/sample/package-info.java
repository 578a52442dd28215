/**
 * The links service, a link shortener: the proof that order matters. Every link answered with 201
 * is in PostgreSQL; the hits in PostgreSQL equal the redirects answered with 302.
 */
@NullMarked
package io.github.vertxlifecycle.sample;

import org.jspecify.annotations.NullMarked;
