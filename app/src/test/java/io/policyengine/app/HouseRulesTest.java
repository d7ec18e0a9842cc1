package io.policyengine.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.vertx.EngineVertx;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.testkit.envoy.SimResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The house rules that a compiler does not check, over the main code of all modules. {@link ArchitectureTest} runs them. */
final class HouseRulesTest {
    private static final String ROOT = "io.policyengine.";
    private static final int MAX_PARAMETERS = 8;

    /** Words in names of types that tell a mood or a moment, but not what the type is. */
    private static final List<String> WORDS_FOR_NO_THING = List.of(
            "Asking",
            "Held",
            "Keeper",
            "Keeping",
            "Newcomers?",
            "Places",
            "Presented",
            "Room",
            "Strangers?",
            "Turns",
            "Under[Ww]ay");

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

    /** Vert.x as it comes makes a folder for a cache of files, and fails where it cannot. */
    @ArchTest
    static final ArchRule nothingNeedsAFolderForVertx = noClasses()
            .that()
            .doNotBelongToAnyOf(EngineVertx.class)
            .and()
            .resideOutsideOfPackages(ROOT + "testkit..", ROOT + "benchmarks..")
            .should()
            .accessTargetWhere(access(VertxOptions.class, "<init>"))
            .orShould()
            .callMethod(Vertx.class, "vertx");

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

    /** Policies reach time, files, threads and servers only through their {@code PolicyEnvironment}. */
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
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveNameMatching(".+[.$](\\w*[a-z0-9])?(" + String.join("|", WORDS_FOR_NO_THING) + ")([A-Z0-9]\\w*)?");

    @ArchTest
    static final ArchRule boundsSayOfWhat = noFields().should().haveNameMatching("MOST|LEAST|MANY|FEW|REST");

    @ArchTest
    static void aSimpleNameStandsForOneTopLevelType(JavaClasses classes) {
        Map<String, List<String>> types = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getName, Collectors.toList())));
        types.values().removeIf(names -> names.size() == 1);
        assertThat(types).isEmpty();
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
