package io.github.vertxlifecycle;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the package table of the design: imports go downwards only. */
@AnalyzeClasses(packages = "io.github.vertxlifecycle", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule nothing =
      slices().matching("io.github.vertxlifecycle.(*)..").should().beFreeOfCycles();
}
