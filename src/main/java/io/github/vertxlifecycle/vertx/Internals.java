package io.github.vertxlifecycle.vertx;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Finds Vert.x's own classes, methods and fields by name, public or not. For the static
 * initializers of adapters, which keep what they get in a {@code static final} field.
 *
 * <p>Vert.x and the library are both on the class path; the module path would need {@code
 * --add-opens}.
 */
final class Internals {

  private static final ClassLoader VERTX = io.vertx.core.Vertx.class.getClassLoader();

  private Internals() {}

  /** The class of that name; null if this Vert.x has none. */
  static @Nullable Class<?> classIfThere(String name) {
    try {
      return Class.forName(name, false, VERTX);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** The class of that name. */
  static Class<?> classOf(String name) {
    Class<?> type = classIfThere(name);
    if (type == null) {
      throw new NoClassDefFoundError(name);
    }
    return type;
  }

  static MethodHandle constructor(Class<?> type, Class<?>... parameters) {
    try {
      return lookup(type).findConstructor(type, MethodType.methodType(void.class, parameters));
    } catch (ReflectiveOperationException e) {
      throw missing(e, type, "<init>");
    }
  }

  static MethodHandle method(
      Class<?> type, String name, Class<?> returned, Class<?>... parameters) {
    try {
      return lookup(type).findVirtual(type, name, MethodType.methodType(returned, parameters));
    } catch (ReflectiveOperationException e) {
      throw missing(e, type, name);
    }
  }

  /** A public method without parameters, whatever it returns. */
  static MethodHandle publicMethod(Class<?> type, String name) {
    try {
      return MethodHandles.publicLookup().unreflect(type.getMethod(name));
    } catch (ReflectiveOperationException e) {
      throw missing(e, type, name);
    }
  }

  static MethodHandle getter(Class<?> type, String field, Class<?> ofType) {
    try {
      return lookup(type).findGetter(type, field, ofType);
    } catch (ReflectiveOperationException e) {
      throw missing(e, type, field);
    }
  }

  private static MethodHandles.Lookup lookup(Class<?> type) throws IllegalAccessException {
    return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
  }

  private static LinkageError missing(
      ReflectiveOperationException problem, Class<?> type, String member) {
    LinkageError error = new IncompatibleClassChangeError(type.getName() + "." + member);
    error.initCause(problem);
    return error;
  }

  /** An exception of a method handle; none of ours throws a checked one. */
  static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
  }
}
