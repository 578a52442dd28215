package io.github.vertxlifecycle.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class UsedSetsTest {

  private final Set<String> set = ConcurrentHashMap.newKeySet();

  @Test
  void knowsASetInWhichThereWasNeverAnything() {
    assertThat(UsedSets.isAsNew(set)).isTrue();
    set.remove("nothing");
    assertThat(UsedSets.isAsNew(set)).isTrue();
  }

  @Test
  void remembersWhatIsGone() {
    set.add("child");
    assertThat(UsedSets.isAsNew(set)).isFalse();
    set.remove("child");
    assertThat(set).isEmpty();
    assertThat(UsedSets.isAsNew(set)).isFalse();
  }

  @Test
  void claimsNothingOfOtherSets() {
    assertThat(UsedSets.isAsNew(new HashSet<>())).isFalse();
  }
}
