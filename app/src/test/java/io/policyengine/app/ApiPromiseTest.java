package io.policyengine.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.policyengine.core.stability.Api;
import io.policyengine.core.stability.Internal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The limits of what is promised to authors of policies: the packages that are marked as API. {@link ArchitectureTest} runs them. */
final class ApiPromiseTest {
    private static final String ROOT = "io.policyengine.";

    // ---- promises

    @ArchTest
    static void eachPackageOfCoreAndTestkitSaysWhetherItIsApi(JavaClasses classes) {
        packages(classes, "core", "testkit")
                .forEach(each -> assertThat(each.isAnnotatedWith(Api.class))
                        .as(each.getName() + " is @Api or @Internal, and not both")
                        .isNotEqualTo(each.isAnnotatedWith(Internal.class)));
    }

    @ArchTest
    static final ArchRule policiesUseApiAlone =
            noClasses().that().resideInAPackage(ROOT + "policies..").should().dependOnClassesThat(areInternal());

    /** A type of the promised API refers only to types of that API. */
    @ArchTest
    static final ArchRule apiIsMadeOfApiAlone =
            noClasses().that(areApi()).should().dependOnClassesThat(areInternal());

    /** The example is read as source, since its classes are compiled after this test has run. */
    @ArchTest
    static void theExampleOfAPolicyUsesApiAlone(JavaClasses classes) throws IOException {
        Set<String> api = packages(classes, "core", "testkit")
                .filter(each -> each.isAnnotatedWith(Api.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Path.of("../docs/examples/tenant-gate/src"))) {
            List<String> imported = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(ApiPromiseTest::linesBlocking)
                    .map(IMPORT::matcher)
                    .filter(Matcher::find)
                    .map(line -> line.group(1))
                    .toList();
            assertThat(imported).isNotEmpty();
            assertThat(api).containsAll(imported);
        }
    }

    /** The packages that japicmp compares with an earlier version are those of the promised API. */
    @ArchTest
    static void theBuildComparesEachPackageOfApiWithTheEarlierVersion(JavaClasses classes) throws IOException {
        for (String module : List.of("core", "testkit")) {
            List<String> compared = new ArrayList<>();
            Matcher include = INCLUDE.matcher(Files.readString(Path.of("..", module, "pom.xml")));
            while (include.find()) {
                compared.add(include.group(1));
            }
            assertThat(packages(classes, module)
                            .filter(each -> each.isAnnotatedWith(Api.class))
                            .map(JavaPackage::getName))
                    .containsExactlyInAnyOrderElementsOf(compared);
        }
    }

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?(io\\.policyengine(?:\\.[a-z]+)+)\\.[A-Z]");
    private static final Pattern INCLUDE = Pattern.compile("<include>(io\\.policyengine[a-z.]+)</include>");

    private static Stream<String> linesBlocking(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<JavaPackage> packages(JavaClasses classes, String... modules) {
        return Stream.of(modules)
                .map(module -> classes.getPackage(ROOT + module))
                .flatMap(root -> root.getSubpackagesInTree().stream())
                .filter(each -> !each.getClasses().isEmpty());
    }

    private static DescribedPredicate<JavaClass> areApi() {
        return DescribedPredicate.describe("are API", type -> type.getPackage().isAnnotatedWith(Api.class));
    }

    private static DescribedPredicate<JavaClass> areInternal() {
        return DescribedPredicate.describe(
                "are internal", type -> type.getPackage().isAnnotatedWith(Internal.class));
    }
}
