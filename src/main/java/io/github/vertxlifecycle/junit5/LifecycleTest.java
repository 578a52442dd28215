package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.lifecycle.RootVerticle;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs an application for the tests of a class, and of those nested in it, as a {@link
 * LifecycleExtension} in a static field does. A nested class with this annotation has an
 * application of its own.
 *
 * <pre>{@code
 * @LifecycleTest(value = LinksApp.class, config = "postgres.uri = …")
 * final class LinksTest {
 *   @Test
 *   void redirects(TestApplication app, WebClient client) { … }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(LifecycleExtension.class)
public @interface LifecycleTest {

  /**
   * The application.
   *
   * @return the class of its root, which has a constructor without parameters
   */
  Class<? extends RootVerticle> value();

  /**
   * See {@link LifecycleExtension#config(String)}.
   *
   * @return HOCON
   */
  String config() default "";

  /**
   * See {@link LifecycleExtension#configFile}.
   *
   * @return the path of a file, from the working directory; empty for none
   */
  String configFile() default "";

  /**
   * See {@link LifecycleExtension#without}.
   *
   * @return names of components
   */
  String[] without() default {};

  /**
   * See {@link LifecycleExtension#devServices}.
   *
   * @return names of components
   */
  String[] devServices() default {};

  /**
   * Whether each test has an application of its own.
   *
   * @return false for one that all tests of the class share
   */
  boolean perTest() default false;

  /**
   * See {@link LifecycleExtension#stopMayFail}.
   *
   * @return false to have a stop that is not clean fail the test or the class
   */
  boolean stopMayFail() default false;
}
