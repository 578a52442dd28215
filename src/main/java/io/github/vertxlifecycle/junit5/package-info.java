/**
 * The test kit: what an application's own tests start it with, stop it with, and disturb it with.
 * Above everything but the sample; the library's own code never uses it.
 */
@NullMarked
package io.github.vertxlifecycle.junit5;

import org.jspecify.annotations.NullMarked;
