package io.github.vertxlifecycle.junit5;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a test's fake, and sees what no fake does by itself: calls that come when its
 * component has stopped, and calls that were not answered by then. Every call goes on to the fake.
 */
final class GuardedFake implements InvocationHandler {

  private static final String VERTX = "io.vertx.";

  /** A call that is not answered; each is another, even of the same method. */
  static final class OpenCall {
    private final String call;
    private final @Nullable String deployment;

    OpenCall(String call, @Nullable String deployment) {
      this.call = call;
      this.deployment = deployment;
    }

    /** Which method. */
    String call() {
      return call;
    }

    /** That of the caller; null for a thread of no verticle. */
    @Nullable String deployment() {
      return deployment;
    }
  }

  private final Object fake;
  private final Consumer<String> late;
  private final Set<OpenCall> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable List<OpenCall> left; // null before its component has stopped
  private volatile @Nullable Function<Future<?>, Future<?>> slowed; // null for not at all

  private GuardedFake(Object fake, Consumer<String> late) {
    this.fake = fake;
    this.late = late;
  }

  /** A fake and who guards it; nobody does if it cannot be. */
  record Guarded(Object fake, @Nullable GuardedFake guard) {}

  /**
   * Puts a guard before a fake. Clients of Vert.x's own, which it casts to what they are, and
   * classes stay as they are.
   *
   * @param type under which it is asked for
   * @param fake the fake
   * @param late is told of each call after the end
   */
  static Guarded before(Class<?> type, Object fake, Consumer<String> late) {
    if (!type.isInterface()
        || type.isSealed()
        || type.isHidden()
        || fake.getClass().getName().startsWith(VERTX)) {
      return new Guarded(fake, null);
    }
    GuardedFake guard = new GuardedFake(fake, late);
    Set<Class<?>> all = new LinkedHashSet<>(List.of(type));
    for (Class<?> one = fake.getClass(); one != null; one = one.getSuperclass()) {
      for (Class<?> its : one.getInterfaces()) {
        if (Modifier.isPublic(its.getModifiers())
            && !its.isSealed()
            && isVisible(its, type.getClassLoader())) {
          all.add(its); // whoever asks for a subtype gets that, too
        }
      }
    }
    return new Guarded(
        Proxy.newProxyInstance(type.getClassLoader(), all.toArray(Class<?>[]::new), guard), guard);
  }

  private static boolean isVisible(Class<?> type, @Nullable ClassLoader loader) {
    try {
      return Class.forName(type.getName(), false, loader) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(proxy, method, arguments);
    }
    if (left != null) {
      late.accept(method.getName());
    }
    Object answer;
    try {
      method.setAccessible(true); // the interface may be the test's own
      answer = method.invoke(fake, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    Function<Future<?>, Future<?>> slow = slowed;
    if (slow != null && method.getReturnType() == Future.class && answer != null) {
      answer = slow.apply((Future<?>) answer);
    }
    if (left == null) {
      remember(method, answer);
    }
    return answer;
  }

  /** Has the futures that are returned from now on complete later. */
  void slow(Vertx vertx, int millis) {
    slowed =
        future ->
            future.transform(
                answer -> vertx.timer(millis, TimeUnit.MILLISECONDS).transform(v -> future));
  }

  private @Nullable Object ofObject(Object proxy, Method method, Object @Nullable [] arguments)
      throws ReflectiveOperationException {
    if (method.getName().equals("equals") && arguments != null) {
      return proxy == arguments[0] || fake.equals(arguments[0]);
    }
    return method.invoke(fake, arguments);
  }

  private void remember(Method method, @Nullable Object answer) {
    boolean future = answer instanceof Future<?> one && !one.isComplete();
    if (!future && !(answer instanceof CompletionStage<?>)) {
      return;
    }
    Context context = Vertx.currentContext();
    OpenCall call = new OpenCall(method.getName(), context == null ? null : context.deploymentID());
    open.add(call);
    if (answer instanceof Future<?> one) {
      one.onComplete(done -> open.remove(call));
    } else if (answer instanceof CompletionStage<?> stage) {
      stage.whenComplete((value, failure) -> open.remove(call));
    }
  }

  /** Its component has stopped. */
  void stopped() {
    left = List.copyOf(open);
  }

  /** The calls that were open then. */
  List<OpenCall> left() {
    List<OpenCall> calls = left;
    return calls == null ? List.of() : calls;
  }
}
