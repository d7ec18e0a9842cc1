package io.policyengine.kernel.blackbox.reloads;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A running kernel whose configuration goes missing, in part or as a whole: what was refused before is never passed after. */
class MissingConfigurationTest {
    private static final String USERS = "routes/users.yaml";
    private static final String OTHERS = "routes/team-a/others.yaml";

    private final KernelHarness kernel = KernelHarness.create();

    MissingConfigurationTest() {
        ScriptedWorker worker = kernel.worker("w");
        worker.with("deny", Policies.denying(401, "no"));
    }

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** What happens to a conf directory. */
    @FunctionalInterface
    interface Mishap {
        void befall(Path conf) throws Exception;
    }

    record Case(String what, String place, Mishap mishap) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static void replace(Path path, Mishap mishap) throws Exception {
        Files.delete(path);
        mishap.befall(path);
    }

    private static void link(Path link, String target) throws IOException {
        Files.createSymbolicLink(link, Path.of(target));
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "a link whose target is gone",
                        USERS,
                        conf -> replace(conf.resolve(USERS), file -> link(file, "../elsewhere/users.yaml"))),
                new Case("a link loop", USERS, conf -> replace(conf.resolve(USERS), file -> link(file, "users.yaml"))),
                new Case(
                        "a folder named as the file",
                        USERS,
                        conf -> replace(conf.resolve(USERS), Files::createDirectory)),
                new Case(
                        "a pipe",
                        USERS,
                        conf -> replace(
                                conf.resolve(USERS),
                                file -> new ProcessBuilder("mkfifo", file.toString())
                                        .start()
                                        .waitFor())),
                new Case("a device", USERS, conf -> replace(conf.resolve(USERS), file -> link(file, "/dev/null"))),
                new Case("an empty file", USERS, conf -> Files.writeString(conf.resolve(USERS), "")),
                new Case("a file of zeros", USERS, conf -> Files.write(conf.resolve(USERS), new byte[200])),
                new Case(
                        "no text", USERS, conf -> Files.write(conf.resolve(USERS), new byte[] {'a', ':', (byte) 0xff})),
                new Case("a folder of routes that points nowhere", "routes", conf -> {
                    Files.move(conf.resolve("routes"), conf.resolve("moved"));
                    link(conf.resolve("routes"), "/no/such/volume");
                }),
                new Case("a folder of routes that is a file", "routes", conf -> {
                    Files.move(conf.resolve("routes"), conf.resolve("moved"));
                    Files.writeString(conf.resolve("routes"), "");
                }),
                new Case("a folder of a team that points nowhere", "routes/team-a", conf -> {
                    Files.move(conf.resolve("routes/team-a"), conf.resolve("moved"));
                    link(conf.resolve("routes/team-a"), "../unmounted");
                }),
                new Case("a circle of folders", "routes/team-b", conf -> link(conf.resolve("routes/team-b"), "..")),
                new Case("no kernel.yaml", "kernel.yaml", conf -> Files.delete(conf.resolve("kernel.yaml"))),
                new Case(
                        "an empty kernel.yaml",
                        "kernel.yaml",
                        conf -> Files.writeString(conf.resolve("kernel.yaml"), "")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatIsMissingIsRejectedWithItsPlaceAndWhatWasRefusedStaysRefused(Case missing) throws Exception {
        kernel.write(OTHERS, route("others", "[ { policy: deny } ]", "[]"));
        kernel.start("workers: [ { name: w } ]\n", route("routes", "[ { policy: deny } ]", "[]"));
        kernel.write(USERS, route("users", "[ { policy: deny } ]", "[]"));
        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);

        missing.mishap().befall(kernel.directory());
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .filteredOn(Problem::forbidsUse)
                .extracting(problem -> problem.location().file())
                .contains(missing.place());
        for (String route : new String[] {"users", "others", "routes"}) {
            assertThat(kernel.get(route).status()).isEqualTo(401);
        }
    }

    @Test
    void whatComesBackIsInForceAgain() throws IOException {
        kernel.start("workers: [ { name: w } ]\n", route("r", "[ { policy: deny } ]", "[]"));
        Path file = kernel.directory().resolve("routes/routes.yaml");
        Path kept = Files.move(file, kernel.directory().resolve("kept"));
        link(file, "gone");
        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);

        Files.delete(file);
        Files.move(kept, file);

        assertThat(kernel.reload().status()).isEqualTo(Status.UNCHANGED);
        assertThat(kernel.get("r").status()).isEqualTo(401);
    }
}
