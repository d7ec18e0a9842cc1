package io.policyengine.e2e.howto;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.Command;
import io.policyengine.e2e.harness.TestConf;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The pages of docs/how-to: their configurations are valid, and an engine and an Envoy do what they say. All pages share one engine,
 * except those that start processes of their own.
 */
@Tag("nightly")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HowToIT {
    private static final int MAX_LINES = 60;

    private final List<HowToPage> pages = HowToPage.all();

    @SuppressWarnings("NullAway.Init") // set before all tests
    private HowToStack shared;

    @BeforeAll
    void start() {
        shared = HowToStack.embedded(
                pages.stream().filter(page -> !page.isApart()).toList());
    }

    @AfterAll
    void stop() {
        shared.close();
    }

    @TestFactory
    Stream<DynamicTest> aConfigurationIsValid() {
        String kernel = Objects.requireNonNull(
                HowToPage.index().files().get("conf/kernel.yaml"), "the index has a kernel.yaml");
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    try (TestConf own = TestConf.empty().with("kernel.yaml", kernel)) {
                        page.conf().forEach(own::with);

                        Command checked = Command.run("validate", "--strict", own.path());

                        assertThat(checked.output()).contains(": valid, ").contains(", 0 warnings");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aPageIsShort() {
        return pages.stream()
                .filter(page -> !page.name().equals("README.md"))
                .map(page -> DynamicTest.dynamicTest(
                        page.name(), () -> assertThat(page.lines()).isLessThanOrEqualTo(MAX_LINES)));
    }

    @TestFactory
    Stream<DynamicTest> aCommandPrintsWhatThePageSays() {
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(page.name(), () -> {
                    assertThat(page.conf()).isNotEmpty();
                    assertThat(page.steps()).isNotEmpty();
                    if (page.isApart()) {
                        try (HowToStack own = HowToStack.ofProcesses(page)) {
                            own.assertDoesWhatItSays(page);
                        }
                    } else {
                        shared.assertDoesWhatItSays(page);
                    }
                }));
    }
}
