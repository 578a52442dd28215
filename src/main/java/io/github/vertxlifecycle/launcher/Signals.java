package io.github.vertxlifecycle.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Hears a signal of the operating system. Reaches {@code sun.misc.Signal} by reflection: javac
 * warns of every mention of it, no flag or annotation quiets that, and warnings are errors here.
 *
 * <p>Without lambdas, whose first use costs a cold JVM some 30 ms: a signal that comes before this
 * is in place is the JVM's own affair.
 */
final class Signals implements InvocationHandler {

  private final StopSignal signal;
  private final ProcessShutdown shutdown;

  private Signals(StopSignal signal, ProcessShutdown shutdown) {
    this.signal = signal;
    this.shutdown = shutdown;
  }

  /**
   * Has the shutdown hear every signal, on a new thread of the JVM's each time one arrives. The JVM
   * itself sees to it that a signal which was ignored when the process began stays ignored.
   *
   * @return false if the JVM leaves the signals that every system has to the operating system
   *     ({@code -Xrs}), or has nobody hear them (no module {@code jdk.unsupported})
   */
  static boolean toldTo(ProcessShutdown shutdown) {
    boolean heard = true;
    for (StopSignal signal : StopSignal.values()) {
      heard &= new Signals(signal, shutdown).listen() || signal == StopSignal.HUP;
    }
    return heard;
  }

  private boolean listen() {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {handlerType}, this);
      Object name = signalType.getConstructor(String.class).newInstance(signal.name());
      signalType.getMethod("handle", signalType, handlerType).invoke(null, name, handler);
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw new IllegalStateException("cannot handle " + signal, e);
    } catch (ReflectiveOperationException e) {
      return false; // a Java without the module jdk.unsupported
    }
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
    shutdown.signalled(signal);
    return null;
  }
}
