package io.github.vertxlifecycle.launcher;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. Reaches {@code sun.misc.Signal} by reflection: javac warns of
 * every mention of it, no flag or annotation quiets that, and warnings are errors here.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs the action, on a new thread of the JVM's, each time the signal arrives.
   *
   * @return false if the JVM leaves signals to the operating system ({@code -Xrs}) or has none of
   *     that name
   */
  static boolean on(StopSignal name, Runnable action) {
    try {
      var signalType = Class.forName("sun.misc.Signal");
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      var signal = signalType.getConstructor(String.class).newInstance(name.name());
      signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw new IllegalStateException("cannot handle " + name, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle " + name, e);
    }
  }
}
