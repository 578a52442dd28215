package io.github.vertxlifecycle.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NameSetTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 9, 100})
  void keepsItsOrderAndKnowsItsNames(int size) {
    List<String> names = IntStream.range(0, size).mapToObj(i -> "c" + (size - i)).toList();
    Set<String> set = NameSet.of(names);
    assertThat(set).containsExactlyElementsOf(names).hasSize(size);
    assertThat(names).allMatch(set::contains);
    assertThat(set.contains("another")).isFalse();
    assertThat(set.contains(null)).isFalse();
    assertThat(set).isEqualTo(Set.copyOf(names)).hasSameHashCodeAs(Set.copyOf(names));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  void cannotBeChanged(int size) {
    Set<String> set = NameSet.of(IntStream.range(0, size).mapToObj(i -> "c" + i).toList());
    assertThatThrownBy(() -> set.add("another")).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> set.remove("c0")).isInstanceOf(UnsupportedOperationException.class);
    assertThat(set).hasSize(size);
  }

  @Test
  void isACopy() {
    String[] names = {"a", "b"};
    Set<String> set = NameSet.of(List.of(names));
    names[0] = "c";
    assertThat(set).containsExactly("a", "b");
  }
}
