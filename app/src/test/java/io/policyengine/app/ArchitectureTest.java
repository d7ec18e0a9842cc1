package io.policyengine.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.stability.Api;
import io.policyengine.core.stability.Internal;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.testkit.envoy.SimResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The arrows between modules and the house rules that a compiler does not check, over the main code of all modules. */
@AnalyzeClasses(
        packages = "io.policyengine",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutGeneratedMessages.class})
final class ArchitectureTest {
    private static final String ROOT = "io.policyengine.";
    private static final int MAX_KNOT = 5;
    private static final int MAX_PARAMETERS = 8;

    /** Leaves out what protoc generates. */
    static final class WithoutGeneratedMessages implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/io/policyengine/proto/") && !location.contains("/io/envoyproxy/");
        }
    }

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
            "content", Set.of("traffic", "format", "shared"),
            "ai", Set.of("authentication", "traffic", "content", "format", "shared"),
            "records", Set.of("ai", "format", "shared"),
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
    static final ArchRule onlyTheExerciseSeesTheSimulator = noClasses()
            .that()
            .resideInAPackage(ROOT + "app..")
            .and()
            .resideOutsideOfPackage(ROOT + "app.exercise")
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
            .resideOutsideOfPackage(ROOT + "policies.access.extauthz.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.vertx.grpc..", "io.envoyproxy..", "com.google.protobuf..");

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
     * The inside of Vert.x changes with any version. Two packages hide it, and {@code VertxVersionTest} records the version that
     * they were written for.
     */
    @ArchTest
    static final ArchRule onlyItsFacadesSeeTheInsideOfVertx = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "core.vertx", ROOT + "kernel.vertx")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..");

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

    /** What a promise is made of cannot be what none is made for. */
    @ArchTest
    static final ArchRule apiIsMadeOfApiAlone =
            noClasses().that(areApi()).should().dependOnClassesThat(areInternal());

    /** Its classes are compiled after this test has run. */
    @ArchTest
    static void theExampleOfAPolicyUsesApiAlone(JavaClasses classes) throws IOException {
        Set<String> api = packages(classes, "core", "testkit")
                .filter(each -> each.isAnnotatedWith(Api.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Path.of("../docs/examples/tenant-gate/src"))) {
            List<String> imported = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(ArchitectureTest::linesBlocking)
                    .map(IMPORT::matcher)
                    .filter(Matcher::find)
                    .map(line -> line.group(1))
                    .toList();
            assertThat(imported).isNotEmpty();
            assertThat(api).containsAll(imported);
        }
    }

    /** What japicmp compares with an earlier version is what is promised. */
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

    // ---- signatures

    /**
     * Arguments that stand side by side get mixed up. A command of the command line is called by nobody: its parameters are bound by the
     * names of its options.
     */
    @ArchTest
    static void noSignatureIsLong(JavaClasses classes) {
        List<String> tooLong = classes.stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(unit -> !isCanonicalConstructor(unit) && !unit.isAnnotatedWith(CommandLine.Command.class))
                .filter(unit -> unit.getRawParameterTypes().size() > MAX_PARAMETERS)
                .map(JavaCodeUnit::getFullName)
                .toList();
        assertThat(tooLong).isEmpty();
    }

    /**
     * A record may have more components where they are bound by name, as parameters and settings are, or where its own factories and
     * its builder alone make it: nobody else counts arguments.
     */
    @ArchTest
    static void longRecordsAreMadeByTheirFactories(JavaClasses classes) {
        List<String> tooLong = classes.stream()
                .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTarget().getRawParameterTypes().size() > MAX_PARAMETERS)
                .filter(call -> call.getTargetOwner().getName().startsWith(ROOT))
                .filter(call -> !isOwn(call) && !isReadFieldByField(call.getTargetOwner()))
                .map(JavaConstructorCall::getDescription)
                .toList();
        assertThat(tooLong).isEmpty();
    }

    private static boolean isOwn(JavaConstructorCall call) {
        String made = TypeGraph.outermost(call.getTargetOwner());
        String maker = TypeGraph.outermost(call.getOriginOwner());
        return maker.equals(made) || maker.equals(made + "Builder");
    }

    /**
     * Settings, views and messages, which a reader fills or a view names component by component, in their written order. The call of the
     * response phase and the request are made for each exchange: a record more for each would be allocated each time.
     */
    private static boolean isReadFieldByField(JavaClass type) {
        return resideInAnyPackage(ROOT + "core.config", ROOT + "admin.view", ROOT + "admin.flight")
                        .test(type)
                || Stream.of(RequestView.class, ResponseCall.class, PolicyDescriptor.class, SimResult.class)
                        .anyMatch(type::isEquivalentTo);
    }

    private static boolean isCanonicalConstructor(JavaCodeUnit unit) {
        return unit.isConstructor()
                && unit.getOwner().isRecord()
                && unit.getRawParameterTypes().size()
                        == unit.getOwner().reflect().getRecordComponents().length;
    }

    // ---- event loops

    /** The command line waits on its main thread, and a test on its own, which are no event loops. */
    @ArchTest
    static final ArchRule onlyTheCommandLineWaits = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "app..")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "testkit.time.Await")
            .should()
            .accessTargetWhere(anyOf(
                    "a method that blocks the thread",
                    List.of(
                            access(io.vertx.core.Future.class, "await"),
                            access(Future.class, "get", "join", "resultNow"),
                            access(CompletableFuture.class, "get", "join"),
                            access(Thread.class, "sleep", "join"),
                            access(CountDownLatch.class, "await"),
                            access(BlockingQueue.class, "take", "put"),
                            access(Lock.class, "lock", "lockInterruptibly"),
                            access(Object.class, "wait"))));

    /** Threads that may block are few, and what waits for them has no bound but what {@link OffLoop} names. */
    @ArchTest
    static final ArchRule onlyOffLoopGivesWorkToThreadsThatMayBlock = noClasses()
            .that()
            .doNotBelongToAnyOf(OffLoop.class)
            .should()
            .accessTargetWhere(anyOf(
                    "Vert.x' threads that may block",
                    List.of(
                            access(Vertx.class, "executeBlocking"),
                            access(WorkerExecutor.class, "executeBlocking"),
                            access(Context.class, "executeBlocking"))));

    @ArchTest
    static final ArchRule nothingIsSynchronized = noMethods().should().haveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule nothingHoldsAMonitor = noClasses().should(holdMonitors());

    @ArchTest
    static final ArchRule nothingIsBoundToThreads =
            noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class);

    // ---- effects

    /** Time comes from {@link Ticker} and an {@link java.time.InstantSource}, which tests turn by hand. */
    @ArchTest
    static final ArchRule nothingAsksTheClockByItself = noClasses()
            .that()
            .doNotBelongToAnyOf(Ticker.class)
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "testkit.time.Await")
            .and()
            .resideOutsideOfPackage(ROOT + "app..")
            .should()
            .accessTargetWhere(clock());

    /** What a policy does to the world, it does by its {@code PolicyEnvironment}. */
    @ArchTest
    static final ArchRule policiesDoNotReachAroundTheirEnvironment = noClasses()
            .that()
            .resideInAPackage(ROOT + "policies..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net.http..", "java.util.random..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.(File|RandomAccessFile).*"
                    + "|java\\.(util\\.Random|security\\.SecureRandom|util\\.concurrent\\.ThreadLocalRandom)"
                    + "|java\\.net\\.(URL|.*Socket.*|InetAddress)"
                    + "|io\\.vertx\\.core\\.Vertx")
            .orShould()
            .accessTargetWhere(anyOf(
                    "an effect that tests cannot see",
                    List.of(
                            access(System.class, "getenv", "getProperty"),
                            access(Math.class, "random"),
                            access(java.util.UUID.class, "randomUUID"),
                            access(Thread.class, "start", "ofVirtual", "ofPlatform", "startVirtualThread"))));

    /**
     * RE2/J runs in linear time, the JDK's expressions do not. One exception is matched with names in code, at start; the other
     * reads the bypass corpus, in nobody's service.
     */
    @ArchTest
    static final ArchRule regularExpressionsRunInLinearTime = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "worker.RegisteredPolicy")
            .and()
            .resideOutsideOfPackage(ROOT + "testkit.bypass")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.regex..");

    // ---- libraries and names

    @ArchTest
    static final ArchRule jsonIsJackson3 = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.fasterxml.jackson.core..",
                    "com.fasterxml.jackson.databind..",
                    "com.fasterxml.jackson.dataformat..");

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "app..")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils");

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

    private static DescribedPredicate<JavaAccess<?>> access(Class<?> owner, String... names) {
        Set<String> wanted = Set.of(names);
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + wanted,
                access -> wanted.contains(access.getName())
                        && access.getTargetOwner().isAssignableTo(owner));
    }

    private static DescribedPredicate<JavaAccess<?>> clock() {
        return anyOf(
                "the machine's clock",
                List.of(
                        access(System.class, "nanoTime", "currentTimeMillis"),
                        access(Instant.class, "now"),
                        access(LocalDate.class, "now"),
                        access(LocalDateTime.class, "now"),
                        access(Clock.class, "systemUTC", "systemDefaultZone", "system")));
    }

    private static DescribedPredicate<JavaAccess<?>> anyOf(
            String description, List<DescribedPredicate<JavaAccess<?>>> accesses) {
        return DescribedPredicate.describe(
                description, access -> accesses.stream().anyMatch(one -> one.test(access)));
    }

    /** Synchronized blocks, which only the instructions show. */
    private static ArchCondition<JavaClass> holdMonitors() {
        return new ArchCondition<>("hold monitors") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean holds = ClassFile.of().parse(bytesOf(type)).methods().stream()
                        .flatMap(method -> method.code().stream())
                        .flatMap(CodeModel::elementStream)
                        .anyMatch(MonitorInstruction.class::isInstance);
                events.add(new SimpleConditionEvent(type, holds, type.getName() + " has a synchronized block"));
            }
        };
    }

    private static byte[] bytesOf(JavaClass type) {
        try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
