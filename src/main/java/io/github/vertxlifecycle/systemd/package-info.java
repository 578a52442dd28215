/**
 * What systemd is told of the application, by the protocol of {@code sd_notify(3)}: {@code
 * SdNotify} hears the lifecycle's events, {@code UnitState} and {@code StatusText} make lines of
 * them, a thread of its own sends those through the {@code NotifySocket}, and {@code Watchdog} sees
 * to it that a process whose event loops hang is not called alive.
 *
 * <p>For this library's launcher only: nothing here is promised to applications.
 */
@NullMarked
package io.github.vertxlifecycle.systemd;

import org.jspecify.annotations.NullMarked;
