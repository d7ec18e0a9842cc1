package io.policyengine.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The arrows between modules, families and packages, over the main code of all modules. */
@AnalyzeClasses(
        packages = "io.policyengine",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutGeneratedMessages.class})
final class ArchitectureTest {
    private static final String ROOT = "io.policyengine.";
    private static final int MAX_KNOT = 5;

    /** Leaves out what protoc generates. */
    static final class WithoutGeneratedMessages implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/io/policyengine/proto/") && !location.contains("/io/envoyproxy/");
        }
    }

    // ---- rules of other classes: to read the classes takes longer than all rules together

    @ArchTest
    static final ArchTests apiPromise = ArchTests.in(ApiPromiseTest.class);

    @ArchTest
    static final ArchTests houseRules = ArchTests.in(HouseRulesTest.class);

    @ArchTest
    static final ArchTests exhaustiveSwitches = ArchTests.in(ExhaustiveSwitchTest.class);

    // ---- arrows between modules

    @ArchTest
    static final ArchRule coreStandsAlone = seesOnly("core");

    @ArchTest
    static final ArchRule policiesSeeOnlyCore = seesOnly("policies", "core");

    // ---- arrows between the families of policies

    /** The families in the order in which a chain has them, and what each may use beside itself. */
    private static final Map<String, Set<String>> FAMILIES = Map.of(
            "authentication", Set.of("format", "shared"),
            "access", Set.of("authentication", "content", "format", "shared"),
            "traffic", Set.of("format", "shared"),
            "message", Set.of("format", "shared"),
            "content", Set.of("format", "shared"),
            "ai", Set.of("authentication", "traffic", "content", "format", "shared"),
            "records", Set.of("ai", "format"),
            "format", Set.of("shared"),
            "shared", Set.of());

    @ArchTest
    static void familiesOfPoliciesUseOnlyWhatTheyMay(JavaClasses classes) {
        for (JavaClass type : classes) {
            String family = familyOf(type);
            if (family == null) {
                continue;
            }
            assertThat(FAMILIES).as("families of policies").containsKey(family);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String target = familyOf(dependency.getTargetClass());
                assertThat(target == null
                                || target.equals(family)
                                || FAMILIES.getOrDefault(family, Set.of()).contains(target))
                        .as("%s may not use %s: %s", family, target, dependency.getDescription())
                        .isTrue();
            }
        }
    }

    /** Policies of a family do not know each other: what they share is in its {@code shared}. */
    @ArchTest
    static void policiesDoNotUseEachOther(JavaClasses classes) {
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String from = policyPackageOf(type);
                String to = policyPackageOf(dependency.getTargetClass());
                boolean intoAPolicy = to != null && inPolicies(type) && !to.equals(from);
                assertThat(intoAPolicy)
                        .as("%s reaches into another policy: %s", type.getName(), dependency.getDescription())
                        .isFalse();
            }
        }
    }

    /** The family of a type, or null outside of the families. */
    private static @Nullable String familyOf(JavaClass type) {
        String[] parts = packageBelowPolicies(type);
        return parts.length == 0 ? null : parts[0];
    }

    /** The package of the policy that a type belongs to, as {@code family.policy}, or null if it belongs to none. */
    private static @Nullable String policyPackageOf(JavaClass type) {
        String[] parts = packageBelowPolicies(type);
        boolean none = parts.length < 2
                || parts[1].equals("shared")
                || Set.of("format", "shared").contains(parts[0]);
        return none ? null : parts[0] + "." + parts[1];
    }

    private static boolean inPolicies(JavaClass type) {
        return packageBelowPolicies(type).length > 0;
    }

    private static String[] packageBelowPolicies(JavaClass type) {
        String policies = ROOT + "policies.";
        String name = type.getPackageName();
        return name.startsWith(policies) ? name.substring(policies.length()).split("\\.") : new String[0];
    }

    @ArchTest
    static final ArchRule boundsOfMessagesSeeNothingElse = seesOnly("wire");

    @ArchTest
    static final ArchRule workerProtocolSeesOnlyCoreAndProto = seesOnly("protocol", "core", "proto", "wire");

    @ArchTest
    static final ArchRule workerSeesOnlyCoreAndTheWorkerProtocol = seesOnly("worker", "core", "protocol");

    @ArchTest
    static final ArchRule kernelSeesOnlyCoreAndTheWorkerProtocol = seesOnly("kernel", "core", "protocol", "wire");

    @ArchTest
    static final ArchRule managementSeesOnlyCoreAndTheKernel = seesOnly("admin", "core", "kernel");

    @ArchTest
    static final ArchRule testkitSeesOnlyCoreAndProto = seesOnly("testkit", "core", "proto");

    /** The program has the conformance suite and the bypass corpus as a command, and exercises itself by the simulator. */
    @ArchTest
    static final ArchRule theProgramSeesLittleOfTheTestkit = noClasses()
            .that()
            .resideInAPackage(ROOT + "app..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "testkit..")
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            ROOT + "testkit.conformance", ROOT + "testkit.bypass", ROOT + "testkit.envoy.."))));

    @ArchTest
    static final ArchRule onlyTheExerciseAndTrialsSeeTheSimulator = noClasses()
            .that()
            .resideInAPackage(ROOT + "app..")
            .and()
            .resideOutsideOfPackages(ROOT + "app.exercise", ROOT + "app.who.trial")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "testkit.envoy..");

    /** What the conformance suite needs is in the jar: it leans on the simulator alone. */
    @ArchTest
    static final ArchRule conformanceSeesOnlyTheSimulatorOfTheTestkit = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "testkit.conformance..", ROOT + "testkit.envoy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "testkit.policy..",
                    ROOT + "testkit.worker..",
                    ROOT + "testkit.time..",
                    "org.junit..",
                    "org.assertj..");

    @ArchTest
    static final ArchRule coreAndPoliciesKnowNoTransport = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "core..", ROOT + "policies..")
            .and()
            .resideOutsideOfPackages(ROOT + "core.vertx", ROOT + "policies.access.extauthz.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.vertx.grpc..", "io.envoyproxy..", "com.google.protobuf..");

    /** The gRPC client of Vert.x, which a facade extends. */
    @ArchTest
    static final ArchRule facadesOfVertxKnowNoOtherTransport = noClasses()
            .that()
            .resideInAPackage(ROOT + "core.vertx")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.vertx.grpc.server..", "io.envoyproxy..", "com.google.protobuf..");

    /** The messages of Envoy's authorization service, which are sent by the environment. */
    @ArchTest
    static final ArchRule extAuthzKnowsMessagesAndNoTransport = noClasses()
            .that()
            .resideInAPackage(ROOT + "policies.access.extauthz.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.vertx.grpc..", "io.envoyproxy.envoy.service.ext_proc..");

    @ArchTest
    static final ArchRule onlyKernelEnvoyAndExtAuthzSeeTypesOfEnvoy = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + "kernel.envoy..", ROOT + "policies.access.extauthz.protocol", ROOT + "testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.envoyproxy..");

    @ArchTest
    static final ArchRule onlyTheWorkerProtocolSeesItsMessages = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "protocol..", ROOT + "testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "proto..");

    @ArchTest
    static final ArchRule onlyKernelRemoteAndWorkerServerSpeakTheWorkerProtocol = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "kernel.remote..", ROOT + "worker.server..", ROOT + "protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "protocol..");

    /** Code that serves requests reads what the registry of workers publishes, and knows nothing else of it. */
    @ArchTest
    static final ArchRule requestsSeeOfWorkersOnlyWhatIsPublished = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + "kernel.extproc..",
                    ROOT + "kernel.body..",
                    ROOT + "kernel.aggregate..",
                    ROOT + "kernel.worker",
                    ROOT + "kernel.worker.call..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "kernel.worker.registry..",
                    ROOT + "kernel.worker.life..",
                    ROOT + "kernel.worker.ownership..");

    @ArchTest
    static final ArchRule theRegistryOfWorkersMakesNoCalls = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + "kernel.worker.registry..",
                    ROOT + "kernel.worker.life..",
                    ROOT + "kernel.worker.ownership..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "kernel.worker.call..");

    /** The table stands alone: what a step means is for others to do. */
    @ArchTest
    static final ArchRule theTableOfTheConversationKnowsNothingElse = seesOnly("kernel.conversation");

    @ArchTest
    static final ArchRule theProcessOfAWorkerHasNothingOfTheKernel = noClasses()
            .that()
            .haveFullyQualifiedName(ROOT + "app.engine.WorkerProcess")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "kernel..", ROOT + "admin..");

    /** How bodies pass is asked for through ports; who conducts the exchange is not known there. */
    @ArchTest
    static final ArchRule bodiesDoNotKnowTheServer = noClasses()
            .that()
            .resideInAPackage(ROOT + "kernel.body..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "kernel.extproc..");

    /**
     * The inside of Vert.x changes with any version. One package hides it, and {@code VertxVersionTest} records the version that
     * it was written for.
     */
    @ArchTest
    static final ArchRule onlyItsFacadesSeeTheInsideOfVertx = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "core.vertx")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..");

    // ---- cycles between the packages of a module

    @ArchTest
    static final ArchRule corePackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("core")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule appPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("app")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule policyPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("policies")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule workerProtocolPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("protocol")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule workerPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("worker")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule kernelPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("kernel")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule adminPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("admin")).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule testkitPackagesHaveNoCycles =
            slices().assignedFrom(packagesOf("testkit")).should().beFreeOfCycles();

    /** A knot of types that depend on each other in a circle can only be understood, and changed, as a whole. */
    @ArchTest
    static void noKnotOfTypesInAPackageIsLarge(JavaClasses classes) throws IOException {
        assertThat(new TypeGraph(classes, TypeGraph.mainSources()).knots())
                .allSatisfy(knot -> assertThat(knot)
                        .as("types of one package that depend on each other in a circle")
                        .hasSizeLessThanOrEqualTo(MAX_KNOT));
    }

    private static ArchRule seesOnly(String module, String... others) {
        String[] seen = Stream.concat(Stream.of(module), Arrays.stream(others))
                .map(name -> ROOT + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(ROOT + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.policyengine..").and(DescribedPredicate.not(resideInAnyPackage(seen))));
    }

    private static SliceAssignment packagesOf(String module) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return resideInAPackage(ROOT + module + "..").test(type)
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + module;
            }
        };
    }
}
