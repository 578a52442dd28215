package io.github.vertxlifecycle.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells which of its keys somebody asks for, be they there or not. Who asks for all gets all. */
final class ObservedMap extends LinkedHashMap<String, Object> {

  private static final long serialVersionUID = 1L;

  private final transient Consumer<String> observer;

  ObservedMap(Map<String, Object> content, Consumer<String> observer) {
    super(content);
    this.observer = observer;
  }

  private void asked(@Nullable Object key) {
    if (key instanceof String name) {
      observer.accept(name);
    }
  }

  private void askedForAll() {
    super.keySet().forEach(observer);
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    asked(key);
    return super.get(key);
  }

  @Override
  public @Nullable Object getOrDefault(@Nullable Object key, @Nullable Object byDefault) {
    asked(key);
    return super.getOrDefault(key, byDefault);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    asked(key);
    return super.containsKey(key);
  }

  @Override
  public @Nullable Object remove(@Nullable Object key) {
    asked(key);
    return super.remove(key);
  }

  @Override
  public Set<String> keySet() {
    askedForAll();
    return super.keySet();
  }

  @Override
  public Collection<Object> values() {
    askedForAll();
    return super.values();
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    askedForAll();
    return super.entrySet();
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super Object> action) {
    askedForAll();
    super.forEach(action);
  }
}
