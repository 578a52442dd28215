package io.github.vertxlifecycle.junit5;

import io.vertx.core.Vertx;
import io.vertx.junit5.ParameterClosingConsumer;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxExtensionParameterProvider;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/**
 * What {@link LifecycleExtension} knows of {@link VertxExtension}, through the door that this one
 * has for providers of parameters. It takes this class for one, found as a service, so the class is
 * public; it is promised to nobody.
 *
 * <p>Whether {@code VertxExtension} is registered, however and in whatever order, JUnit does not
 * say, and refuses two resolvers for one parameter. A parameter of this type is one that {@code
 * VertxExtension} alone resolves: whether a method with such a parameter can be called tells. And
 * what it makes for such a parameter it keeps where it looks for its Vert.x if the provider says
 * so, which is how it comes to hand out the application's.
 */
public final class VertxExtensionProbe implements VertxExtensionParameterProvider<Object> {

  private static final Method PROBE = probe();
  private static final ThreadLocal<@Nullable Vertx> LENT = new ThreadLocal<>();

  /** Made by {@code VertxExtension}. */
  public VertxExtensionProbe() {}

  private static Method probe() {
    try {
      return VertxExtensionProbe.class.getDeclaredMethod("called", VertxExtensionProbe.class);
    } catch (NoSuchMethodException e) {
      throw new LinkageError("called(VertxExtensionProbe) is below", e);
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

  /**
   * Has every {@code VertxExtension} in this context take a Vert.x for its own, but not close it.
   */
  static void lend(Vertx vertx, VertxExtension one, ExtensionContext context) {
    LENT.set(vertx);
    try {
      one.resolveParameter(new ProbeParameter(PROBE.getParameters()[0]), alone(context));
    } finally {
      LENT.remove();
    }
  }

  /** The context without those around it, which may have a Vert.x already. */
  private static ExtensionContext alone(ExtensionContext context) {
    return (ExtensionContext)
        Proxy.newProxyInstance(
            ExtensionContext.class.getClassLoader(),
            new Class<?>[] {ExtensionContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getParent" -> Optional.empty();
                  case "getStore" ->
                      alone((ExtensionContext.Store) method.invoke(context, arguments));
                  default -> method.invoke(context, arguments);
                });
  }

  private static ExtensionContext.Store alone(ExtensionContext.Store store) {
    return (ExtensionContext.Store)
        Proxy.newProxyInstance(
            ExtensionContext.Store.class.getClassLoader(),
            new Class<?>[] {ExtensionContext.Store.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getOrComputeIfAbsent", "computeIfAbsent" -> put(store, arguments);
                  default -> method.invoke(store, arguments);
                });
  }

  @SuppressWarnings("unchecked") // the arguments of both methods
  private static Object put(ExtensionContext.Store store, Object[] arguments) {
    Object made = ((Function<Object, Object>) arguments[1]).apply(arguments[0]);
    store.put(arguments[0], made);
    return made;
  }

  private record ProbeParameter(Parameter parameter) implements ParameterContext {
    @Override
    public Parameter getParameter() {
      return parameter;
    }

    @Override
    public int getIndex() {
      return 0;
    }

    @Override
    public Optional<Object> getTarget() {
      return Optional.empty();
    }
  }

  @Override
  @SuppressWarnings("unchecked") // or else what it makes could not be a Vert.x
  public Class<Object> type() {
    return (Class<Object>) (Class<?>) VertxExtensionProbe.class;
  }

  @Override
  public String key() {
    return LENT.get() == null
        ? VertxExtensionProbe.class.getName()
        : VertxExtension.VERTX_INSTANCE_KEY;
  }

  @Override
  public Object newInstance(ExtensionContext context, ParameterContext parameter) {
    Vertx lent = LENT.get();
    return lent == null ? this : lent;
  }

  @Override
  public ParameterClosingConsumer<Object> parameterClosingConsumer() {
    return made -> {};
  }
}
