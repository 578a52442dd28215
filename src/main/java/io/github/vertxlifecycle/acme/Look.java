package io.github.vertxlifecycle.acme;

import org.jspecify.annotations.Nullable;

/** What one look at the storage came to, and at the authority if a certificate was due. */
sealed interface Look {

  /** The certificate that is there now, or null. */
  @Nullable Issued certificate();

  /** It is good for a while. */
  record Fresh(Issued certificate, boolean asked) implements Look {}

  /** Another process, or another component, is asking. */
  record SomebodyElseAsks(@Nullable Issued certificate) implements Look {}

  /** An attempt failed, this time or before, and it is too early for the next. */
  record TooEarly(@Nullable Issued certificate, Attempts attempts, boolean asked) implements Look {}

  /** Nothing but what the storage holds. */
  record Glance(@Nullable Issued certificate) implements Look {}

  /** A stop is under way: nobody was asked, or the answer was not awaited. */
  record GivenUp(@Nullable Issued certificate) implements Look {}
}
