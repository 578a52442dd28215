package io.github.vertxlifecycle.junit5;

import io.vertx.junit5.ParameterClosingConsumer;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxExtensionParameterProvider;
import java.lang.reflect.Method;
import java.util.ServiceLoader;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/**
 * Finds out whether {@link VertxExtension} is registered beside {@link LifecycleExtension}, however
 * and in whatever order: JUnit refuses two resolvers for one parameter, and does not say who is
 * there. A parameter of this type is one that {@code VertxExtension} alone resolves, because it
 * takes this class for a provider of parameters, found as a service; so whether a method with such
 * a parameter can be called tells. For that the class is public, and promised to nobody.
 */
public final class VertxExtensionProbe
    implements VertxExtensionParameterProvider<VertxExtensionProbe> {

  private static final Method PROBE = probe();

  /** Made by {@code VertxExtension}. */
  public VertxExtensionProbe() {}

  private static Method probe() {
    try {
      return VertxExtensionProbe.class.getDeclaredMethod("called", VertxExtensionProbe.class);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The method that is called if there is somebody to find the parameter.
   *
   * @param found is not used
   */
  @SuppressWarnings("unused") // its parameter is the question
  static void called(VertxExtensionProbe found) {}

  /** Whether {@code VertxExtension} is registered where this context is. */
  static boolean isVertxExtensionIn(ExtensionContext context) {
    try {
      context.getExecutableInvoker().invoke(PROBE);
      return true;
    } catch (ParameterResolutionException e) {
      return false;
    }
  }

  /** Whether {@code VertxExtension} resolves parameters of a type, if it is registered. */
  @SuppressWarnings("rawtypes") // a service has no type arguments
  static boolean isOfVertxExtension(Class<?> type) {
    return ServiceLoader.load(VertxExtensionParameterProvider.class).stream()
        .anyMatch(one -> one.get().type() == type);
  }

  @Override
  public Class<VertxExtensionProbe> type() {
    return VertxExtensionProbe.class;
  }

  @Override
  public String key() {
    return VertxExtensionProbe.class.getName();
  }

  @Override
  public VertxExtensionProbe newInstance(ExtensionContext context, ParameterContext parameter) {
    return this;
  }

  @Override
  public ParameterClosingConsumer<VertxExtensionProbe> parameterClosingConsumer() {
    return probe -> {};
  }
}
