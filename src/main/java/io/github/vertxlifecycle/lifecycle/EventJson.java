package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as JSON, whichever it is: {@code type} and the components of the record by their names,
 * durations in milliseconds with {@code Ms} appended.
 */
final class EventJson {

  /** Java looks them up anew for everybody who asks, which takes longer than all the rest. */
  private static final ClassValue<RecordComponent[]> PARTS =
      new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
          return type.getRecordComponents();
        }
      };

  private EventJson() {}

  /**
   * Makes it.
   *
   * @param epochMillis when it happened; the event's own clock means nothing to others
   */
  static JsonObject of(LifecycleEvent event, long epochMillis) {
    JsonObject json =
        new JsonObject().put("type", event.getClass().getSimpleName()).put("epochMs", epochMillis);
    for (RecordComponent handle : PARTS.get(event.getClass())) {
      Object value = value(event, handle);
      if (value != null && !handle.getName().equals("at")) {
        put(json, handle.getName(), value);
      }
    }
    return json;
  }

  /** When an event happened that was taken by the system's clock, be it told of later. */
  static long epochMillis(LifecycleEvent event) {
    long ago = System.nanoTime() - event.at();
    return System.currentTimeMillis() - Math.round(ago / 1e6);
  }

  private static @Nullable Object value(LifecycleEvent event, RecordComponent handle) {
    try {
      return handle.getAccessor().invoke(event);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record without an accessor: " + handle, e);
    }
  }

  private static void put(JsonObject json, String name, Object value) {
    if (value instanceof Duration duration) {
      json.put(name + "Ms", duration.toMillis());
    } else {
      json.put(name, plain(value));
    }
  }

  private static Object plain(Object value) {
    if (value instanceof CutWork work) {
      return new JsonObject().put("what", work.what()).put("ageMs", work.age().toMillis());
    } else if (value instanceof StopReason reason) {
      return new JsonObject().put("kind", reason.kind().name()).put("detail", reason.detail());
    } else if (value instanceof Throwable problem) {
      return ComponentLifecycle.message(problem);
    } else if (value instanceof Enum<?> one) {
      return one.name();
    } else if (value instanceof Collection<?> many) {
      JsonArray array = new JsonArray();
      many.forEach(one -> array.add(plain(one)));
      return array;
    } else if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((key, one) -> object.put(key.toString(), plain(one)));
      return object;
    }
    return value; // a string or a number
  }
}
